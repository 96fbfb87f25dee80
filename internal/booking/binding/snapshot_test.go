/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package binding

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

func mustSnapshot(t testing.TB) *Snapshot {
	t.Helper()
	s, err := NewSnapshot(makeCatalog(7, midnight))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func names(hubs []catalog.Hub) (names []string) {
	for _, h := range hubs {
		names = append(names, h.Name)
	}
	return names
}

func TestSnapshot(t *testing.T) {
	s := mustSnapshot(t)
	if h, known := s.Hub("rieti"); !known || h.DisplayName != "Hub Rieti" {
		t.Errorf("hub %+v", h)
	}
	if _, known := s.Hub("milano"); known {
		t.Error("a hub of nobody's is known")
	}
	if c, known := s.Campaign("roman-tests"); !known || c.Service != "Test" {
		t.Errorf("campaign %+v", c)
	}
	if _, known := s.Campaign("milano"); known {
		t.Error("a campaign of nobody's is known")
	}
	for campaign, want := range map[string][]string{
		"born-1946-1950": {"fiera-di-roma", "rieti"}, "roman-tests": {"fiera-di-roma"}, "milano": nil,
	} {
		if diff := cmp.Diff(want, names(s.HubsOf(campaign))); diff != "" {
			t.Errorf("hubs of %s (-want +got):\n%s", campaign, diff)
		}
	}
	if s.Zone.String() != "Europe/Rome" || s.Revision() != 7 || s.Digest() != makeCatalog(8, midnight).Digest() {
		t.Errorf("zone %s, revision %d, digest %s", s.Zone, s.Revision(), s.Digest())
	}
	if s.Rules.Today(midnight) != civil.Date(2026, 12, 2) {
		t.Errorf("today is %s", s.Rules.Today(midnight))
	}
}

func TestSlotAt(t *testing.T) {
	s := mustSnapshot(t)
	rome := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, s.Zone)
	}
	for name, tc := range map[string]struct {
		hub  string
		at   time.Time
		want string // day; "" where there is no slot
	}{
		"first":                          {"fiera-di-roma", rome(12, 2, 8, 0), "2026-12-02"},
		"second":                         {"fiera-di-roma", rome(12, 2, 8, 8), "2026-12-02"},
		"between":                        {"fiera-di-roma", rome(12, 2, 8, 4), ""},
		"before":                         {"fiera-di-roma", rome(12, 2, 7, 52), ""},
		"last that ends by noon's pause": {"fiera-di-roma", rome(12, 2, 12, 48), "2026-12-02"},
		"too short":                      {"fiera-di-roma", rome(12, 2, 12, 56), ""},
		"afternoon begins anew":          {"fiera-di-roma", rome(12, 2, 14, 0), "2026-12-02"},
		"last of the day":                {"fiera-di-roma", rome(12, 2, 23, 52), "2026-12-02"},
		"midnight":                       {"fiera-di-roma", rome(12, 3, 0, 0), ""},
		"closed":                         {"fiera-di-roma", rome(12, 25, 8, 0), ""},
		"midnight where it is open":      {"rieti", rome(12, 3, 0, 0), "2026-12-03"},
		"hour that comes twice, once":    {"rieti", time.Date(2026, 10, 25, 0, 20, 0, 0, time.UTC), "2026-10-25"},
		"hour that comes twice, again":   {"rieti", time.Date(2026, 10, 25, 1, 20, 0, 0, time.UTC), "2026-10-25"},
		"a second late":                  {"rieti", rome(12, 3, 0, 0).Add(time.Second), ""},
		"a nanosecond late":              {"rieti", rome(12, 3, 0, 0).Add(1), ""},
		"no such hub":                    {"milano", rome(12, 2, 8, 0), ""},
		"no time":                        {"rieti", time.Time{}, ""},
		"the end of time":                {"rieti", time.Unix(1<<55, 0), ""},
		"long ago":                       {"rieti", time.Date(1492, 10, 12, 0, 0, 0, 0, time.UTC), ""},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // remembered, too
				day, minutes, ok := s.SlotAt(tc.hub, tc.at)
				if day.String() != tc.want || ok != (tc.want != "") {
					t.Errorf("%s, %t; want %q", day, ok, tc.want)
				}
				if h, _ := s.Hub(tc.hub); ok && minutes != h.MinutesPerAppointment {
					t.Errorf("%d minutes", minutes)
				}
			}
		})
	}
}

// SlotAt knows all slots and no others, even when clocks change.
func TestSlotAtKnowsAllSlots(t *testing.T) {
	s := mustSnapshot(t)
	for _, hub := range []string{"fiera-di-roma", "rieti"} {
		for _, first := range []civil.Day{civil.Date(2026, 3, 27), civil.Date(2026, 10, 23), civil.Date(2026, 12, 23)} {
			starts := map[time.Time]civil.Day{}
			for n := range 5 {
				for _, slot := range s.Slots(hub, first.Add(n)) {
					starts[slot.Start] = first.Add(n)
				}
			}
			if len(starts) < 200 {
				t.Fatalf("%d slots", len(starts))
			}
			for at := s.Slots(hub, first)[0].Start; at.Before(s.Slots(hub, first.Add(4))[0].Start); at = at.Add(time.Minute) {
				want, there := starts[at]
				if day, _, ok := s.SlotAt(hub, at); ok != there || day != want {
					t.Fatalf("%s at %s: %s, %t; want %s, %t", hub, at, day, ok, want, there)
				}
			}
		}
	}
}

func BenchmarkSlotAt(b *testing.B) {
	s := mustSnapshot(b)
	at := time.Date(2026, 12, 2, 8, 8, 0, 0, s.Zone)
	for b.Loop() {
		if _, _, ok := s.SlotAt("fiera-di-roma", at); !ok {
			b.Fatal("no slot")
		}
	}
}
