/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// BenchmarkBook books both doses for a new person each time, 32 at once.
func BenchmarkBook(b *testing.B) {
	const clients = 32
	d := open(b, clients)
	c := d.MakeCatalog(1000)
	c.Hubs = nil
	for i := range 100 {
		c.Hubs = append(c.Hubs, d.MakeHub(fmt.Sprintf("hub-%d", i), 1000))
	}
	d = d.with(c)
	var who atomic.Int64
	place := func(hub, day int, random *rand.Rand) booking.Place {
		p := d.at(day, random.IntN(24))
		p.Hub = d.catalog.Hubs[hub].Name
		return p
	}
	b.SetParallelism(clients / 2)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		random := rand.New(rand.NewPCG(uint64(who.Add(1_000_000)), 1))
		for pb.Next() {
			hub, day := random.IntN(100), 1+random.IntN(5)
			r := d.wants(int(who.Add(1)), place(hub, day, random), place(hub, day+2+random.IntN(2), random))
			r.Contact = booking.Contact{Email: "somebody@example.org"}
			if _, err := d.Book(b.Context(), r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "bookings/s")
	d.sound()
}
