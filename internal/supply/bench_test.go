/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"fmt"
	"testing"
	"time"
)

// region has hubs in ten provinces, and campaigns one after the other, half of them at the hubs of their province only.
func region(b *testing.B, hubs, campaigns int, people int64) Input {
	b.Helper()
	in := Input{Zone: zone(b, "Europe/Rome")}
	provinces := make([][]string, 10)
	var all []string
	for i := range hubs {
		h := hub(fmt.Sprintf("hub-%04d", i), 10+i%30)
		h.Hours.MinutesPerAppointment = 8
		h.Hours.ClosedOn = map[string]bool{"2026-12-25": true, "2027-01-01": true}
		in.Hubs = append(in.Hubs, h)
		provinces[i%10] = append(provinces[i%10], h.Name)
		all = append(all, h.Name)
	}
	for i := range campaigns {
		c := band(fmt.Sprintf("band-%03d", i), people, all...).twice(21, 42)
		c.Opens = c.Opens.Add(time.Duration(i) * 36 * time.Hour) // every other opens at noon
		if i%2 == 0 {
			c.Hubs = provinces[i/2%10]
		}
		in.Campaigns = append(in.Campaigns, c)
	}
	return in
}

func BenchmarkJudge(b *testing.B) {
	for _, size := range []struct {
		hubs, campaigns int
		people          int64
		name            string
	}{
		{10, 40, 20_000, "enough"},
		{10, 40, 400_000, "short"},
		{1000, 200, 200_000, "enough"},
		{1000, 200, 8_000_000, "short"},
	} {
		b.Run(fmt.Sprintf("%d hubs × %d campaigns, %s", size.hubs, size.campaigns, size.name), func(b *testing.B) {
			in := region(b, size.hubs, size.campaigns, size.people)
			last := in.Campaigns[len(in.Campaigns)-1].Name
			b.ReportAllocs()
			for b.Loop() {
				if v := judge(b, in, last); v.Covers() != (size.name == "enough") {
					b.Fatal(v.Message)
				}
			}
		})
	}
}
