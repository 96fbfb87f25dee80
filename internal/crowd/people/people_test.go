/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package people

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
)

var (
	from = civil.Date(1946, time.January, 1)
	to   = civil.Date(1950, time.December, 31)
	mix  = Mix{
		Seed: 42, Shares: []float64{62, 26, 12}, From: from, To: to,
		Ineligible: 5, DoubleClick: 10, Cancel: 4, Move: 6, Patience: time.Minute,
	}
)

// Every code is one that the booking server reads, says what the person is, and is
// nobody else's.
func TestCodesAreValidAndDiffer(t *testing.T) {
	today := civil.Date(2026, time.December, 1)
	for name, m := range map[string]Mix{
		"a band":           mix,
		"another seed":     {Seed: 7, Shares: []float64{1}, From: from, To: to, Ineligible: 100, Patience: time.Minute},
		"everybody":        {Seed: 1, Shares: []float64{1}, Patience: time.Minute},
		"the largest seed": {Seed: math.MaxUint64, Shares: []float64{1}, Patience: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			seen := map[string]int{}
			for i := range 20_000 {
				p := m.Person(i)
				id, err := identifier.Parse(p.Code)
				if err != nil {
					t.Fatalf("person %d: %s", i, err)
				}
				if id.Reveal() != p.Code || id.Kind() != identifier.FiscalCode || (id.Sex() == identifier.Female) != p.Female {
					t.Fatalf("person %d: %s is read as another", i, p.Code)
				}
				if !contains(id.BirthDates(today), p.Born) {
					t.Fatalf("person %d: %s does not say %s", i, p.Code, p.Born)
				}
				if other, known := seen[p.Code]; known {
					t.Fatalf("persons %d and %d are both %s", other, i, p.Code)
				}
				seen[p.Code] = i
			}
		})
	}
}

func contains(days []civil.Day, day civil.Day) bool {
	for _, d := range days {
		if d == day {
			return true
		}
	}
	return false
}

// The six letters differ for all people of the largest crowd.
func TestNamesDiffer(t *testing.T) {
	const crowd = 1_000_000
	seen := make(map[string]struct{}, crowd)
	for i := range uint64(crowd) {
		seen[fiscalCode(names-5+i, from, false)[:6]] = struct{}{}
	}
	if len(seen) != crowd {
		t.Errorf("%d people have %d names", crowd, len(seen))
	}
}

func TestCheckCharacter(t *testing.T) {
	for first15, want := range map[string]byte{"RSSMRA85T10A562": 'S', "RCCMNL83S18D969": 'H', "CNTCHR83T41D969": 'D'} {
		if got := checkCharacter([]byte(first15)); got != want {
			t.Errorf("%s: check character %c, want %c", first15, got, want)
		}
	}
}

func TestTheBandIsKept(t *testing.T) {
	for i := range 5000 {
		p := mix.Person(i)
		if inside := !p.Born.Before(from) && !p.Born.After(to); inside != p.Eligible {
			t.Fatalf("person %d, born %s, eligible: %t", i, p.Born, p.Eligible)
		}
	}
}

// Shares are those asked for, within 4.5 standard deviations.
func TestSharesAreKept(t *testing.T) {
	const n = 50_000
	var channels [3]float64
	var ineligible, double, cancel, move float64
	for i := range n {
		p := mix.Person(i)
		channels[p.Channel]++
		if !p.Eligible {
			ineligible++
		}
		if p.DoubleClicks {
			double++
		}
		switch p.Then {
		case Cancels:
			cancel++
		case Moves:
			move++
		case Keeps:
		}
		if p.Patience < 30*time.Second || p.Patience > 90*time.Second {
			t.Fatalf("person %d is patient for %s", i, p.Patience)
		}
	}
	for name, c := range map[string]struct{ got, percent float64 }{
		"web": {channels[0], 62}, "app": {channels[1], 26}, "phone": {channels[2], 12},
		"not eligible": {ineligible, 5}, "double clicks": {double, 10}, "cancel": {cancel, 4}, "move": {move, 6},
	} {
		share := c.percent / 100
		if math.Abs(c.got-n*share) > 4.5*math.Sqrt(n*share*(1-share)) {
			t.Errorf("%s: %.0f of %d, want about %.0f", name, c.got, n, n*share)
		}
	}
}

func TestTheSamePersonAgain(t *testing.T) {
	a, b := mix.Person(17), mix.Person(17)
	if diff := cmp.Diff(a, b, cmpopts.IgnoreFields(Person{}, "Random"), cmp.Comparer(func(a, b civil.Day) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if a.Random.Uint64() != b.Random.Uint64() {
		t.Error("the same person has another chance")
	}
}
