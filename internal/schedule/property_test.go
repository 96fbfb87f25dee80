/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package schedule

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// zones with every sort of clock change: at midnight, at night, by half an
// hour, in the southern winter, none.
var zones = []string{
	"Europe/Rome", "Africa/Cairo", "Asia/Beirut", "America/Havana", "Australia/Lord_Howe",
	"Africa/Casablanca", "America/Asuncion", "Pacific/Apia", "Asia/Kathmandu", "UTC",
}

// checkDay checks what holds for any hub on any day.
func checkDay(t *testing.T, h Hub, date string, loc *time.Location) []Slot {
	t.Helper()
	slots, err := h.Slots(date, loc)
	appointments, appointmentsErr := h.Appointments(date, loc)
	if (err == nil) != (appointmentsErr == nil) {
		t.Fatalf("slots: %v, appointments: %v", err, appointmentsErr)
	}
	if err != nil {
		return nil
	}
	length := time.Duration(h.MinutesPerAppointment) * time.Minute
	spans := open(t, h, date, loc)
	var places int64
	for i, s := range slots {
		places += int64(s.Places)
		if s.End.Sub(s.Start) != length {
			t.Errorf("slot %v lasts %v, want %v", s.Start, s.End.Sub(s.Start), length)
		}
		if s.Start.Location() != time.UTC {
			t.Errorf("slot %v is not in UTC", s.Start)
		}
		if i > 0 && s.Start.Before(slots[i-1].End) {
			t.Errorf("slot %v begins before the one before it ends at %v", s.Start, slots[i-1].End)
		}
		if !s.within(spans) {
			t.Errorf("slot %v to %v is outside the hours", s.Start, s.End)
		}
	}
	if places != appointments {
		t.Errorf("%d places in all slots, but %d appointments", places, appointments)
	}
	return slots
}

// open resolves the hours as they stand, overlapping or not.
func open(t *testing.T, h Hub, date string, loc *time.Location) []span {
	t.Helper()
	var spans []span
	for _, hours := range h.Hours {
		from, err := opening.Civil{Date: date, Time: hours.Opens, Zone: loc.String()}.Instant()
		if err != nil {
			t.Fatal(err)
		}
		to, err := opening.Civil{Date: date, Time: hours.Closes, Zone: loc.String()}.Instant()
		if err != nil {
			t.Fatal(err)
		}
		spans = append(spans, span{from, to})
	}
	return spans
}

func (s Slot) within(spans []span) bool {
	return slices.ContainsFunc(spans, func(o span) bool { return !s.Start.Before(o.from) && !s.End.After(o.to) })
}

// Through two years of every zone, the slots of a hub that is always open
// never overlap, and all days together are as long as the two years.
func TestDaysJoin(t *testing.T) {
	hub := Hub{Stations: 1, MinutesPerAppointment: 5, Hours: hours(everyDay, "00:00-09:00 09:00-24:00")}
	for _, name := range zones {
		t.Run(name, func(t *testing.T) {
			loc := zone(t, name)
			var last time.Time
			var total int64
			first := time.Date(2026, 1, 1, 0, 0, 0, 0, loc)
			for d := range 730 {
				date := time.Date(2026, 1, 1+d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
				slots := checkDay(t, hub, date, loc)
				if len(slots) == 0 {
					t.Fatalf("no slots on day %d", d)
				}
				if slots[0].Start.Before(last) {
					t.Fatalf("day %d begins at %v, before %v", d, slots[0].Start, last)
				}
				last = slots[len(slots)-1].End
				total += int64(len(slots))
			}
			if want := int64(last.Sub(first) / (5 * time.Minute)); total != want {
				t.Errorf("%d slots, but %d fit", total, want)
			}
		})
	}
}

func TestAnyHub(t *testing.T) {
	random := rand.New(rand.NewPCG(2026, 12))
	for range 3000 {
		hub := Hub{Stations: 1 + random.IntN(60), MinutesPerAppointment: 1 + random.IntN(90)}
		for range random.IntN(4) {
			from := random.IntN(1439)
			to := from + 1 + random.IntN(1440-from)
			hub.Hours = append(hub.Hours, Hours{Days: everyDay, Opens: clock(from), Closes: clock(to)})
		}
		loc := zone(t, zones[random.IntN(len(zones))])
		date := time.Date(2026, 1, 1+random.IntN(365), 12, 0, 0, 0, time.UTC).Format(time.DateOnly)
		checkDay(t, hub, date, loc)
		if t.Failed() {
			t.Fatalf("hub %+v on %s in %s", hub, date, loc)
		}
	}
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func FuzzSlots(f *testing.F) {
	f.Add("2026-12-01", "Europe/Rome", "08:00", "24:00", 30, 8)
	f.Add("2026-03-29", "Europe/Rome", "02:00", "03:00", 1, 1)
	f.Add("2026-04-24", "Africa/Cairo", "00:00", "01:00", 1, 7)
	f.Add("2011-12-30", "Pacific/Apia", "00:00", "24:00", 1000, 240)
	f.Add("2026-02-30", "Local", "24:00", "00:00", -1, 0)
	f.Fuzz(func(t *testing.T, date, zone, opens, closes string, stations, minutes int) {
		loc, err := opening.Zone(zone)
		if err != nil {
			loc = time.UTC
		}
		checkDay(t, Hub{
			Stations: stations, MinutesPerAppointment: minutes,
			Hours: []Hours{{Days: everyDay, Opens: opens, Closes: closes}, {Days: everyDay, Opens: "10:00", Closes: "11:00"}},
		}, date, loc)
	})
}

// A hub's status says 30 days ahead; a platform has up to 1,000 hubs.
func BenchmarkThirtyDays(b *testing.B) {
	hub := Hub{Stations: 30, MinutesPerAppointment: 8, Hours: hours(everyDay, "08:00-13:00 14:00-24:00")}
	loc := zone(b, "Europe/Rome")
	first := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for b.Loop() {
		for d := range 30 {
			if _, err := hub.Appointments(first.AddDate(0, 0, d).Format(time.DateOnly), loc); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkSlots(b *testing.B) {
	hub := Hub{Stations: 30, MinutesPerAppointment: 8, Hours: hours(everyDay, "08:00-24:00")}
	loc := zone(b, "Europe/Rome")
	for b.Loop() {
		if _, err := hub.Slots("2026-12-01", loc); err != nil {
			b.Fatal(err)
		}
	}
}
