/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// check what holds for every platform: nobody gets more than he needs or a part
// of it, nothing is taken that is not offered, and everything taken is somebody's.
func check(t *testing.T, in Input) {
	t.Helper()
	for _, c := range in.Campaigns {
		m, outcomes, err := in.forecast(c.Name)
		if err != nil {
			return
		}
		taken := int64(0)
		left := slices.Clone(m.left)
		m.offer(nil)
		for i := range left {
			if left[i] < 0 || left[i] > m.left[i] {
				t.Fatalf("of %d appointments on %s, %d are left", m.left[i], m.stretches[i/len(m.pools)].date, left[i])
			}
			taken += m.left[i] - left[i]
		}
		served := int64(0)
		for i, out := range outcomes {
			served += out.Served
			checkOutcome(t, m.in.Campaigns[i], out)
		}
		if taken != served {
			t.Fatalf("%d appointments are taken, %d served", taken, served)
		}
		if last := outcomes[len(outcomes)-1]; last.Campaign != c.Name {
			t.Fatalf("the last outcome is of %s, want %s", last.Campaign, c.Name)
		}
	}
}

func checkOutcome(t *testing.T, c Campaign, out Outcome) {
	t.Helper()
	doses := int64(c.Doses.Count)
	if out.Served < 0 || out.Served > out.Expected || out.Served%doses != 0 || out.Served+out.Unserved*doses != out.Expected {
		t.Fatalf("%+v, each person takes %d", out, doses)
	}
	if (out.ServedBy == "") != (out.Served == 0) {
		t.Fatalf("%+v: served by no day, or nobody on some day", out)
	}
	if opens := c.Opens.AddDate(0, 0, -2).Format(time.DateOnly); out.Served > 0 && out.ServedBy < opens {
		t.Fatalf("%+v opens at %v", out, c.Opens)
	}
}

func TestAnyPlatform(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		check(t, anyInput(random, zone(t, []string{"Europe/Rome", "America/Havana", "Asia/Kathmandu"}[random.IntN(3)]), random.IntN(3) == 0))
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		in := anyInput(random, rome, false)
		want := judge(t, in, "a")
		for range 3 {
			shuffled := Input{Zone: rome, Hubs: slices.Clone(in.Hubs), Campaigns: slices.Clone(in.Campaigns)}
			shuffle(random, shuffled.Hubs)
			shuffle(random, shuffled.Campaigns)
			for i := range shuffled.Campaigns {
				shuffled.Campaigns[i].Hubs = slices.Clone(shuffled.Campaigns[i].Hubs)
				shuffle(random, shuffled.Campaigns[i].Hubs)
			}
			if diff := cmp.Diff(want, judge(t, shuffled, "a")); diff != "" {
				t.Fatal(diff)
			}
		}
	}
}

func shuffle[E any](random *rand.Rand, list []E) {
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// What opens later never lowers what opens earlier gets, nor does its mere presence
// change a word.
func TestLaterNeverLowersEarlier(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	random := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		in := anyInput(random, rome, false)
		for _, c := range in.Campaigns {
			want := judge(t, in, c.Name)
			later := Input{Zone: in.Zone, Hubs: in.Hubs, Campaigns: slices.DeleteFunc(slices.Clone(in.Campaigns), func(d Campaign) bool {
				return d.Opens.After(c.Opens) || d.Opens.Equal(c.Opens) && d.Name > c.Name
			})}
			got := judge(t, later, c.Name)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
		}
	}
}

// With one dose at the same hubs, more stations serve no fewer people, and no later.
func TestMoreStations(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	random := rand.New(rand.NewPCG(7, 8))
	for range 250 {
		in := anyInput(random, rome, true)
		for i := range in.Campaigns {
			in.Campaigns[i].Doses = Doses{Count: 1}
		}
		more := Input{Zone: rome, Hubs: slices.Clone(in.Hubs), Campaigns: in.Campaigns}
		for i := range more.Hubs {
			more.Hubs[i].Hours.Stations += random.IntN(3)
		}
		for _, c := range in.Campaigns {
			with, without := judge(t, more, c.Name), judge(t, in, c.Name)
			later := with.Unserved == without.Unserved && with.ServedBy > without.ServedBy
			if with.Served < without.Served || later {
				t.Fatalf("with more stations %+v, without %+v", with.Outcome, without.Outcome)
			}
		}
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(uint64(1), int64(410_000), 60, 2, 21, 42, int64(0))
	f.Add(uint64(2), int64(-5), 400, 9, 0, -3, int64(-99))
	f.Add(uint64(3), int64(1)<<62, 100, 4, 700, 900, int64(1)<<40)
	f.Fuzz(func(t *testing.T, seed uint64, people int64, uptake, doses, minDays, maxDays int, opens int64) {
		random := rand.New(rand.NewPCG(seed, 1))
		in := anyInput(random, time.UTC, seed%2 == 0)
		const century = 100 * 365 * 24
		c := &in.Campaigns[0]
		c.Eligible, c.UptakePercent, c.Doses = people, uptake, Doses{doses, minDays, maxDays}
		c.Opens = c.Opens.Add(time.Duration(opens%century) * time.Hour)
		check(t, in)
		for _, c := range in.Campaigns {
			v, err := in.Judge(c.Name)
			if err != nil {
				return
			}
			if again := judge(t, in, c.Name); again != v || v.Message == "" {
				t.Fatalf("judged twice:\n%+v\n%+v", v, again)
			}
		}
	})
}
