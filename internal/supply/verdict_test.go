/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJudge(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	both := []string{"fiera", "latina"}
	for name, tc := range map[string]struct {
		hubs      []Hub
		campaigns []Campaign // the last is judged
		want      Outcome    // without its name
		message   string
	}{
		"enough on the first day": {
			hubs: []Hub{hub("fiera", 3)}, campaigns: []Campaign{band("over-80", 30, "fiera")},
			want:    Outcome{Expected: 30, Served: 30, ServedBy: "2026-12-02"},
			message: "30 people × 100 % need 30 appointments; the campaign's hubs offer enough: served by 2 December 2026. A forecast: the places left are the store's to say",
		},
		"one more, on the day after": {
			hubs: []Hub{hub("fiera", 3)}, campaigns: []Campaign{band("over-80", 31, "fiera")},
			want: Outcome{Expected: 31, Served: 31, ServedBy: "2026-12-03"},
		},
		"people are rounded up": {
			hubs: []Hub{hub("fiera", 3)}, campaigns: []Campaign{{Name: "over-80", Opens: at("2026-12-01T23:00:00Z"), Eligible: 51, UptakePercent: 60, Hubs: both}},
			want: Outcome{Expected: 31, Served: 31, ServedBy: "2026-12-03"},
		},
		"of the day of the opening only what begins after it": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{band("over-80", 4, "fiera").opens("2026-12-02T12:01:00Z")}, // 13:01 in Rome
			want: Outcome{Expected: 4, Served: 4, ServedBy: "2026-12-02"},
		},
		"and one more than that": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{band("over-80", 5, "fiera").opens("2026-12-02T12:01:00Z")},
			want: Outcome{Expected: 5, Served: 5, ServedBy: "2026-12-03"},
		},
		"two that open within a day share what is left of it": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{
				band("a", 3, "fiera").opens("2026-12-02T12:00:00Z"), band("b", 3, "fiera").opens("2026-12-02T12:00:00Z")}, // five are left
			want:    Outcome{Expected: 3, Served: 3, ServedBy: "2026-12-03"},
			message: "3 people × 100 % need 3 appointments; the campaign's hubs offer enough after what earlier campaigns are expected to take: served by 3 December 2026. A forecast: the places left are the store's to say",
		},
		"an appointment that begins a year after the opening is none": { // five on the first day and on the last
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{band("over-80", 3651, "fiera").opens("2026-12-02T12:00:00Z")},
			want: Outcome{Expected: 3651, Served: 3650, ServedBy: "2027-12-02", Unserved: 1},
		},
		"second doses three weeks later": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{band("over-80", 20, "fiera").twice(21, 42)},
			want:    Outcome{Expected: 40, Served: 40, ServedBy: "2026-12-24"},
			message: "20 people × 100 % × 2 doses need 40 appointments; the campaign's hubs offer enough: served by 24 December 2026. A forecast: the places left are the store's to say",
		},
		"first doses go on when second doses are over": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{band("over-80", 30, "fiera").twice(2, 2)}, // first doses on 2, 3 and 6 December
			want: Outcome{Expected: 60, Served: 60, ServedBy: "2026-12-08"},
		},
		"no second dose within a year": {
			hubs: []Hub{hub("fiera", 9)}, campaigns: []Campaign{band("over-80", 20, "fiera").twice(365, 400)},
			want: Outcome{Expected: 40, Unserved: 20},
			message: "20 people × 100 % × 2 doses need 40 appointments; the campaign's hubs offer 0 of them within a year of the opening, so that 20 people find no appointment. " +
				"A forecast: the places left are the store's to say",
		},
		"earlier campaigns come first, whatever their place in the list": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{
				band("later", 100, "fiera").opens("2026-12-05T23:00:00Z"), band("a", 20, "fiera"), band("b", 10, "fiera")},
			want: Outcome{Expected: 10, Served: 10, ServedBy: "2026-12-04"},
		},
		"those served before it opens are not in its way": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{band("a", 10, "fiera"), band("b", 10, "fiera").opens("2026-12-02T23:00:00Z")},
			want:    Outcome{Expected: 10, Served: 10, ServedBy: "2026-12-03"},
			message: "10 people × 100 % need 10 appointments; the campaign's hubs offer enough: served by 3 December 2026. A forecast: the places left are the store's to say",
		},
		"elsewhere nobody is in the way": {
			hubs: []Hub{hub("fiera", 1), hub("latina", 1)}, campaigns: []Campaign{band("a", 500, "fiera"), band("b", 10, "latina")},
			want:    Outcome{Expected: 10, Served: 10, ServedBy: "2026-12-02"},
			message: "10 people × 100 % need 10 appointments; the campaign's hubs offer enough: served by 2 December 2026. A forecast: the places left are the store's to say",
		},
		"who opened half a year ago still takes": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{
				band("a", 20_000, "fiera").opens("2026-06-01T22:00:00Z"), band("b", 10, "fiera")},
			want: Outcome{Expected: 10, Served: 10, ServedBy: "2027-06-02"},
		},
		"who opened more than a year ago has had their turn": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{
				band("a", 20_000, "fiera").opens("2025-11-30T23:00:00Z"), band("b", 10, "fiera")},
			want: Outcome{Expected: 10, Served: 10, ServedBy: "2026-12-02"},
		},
		"short within a year": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{band("a", 3651, "fiera")},
			want: Outcome{Expected: 3651, Served: 3650, ServedBy: "2027-12-01", Unserved: 1},
			message: "3,651 people × 100 % need 3,651 appointments; the campaign's hubs offer 3,650 of them within a year of the opening, so that 1 person finds no appointment. " +
				"Enough would be 1 more station at fiera, which has 1. A forecast: the places left are the store's to say",
		},
		"earlier campaigns take of more stations, too": { // one more would be enough for the later one alone
			hubs: []Hub{hub("fiera", 2)}, campaigns: []Campaign{band("a", 10_940, "fiera"), band("b", 20, "fiera")},
			want: Outcome{Expected: 20, Unserved: 20},
			message: "20 people × 100 % need 20 appointments; the campaign's hubs offer 0 of them within a year of the opening after what earlier campaigns are expected to take, " +
				"so that 20 people find no appointment. Enough would be 2 more stations at fiera, which has 2. A forecast: the places left are the store's to say",
		},
		"short at several hubs": {
			hubs: []Hub{hub("fiera", 1), hub("latina", 2)}, campaigns: []Campaign{band("a", 18_000, both...)},
			want: Outcome{Expected: 18_000, Served: 10_950, ServedBy: "2027-12-01", Unserved: 7_050},
			message: "18,000 people × 100 % need 18,000 appointments; the campaign's hubs offer 10,950 of them within a year of the opening, so that 7,050 people find no appointment. " +
				"Enough would be 2 more stations at its hubs, in proportion to the 3 that they have. A forecast: the places left are the store's to say",
		},
		"a hub that is never open": {
			hubs: []Hub{closed("fiera")}, campaigns: []Campaign{band("a", 5, "fiera")},
			want: Outcome{Expected: 5, Unserved: 5},
			message: "5 people × 100 % need 5 appointments; the campaign's hubs offer 0 of them within a year of the opening, so that 5 people find no appointment. " +
				"A forecast: the places left are the store's to say",
		},
		"a hub that is not there": {
			hubs: []Hub{hub("fiera", 1)}, campaigns: []Campaign{band("a", 5, "nowhere")},
			want: Outcome{Expected: 5, Unserved: 5},
		},
		"the night with one hour more": { // 00:00 to 24:00 on 25 October are 25 hours
			hubs: []Hub{always("fiera")}, campaigns: []Campaign{band("a", 25, "fiera").opens("2026-10-24T22:00:00Z")},
			want: Outcome{Expected: 25, Served: 25, ServedBy: "2026-10-25"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			last := tc.campaigns[len(tc.campaigns)-1].Name
			got := judge(t, Input{Zone: rome, Hubs: tc.hubs, Campaigns: tc.campaigns}, last)
			tc.want.Campaign = last
			if diff := cmp.Diff(tc.want, got.Outcome); diff != "" {
				t.Error(diff)
			}
			if tc.message != "" && got.Message != tc.message {
				t.Errorf("got  %s\nwant %s", got.Message, tc.message)
			}
		})
	}
}

// Who may go anywhere leaves room everywhere: no hub is used up first because of
// its name.
func TestNoHubByAccident(t *testing.T) {
	in := Input{Zone: zone(t, "Europe/Rome"), Hubs: []Hub{hub("fiera", 2), hub("latina", 4), hub("rieti", 2)}}
	for at, want := range map[string]int64{"fiera": 10, "latina": 20, "rieti": 10} {
		for people, day := range map[int64]string{want: "2026-12-02", want + 1: "2026-12-03"} {
			in.Campaigns = []Campaign{
				band("anywhere", 40, "fiera", "latina", "rieti"), // half of the 80 of the first day
				band("here", people, at),
			}
			if got := judge(t, in, "here"); got.ServedBy != day {
				t.Errorf("at %s: %d people are served by %s, want by %s", at, people, got.ServedBy, day)
			}
		}
	}
}

func TestFewest(t *testing.T) {
	for most := range 70 {
		for least := 1; least <= 70; least++ {
			want := least
			if least > most {
				want = 0
			}
			if got := fewest(most, func(n int) bool { return n >= least }); got != want {
				t.Errorf("at least %d, at most %d: got %d, want %d", least, most, got, want)
			}
		}
	}
}

// closed on every day of the week.
func closed(name string) Hub {
	h := hub(name, 1)
	h.Hours.Hours[0].Days = nil
	return h
}

// always open.
func always(name string) Hub {
	h := hub(name, 1)
	h.Hours.Hours[0].Opens, h.Hours.Hours[0].Closes = "00:00", "24:00"
	return h
}

func TestJudgeRefuses(t *testing.T) {
	wrong := hub("fiera", 1)
	wrong.Hours.Hours[0].Opens = "19:00"
	in := Input{Zone: zone(t, "Europe/Rome"), Hubs: []Hub{wrong}, Campaigns: []Campaign{band("a", 5, "fiera"), band("b", 5, "latina")}}
	if _, err := in.Judge("a"); err == nil || !strings.HasPrefix(err.Error(), "VaccinationHub fiera: on 2026-12-01: hours 19:00 to 18:00: ") {
		t.Errorf("got %v, want what is wrong with fiera", err)
	}
	if _, err := in.Judge("z"); err == nil {
		t.Error("a campaign that is not there was judged")
	}
	in.Campaigns[1].Name = "0" // now before a: a wrong hub that it does not use is none of its business
	if _, err := in.Judge("0"); err != nil {
		t.Error(err)
	}
}

// What is said to be enough is enough, tried as people would: by declaring it.
func TestHelpHelps(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	random := rand.New(rand.NewPCG(5, 2021))
	stations := 0
	for range 600 {
		in := anyInput(random, rome, random.IntN(2) == 0)
		m, outcomes, err := in.forecast(in.Campaigns[0].Name)
		if err != nil {
			t.Fatal(err)
		}
		if outcomes[len(outcomes)-1].Unserved == 0 {
			continue
		}
		h := m.help()
		if h.stations > 0 {
			stations++
			more := m.spread(in.Campaigns[0].sound()).of(h.stations)
			added := in
			added.Hubs = nil
			sum := 0
			for _, hub := range in.Hubs {
				hub.Hours.Stations += more[hub.Name]
				sum += more[hub.Name]
				added.Hubs = append(added.Hubs, hub)
			}
			if v := judge(t, added, in.Campaigns[0].Name); !v.Covers() || sum != h.stations {
				t.Fatalf("with %v, %d more stations (%d): %s\n%+v", more, h.stations, sum, v.Message, in)
			}
		}
	}
	if stations < 100 {
		t.Errorf("only %d times more stations would help", stations)
	}
}
