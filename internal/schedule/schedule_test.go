/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package schedule

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
)

var everyDay = []time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// hours reads "08:00-13:00 14:00-24:00".
func hours(days []time.Weekday, spans string) []Hours {
	var all []Hours
	for _, s := range strings.Fields(spans) {
		opens, closes, _ := strings.Cut(s, "-")
		all = append(all, Hours{Days: days, Opens: opens, Closes: closes})
	}
	return all
}

// local writes slots as a person in the zone reads them.
func local(slots []Slot, loc *time.Location) string {
	var words []string
	for _, s := range slots {
		words = append(words, s.Start.In(loc).Format("15:04")+"-"+s.End.In(loc).Format("15:04 MST"))
	}
	return strings.Join(words, ", ")
}

func TestSlots(t *testing.T) {
	weekdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	for name, tc := range map[string]struct {
		hours   []Hours
		closed  string
		minutes int
		date    string
		zone    string
		want    string
	}{
		"an ordinary morning": {
			hours: hours(everyDay, "08:00-10:00"), minutes: 30, date: "2026-12-01", zone: "Europe/Rome",
			want: "08:00-08:30 CET, 08:30-09:00 CET, 09:00-09:30 CET, 09:30-10:00 CET",
		},
		"what is left is too short": {
			hours: hours(everyDay, "08:00-09:10"), minutes: 30, date: "2026-12-01", zone: "Europe/Rome",
			want: "08:00-08:30 CET, 08:30-09:00 CET",
		},
		"hours shorter than an appointment": {
			hours: hours(everyDay, "08:00-08:29"), minutes: 30, date: "2026-12-01", zone: "Europe/Rome",
		},
		"up to midnight": {
			hours: hours(everyDay, "23:00-24:00"), minutes: 30, date: "2026-12-01", zone: "Europe/Rome",
			want: "23:00-23:30 CET, 23:30-00:00 CET",
		},
		"a break at noon, given backwards": {
			hours: hours(everyDay, "14:00-15:00 08:00-09:00"), minutes: 60, date: "2026-12-01", zone: "Europe/Rome",
			want: "08:00-09:00 CET, 14:00-15:00 CET",
		},
		"hours that meet begin afresh": {
			hours: hours(everyDay, "08:00-08:50 08:50-09:20"), minutes: 30, date: "2026-12-01", zone: "Europe/Rome",
			want: "08:00-08:30 CET, 08:50-09:20 CET",
		},
		"hours that overlap": {
			hours: hours(everyDay, "08:00-09:00 08:30-10:00 08:15-08:45"), minutes: 30, date: "2026-12-01", zone: "Europe/Rome",
			want: "08:00-08:30 CET, 08:30-09:00 CET, 09:00-09:30 CET, 09:30-10:00 CET",
		},
		"not on a Sunday": {
			hours: hours(weekdays, "08:00-10:00"), minutes: 30, date: "2026-12-06", zone: "Europe/Rome",
		},
		"closed for Christmas": {
			hours: hours(everyDay, "08:00-10:00"), closed: "2026-12-25", minutes: 30, date: "2026-12-25", zone: "Europe/Rome",
		},
		"clocks jump: one hour of three is missing": {
			hours: hours(everyDay, "01:00-04:00"), minutes: 60, date: "2026-03-29", zone: "Europe/Rome",
			want: "01:00-03:00 CEST, 03:00-04:00 CEST",
		},
		"clocks jump over all of the hours": {
			hours: hours(everyDay, "02:00-03:00 02:10-02:50"), minutes: 10, date: "2026-03-29", zone: "Europe/Rome",
		},
		"clocks jump: hours that begin in the gap": {
			hours: hours(everyDay, "02:30-03:30"), minutes: 30, date: "2026-03-29", zone: "Europe/Rome",
			want: "03:00-03:30 CEST",
		},
		"clocks go back: one hour of three comes twice": {
			hours: hours(everyDay, "01:00-04:00"), minutes: 60, date: "2026-10-25", zone: "Europe/Rome",
			want: "01:00-02:00 CEST, 02:00-02:00 CET, 02:00-03:00 CET, 03:00-04:00 CET",
		},
		"clocks go back: closing at its first coming": {
			hours: hours(everyDay, "01:30-02:30"), minutes: 30, date: "2026-10-25", zone: "Europe/Rome",
			want: "01:30-02:00 CEST, 02:00-02:30 CEST",
		},
		"midnight that does not exist": {
			hours: hours(everyDay, "00:00-02:00"), minutes: 30, date: "2026-04-24", zone: "Africa/Cairo",
			want: "01:00-01:30 EEST, 01:30-02:00 EEST",
		},
		"midnight that comes twice": {
			hours: hours(everyDay, "00:00-01:00"), minutes: 60, date: "2026-11-01", zone: "America/Havana",
			want: "00:00-00:00 CST, 00:00-01:00 CST",
		},
		"a day that Samoa never had": {
			hours: hours(everyDay, "00:00-24:00"), minutes: 30, date: "2011-12-30", zone: "Pacific/Apia",
		},
	} {
		t.Run(name, func(t *testing.T) {
			loc := zone(t, tc.zone)
			hub := Hub{Stations: 3, MinutesPerAppointment: tc.minutes, Hours: tc.hours, ClosedOn: map[string]bool{tc.closed: true}}
			slots, err := hub.Slots(tc.date, loc)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, local(slots, loc)); diff != "" {
				t.Errorf("slots (-want +got):\n%s", diff)
			}
			appointments, err := hub.Appointments(tc.date, loc)
			if err != nil {
				t.Fatal(err)
			}
			if want := int64(len(slots) * 3); appointments != want {
				t.Errorf("%d appointments, want %d", appointments, want)
			}
		})
	}
}

func TestAppointmentsOfWholeDays(t *testing.T) {
	for name, tc := range map[string]struct {
		date string
		want int64
	}{
		"24 hours": {"2026-12-01", 24 * 30},
		"23 hours": {"2026-03-29", 23 * 30},
		"25 hours": {"2026-10-25", 25 * 30},
	} {
		t.Run(name, func(t *testing.T) {
			hub := Hub{Stations: 5, MinutesPerAppointment: 10, Hours: hours(everyDay, "00:00-24:00")}
			got, err := hub.Appointments(tc.date, zone(t, "Europe/Rome"))
			if err != nil {
				t.Fatal(err)
			}
			if got != tc.want {
				t.Errorf("%d appointments, want %d", got, tc.want)
			}
		})
	}
}

func TestWhatCannotBe(t *testing.T) {
	good := Hub{Stations: 1, MinutesPerAppointment: 10, Hours: hours(everyDay, "08:00-20:00")}
	with := func(change func(*Hub)) Hub {
		h := good
		change(&h)
		return h
	}
	for name, tc := range map[string]struct {
		hub  Hub
		date string
		loc  *time.Location
		want string
	}{
		"no station":           {hub: with(func(h *Hub) { h.Stations = 0 }), want: "0 stations: write 1 to"},
		"no minutes":           {hub: with(func(h *Hub) { h.MinutesPerAppointment = -1 }), want: "-1 minutes per appointment: write 1 to"},
		"longer than a day":    {hub: with(func(h *Hub) { h.MinutesPerAppointment = 1441 }), want: "1441 minutes"},
		"no such day":          {hub: good, date: "2026-02-30", want: "2026-02-30"},
		"closes first":         {hub: with(func(h *Hub) { h.Hours = hours(everyDay, "20:00-08:00") }), want: "opens before it closes"},
		"no such time":         {hub: with(func(h *Hub) { h.Hours = hours(everyDay, "08:00-99:00") }), want: "99:00"},
		"a zone without rules": {hub: good, loc: time.FixedZone("+3", 3*60*60), want: "+3"},
	} {
		t.Run(name, func(t *testing.T) {
			date, loc := tc.date, tc.loc
			if date == "" {
				date = "2026-12-01"
			}
			if loc == nil {
				loc = time.UTC
			}
			_, slotsErr := tc.hub.Slots(date, loc)
			_, err := tc.hub.Appointments(date, loc)
			if err == nil || slotsErr == nil || err.Error() != slotsErr.Error() {
				t.Fatalf("errors %v and %v, want one and the same", slotsErr, err)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %q, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestWeekday(t *testing.T) {
	for _, day := range everyDay {
		if got, ok := Weekday(day.String()); !ok || got != day {
			t.Errorf("%s: got %s, %t", day, got, ok)
		}
	}
	for _, name := range []string{"", "monday", "Lunedì"} {
		if day, ok := Weekday(name); ok {
			t.Errorf("%q is taken for %s", name, day)
		}
	}
}
