/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package hours

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

func TestForHub(t *testing.T) {
	hub := catalog.Hub{
		Name: "fiera-di-roma", Stations: 30, MinutesPerAppointment: 8, ClosedOn: []string{"2026-12-25"},
		OpeningHours: []catalog.Hours{
			{Days: []string{"Monday", "Sunday"}, Opens: "08:00", Closes: "13:00"},
			{Days: []string{"Monday"}, Opens: "14:00", Closes: "24:00"},
		},
	}
	want := schedule.Hub{
		Stations: 30, MinutesPerAppointment: 8, ClosedOn: map[string]bool{"2026-12-25": true},
		Hours: []schedule.Hours{
			{Days: []time.Weekday{time.Monday, time.Sunday}, Opens: "08:00", Closes: "13:00"},
			{Days: []time.Weekday{time.Monday}, Opens: "14:00", Closes: "24:00"},
		},
	}
	got, err := ForHub(hub)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestForHubRefuses(t *testing.T) {
	_, err := ForHub(catalog.Hub{Name: "rieti", OpeningHours: []catalog.Hours{{Days: []string{"Lunedì"}, Opens: "08:00", Closes: "13:00"}}})
	if err == nil || !strings.Contains(err.Error(), `hub rieti: openingHours: "Lunedì" is not a day: write Monday to Sunday`) {
		t.Errorf("error %v", err)
	}
}

// Wherever clocks are changed, a slot is on the day whose hours it comes from, and
// no two start at the same instant: dose intervals and slots count the same days.
func TestSlotsAreOnTheirDay(t *testing.T) {
	week := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	hub, err := ForHub(catalog.Hub{
		Name: "always", Stations: 1, MinutesPerAppointment: 20,
		OpeningHours: []catalog.Hours{{Days: week, Opens: "00:00", Closes: "24:00"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, zone := range []string{
		"Europe/Rome", "Africa/Cairo", "Asia/Beirut", "America/Havana", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "America/Nuuk",
	} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, year := range []int{2010, 2011, 2026} {
			last := time.Time{}
			for day := civil.Date(year, 1, 1); day.Before(civil.Date(year+1, 1, 1)); day = day.Add(1) {
				slots, err := hub.Slots(day.String(), loc)
				if err != nil {
					t.Fatal(err)
				}
				for _, slot := range slots {
					if on := civil.On(slot.Start, loc); on != day || !slot.Start.After(last) {
						t.Fatalf("%s: the slot of %s at %s is on %s, after one at %s", zone, day, slot.Start, on, last)
					}
					last = slot.Start
				}
			}
		}
	}
}
