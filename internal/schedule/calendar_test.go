/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package schedule

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

func calendar(t testing.TB, first string, days int, loc *time.Location) *Calendar {
	t.Helper()
	c, err := NewCalendar(first, days, loc)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// anyHub has hours that may overlap, on some days of the week.
func anyHub(random *rand.Rand) Hub {
	hub := Hub{Stations: 1 + random.IntN(60), MinutesPerAppointment: 1 + random.IntN(90), ClosedOn: map[string]bool{}}
	for range 1 + random.IntN(4) {
		from := random.IntN(1439)
		to := from + 1 + random.IntN(1440-from)
		var days []time.Weekday
		for _, day := range everyDay {
			if random.IntN(4) > 0 {
				days = append(days, day)
			}
		}
		hub.Hours = append(hub.Hours, Hours{Days: days, Opens: clock(from), Closes: clock(to)})
	}
	return hub
}

// An agenda is what counting day by day gives, on every day of two years, in
// zones with every sort of clock change.
func TestAgendaIsAppointments(t *testing.T) {
	const days = 731
	for _, name := range append([]string{"Africa/El_Aaiun", "America/Nuuk", "Antarctica/Troll"}, zones...) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(2026, uint64(len(name))))
			loc := zone(t, name)
			c := calendar(t, "2026-01-01", days, loc)
			for range 3 {
				hub := anyHub(random)
				for range 20 {
					hub.ClosedOn[c.Date(random.IntN(days))] = true
				}
				hub.ClosedOn["2040-12-25"] = true
				hub.ClosedOn[c.Date(0)] = false
				compare(t, hub, c, func(int) bool { return true })
			}
		})
	}
}

// compare an agenda with what counting day by day gives, on some days.
func compare(t *testing.T, hub Hub, c *Calendar, on func(day int) bool) {
	t.Helper()
	agenda, err := hub.Agenda(c)
	if err != nil {
		t.Fatal(err)
	}
	for day := range c.Days() {
		if !on(day) {
			continue
		}
		want, err := hub.Appointments(c.Date(day), c.loc)
		if err != nil {
			t.Fatal(err)
		}
		if got := agenda.Day(day); got != want {
			t.Fatalf("%s in %s: got %d appointments, want %d; hub %+v", c.Date(day), c.loc, got, want, hub)
		}
		starts, err := instant(c.Date(day), "00:00", c.loc)
		if err != nil || !starts.Equal(c.Start(day)) {
			t.Fatalf("%s in %s starts at %v, want %v (%v)", c.Date(day), c.loc, c.Start(day), starts, err)
		}
	}
}

// In every zone there is, on the days around each change of clocks and on some
// others, through years in which many zones changed their minds.
func TestAgendaInEveryZone(t *testing.T) {
	list, err := os.ReadFile("../opening/zones.txt")
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(2026, 11))
	hub := Hub{Stations: 1, MinutesPerAppointment: 7, Hours: hours(everyDay, "00:00-01:30 02:15-13:00 22:40-24:00")}
	for i, name := range strings.Fields(string(list)) {
		loc, err := time.LoadLocation(name)
		if err != nil || testing.Short() && i%10 > 0 {
			continue
		}
		for _, first := range []string{"2011-01-01", "2026-01-01", "2044-06-01"} {
			c := calendar(t, first, 365, loc)
			some := random.IntN(60)
			compare(t, hub, c, func(day int) bool {
				near := !c.plain[day] || day > 0 && !c.plain[day-1] || day+1 < c.Days() && !c.plain[day+1]
				return near || day%60 == some
			})
		}
	}
}

// The parts of a day add up to the day, and each counts the slots that begin in it.
func TestBetween(t *testing.T) {
	random := rand.New(rand.NewPCG(24, 7))
	for range 400 {
		loc := zone(t, zones[random.IntN(len(zones))])
		c := calendar(t, time.Date(2026, 1, 1+random.IntN(400), 0, 0, 0, 0, time.UTC).Format(time.DateOnly), 3, loc)
		hub := anyHub(random)
		if random.IntN(5) == 0 {
			hub.ClosedOn[c.Date(1)] = true
		}
		agenda, err := hub.Agenda(c)
		if err != nil {
			t.Fatal(err)
		}
		slots, err := hub.Slots(c.Date(1), loc)
		if err != nil {
			t.Fatal(err)
		}
		cut := c.Start(1).Add(time.Duration(random.Int64N(26 * int64(time.Hour)))).Truncate(time.Duration(1 + random.IntN(int(time.Minute))))
		if len(slots) > 0 && random.IntN(2) == 0 {
			cut = slots[random.IntN(len(slots))].Start
		}
		var want int64
		for _, s := range slots {
			if s.Start.Before(cut) {
				want += int64(s.Places)
			}
		}
		before, err := agenda.Between(1, c.Start(1).Add(-time.Hour), cut)
		if err != nil {
			t.Fatal(err)
		}
		after, err := agenda.Between(1, cut, c.Start(2).Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if before != want || before+after != agenda.Day(1) {
			t.Fatalf("%s in %s cut at %v: %d before, want %d; %d after, of %d; hub %+v",
				c.Date(1), loc, cut, before, want, after, agenda.Day(1), hub)
		}
		if none, err := agenda.Between(1, cut, cut); none != 0 || err != nil {
			t.Fatalf("between an instant and itself: got %d, %v", none, err)
		}
	}
}

func TestDayOf(t *testing.T) {
	c := calendar(t, "2026-12-01", 3, zone(t, "Europe/Rome"))
	for at, want := range map[string]int{
		"2026-11-30T12:00:00Z": 0, // before the calendar
		"2026-11-30T23:00:00Z": 0,
		"2026-12-01T22:59:59Z": 0,
		"2026-12-01T23:00:00Z": 1,
		"2026-12-03T22:59:59Z": 2,
		"2026-12-09T00:00:00Z": 2, // after it
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.DayOf(instant); got != want {
			t.Errorf("%s: got day %d, want %d", at, got, want)
		}
	}
	// The midnight that comes twice: from the first on it is the new day.
	havana := calendar(t, "2026-10-31", 3, zone(t, "America/Havana"))
	if got := havana.DayOf(time.Date(2026, 11, 1, 4, 0, 0, 0, time.UTC)); got != 1 {
		t.Errorf("the first midnight: got day %d, want 1", got)
	}
}

func TestAgendaRefuses(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	for name, hub := range map[string]Hub{
		"no station":             {MinutesPerAppointment: 8, Hours: hours(everyDay, "08:00-10:00")},
		"closes before it opens": {Stations: 1, MinutesPerAppointment: 8, Hours: hours(everyDay, "10:00-08:00")},
		"no time of day":         {Stations: 1, MinutesPerAppointment: 8, Hours: hours(everyDay, "08:60-10:00")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := hub.Agenda(calendar(t, "2026-12-01", 7, rome))
			_, plainErr := hub.Appointments("2026-12-01", rome)
			if err == nil || plainErr == nil || !strings.HasSuffix(err.Error(), plainErr.Error()) {
				t.Errorf("got %v, want what Appointments says: %v", err, plainErr)
			}
		})
	}
	if _, err := NewCalendar("2026-02-30", 7, rome); err == nil {
		t.Error("a calendar begins on 30 February")
	}
}

// A platform has up to 1,000 hubs; a forecast looks a year ahead.
func BenchmarkAgenda(b *testing.B) {
	hub := Hub{Stations: 30, MinutesPerAppointment: 8, Hours: hours(everyDay, "08:00-13:00 14:00-24:00"),
		ClosedOn: map[string]bool{"2026-12-25": true, "2027-01-01": true}}
	c := calendar(b, "2026-12-01", 365, zone(b, "Europe/Rome"))
	for b.Loop() {
		if _, err := hub.Agenda(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCalendar(b *testing.B) {
	loc := zone(b, "Europe/Rome")
	for b.Loop() {
		calendar(b, "2026-12-01", 365, loc)
	}
}
