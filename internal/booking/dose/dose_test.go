/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dose

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

var (
	one   = Rule{Count: 1}
	two   = Rule{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42}
	three = Rule{Count: 3, MinIntervalDays: 21, MaxIntervalDays: 42}
	exact = Rule{Count: 2, MinIntervalDays: 28, MaxIntervalDays: 28}
)

// list reads days apart by spaces; "-" is one that is not chosen yet.
func list(t testing.TB, text string) []civil.Day {
	t.Helper()
	var list []civil.Day
	for _, word := range strings.Fields(text) {
		var day civil.Day
		if word != "-" {
			var err error
			if day, err = civil.Parse(word); err != nil {
				t.Fatal(err)
			}
		}
		list = append(list, day)
	}
	return list
}

func TestRoom(t *testing.T) {
	for name, tc := range map[string]struct {
		rule  Rule
		days  string
		dose  int
		want  string
		empty bool
	}{
		"a second dose after the first":           {rule: two, days: "2026-12-02 -", dose: 1, want: "2026-12-23 2027-01-13"},
		"a first dose before the second":          {rule: two, days: "- 2027-01-13", dose: 0, want: "2026-12-02 2026-12-23"},
		"a second dose that is moved":             {rule: two, days: "2026-12-02 2027-01-01", dose: 1, want: "2026-12-23 2027-01-13"},
		"a first dose that is moved":              {rule: two, days: "2026-12-02 2027-01-01", dose: 0, want: "2026-11-20 2026-12-11"},
		"over the end of summer time":             {rule: two, days: "2026-10-20 -", dose: 1, want: "2026-11-10 2026-12-01"},
		"over a leap day":                         {rule: two, days: "2028-02-15 -", dose: 1, want: "2028-03-07 2028-03-28"},
		"one interval only":                       {rule: exact, days: "2026-12-02 -", dose: 1, want: "2026-12-30 2026-12-30"},
		"a dose that is alone":                    {rule: one, days: "2026-12-02", dose: 0, want: " "},
		"nothing chosen yet":                      {rule: two, days: "- -", dose: 1, want: " "},
		"a middle dose between its neighbours":    {rule: three, days: "2026-12-01 - 2027-02-01", dose: 1, want: "2026-12-22 2027-01-11"},
		"a third dose, the second not chosen yet": {rule: three, days: "2026-12-01 - -", dose: 2, want: "2027-01-12 2027-02-23"},
		"a first dose, the second not chosen yet": {rule: three, days: "- - 2027-02-23", dose: 0, want: "2026-12-01 2027-01-12"},
		"a third dose, any time later": {
			rule: Rule{Count: 3, MinIntervalDays: 21, MaxIntervalDays: math.MaxInt}, days: "2026-12-01 - -", dose: 2, want: "2027-01-12 2226-12-03",
		},
		"a middle dose between neighbours too close":    {rule: three, days: "2026-12-01 - 2026-12-31", dose: 1, want: "2026-12-22 2026-12-10", empty: true},
		"a middle dose between neighbours too far away": {rule: three, days: "2026-12-01 - 2027-12-31", dose: 1, want: "2027-11-19 2027-01-12", empty: true},
	} {
		t.Run(name, func(t *testing.T) {
			room := tc.rule.Room(list(t, tc.days), tc.dose)
			if got := room.From.String() + " " + room.To.String(); got != tc.want {
				t.Errorf("room %q, want %q", got, tc.want)
			}
			if room.Empty() != tc.empty {
				t.Errorf("empty is %t, want %t", room.Empty(), tc.empty)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for name, tc := range map[string]struct {
		rule  Rule
		hubs  string // one letter each; "x" is not offered
		days  string
		want  Problem // "" is right
		dose  int
		words string
	}{
		"a pair at one hub":                   {rule: two, hubs: "aa", days: "2026-12-02 2026-12-23"},
		"a pair at two hubs":                  {rule: two, hubs: "ab", days: "2026-12-02 2027-01-13"},
		"one dose":                            {rule: one, hubs: "a", days: "2026-12-02"},
		"three doses":                         {rule: three, hubs: "aba", days: "2026-12-01 2026-12-22 2027-02-02"},
		"exactly the only interval":           {rule: exact, hubs: "aa", days: "2026-12-02 2026-12-30"},
		"a day too early":                     {two, "aa", "2026-12-02 2026-12-22", TooEarly, 2, "dose 2 must be 21 to 42 days after dose 1: choose a day from Wednesday 23 December 2026 to Wednesday 13 January 2027"},
		"a day too late":                      {two, "aa", "2026-12-02 2027-01-14", TooLate, 2, "dose 2 must be 21 to 42 days after dose 1"},
		"a day off the only interval":         {exact, "aa", "2026-12-02 2026-12-31", TooLate, 2, "dose 2 must be 28 days after dose 1"},
		"both on one day":                     {two, "aa", "2026-12-02 2026-12-02", TooEarly, 2, "dose 2"},
		"the wrong way round":                 {two, "aa", "2026-12-23 2026-12-02", TooEarly, 2, "dose 2"},
		"the third too early":                 {three, "aaa", "2026-12-01 2027-01-01 2027-01-10", TooEarly, 3, "dose 3 must be 21 to 42 days after dose 2"},
		"only the first of two":               {two, "a", "2026-12-02", Count, 0, "appointments are for 1 dose; this campaign books all of its doses at once: choose 2"},
		"none of two":                         {two, "", "", Count, 0, "appointments are for 0 doses"},
		"two for one":                         {one, "aa", "2026-12-02 2026-12-23", Count, 0, "choose 1"},
		"a hub that is not offered":           {two, "ax", "2026-12-02 2026-12-23", NoHub, 2, "dose 2 is at a hub that this campaign does not offer"},
		"a first hub that is not offered":     {two, "xa", "2026-12-02 2026-12-23", NoHub, 1, "dose 1 is at a hub"},
		"a second dose without a day":         {two, "aa", "2026-12-02 -", NoDay, 2, "dose 2 has no day: choose one"},
		"what is wrong first is what is said": {two, "xa", "2026-12-02 2026-12-03", NoHub, 1, "dose 1"},
	} {
		t.Run(name, func(t *testing.T) {
			var set []Appointment
			for i, day := range list(t, tc.days) {
				set = append(set, Appointment{Hub: tc.hubs[i : i+1], Day: day})
			}
			err := tc.rule.Check(set, func(hub string) bool { return hub != "x" })
			if tc.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var wrong *Error
			if !errors.As(err, &wrong) {
				t.Fatalf("error %v, want an *Error", err)
			}
			if diff := cmp.Diff([]any{tc.want, tc.dose}, []any{wrong.Problem, wrong.Dose}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(err.Error(), tc.words) {
				t.Errorf("the error is\n\t%s\nwant\n\t%s", err, tc.words)
			}
		})
	}
}

// An appointment in the last minutes of a day is on that day, whatever clocks did
// since the dose before.
func TestDaysAreThoseOfTheZone(t *testing.T) {
	for name, tc := range map[string]struct {
		zone, first, second string
		want                Problem
	}{
		"over the end of summer time, 21 days and 1 h of 24":   {"Europe/Rome", "2026-10-20T21:50:00Z", "2026-11-10T22:50:00Z", ""},
		"over the end of summer time, 21 times 24 h":           {"Europe/Rome", "2026-10-20T22:10:00Z", "2026-11-10T22:10:00Z", TooEarly},
		"over the start of summer time, less than 21 times 24": {"Europe/Rome", "2026-03-20T22:50:00Z", "2026-04-10T21:50:00Z", ""},
		"the last minute of one day, the first of another":     {"Europe/Rome", "2026-12-01T22:59:00Z", "2026-12-21T23:00:00Z", ""},
		"the first minute of one day, the last of another":     {"Europe/Rome", "2026-12-01T23:00:00Z", "2026-12-22T22:59:00Z", TooEarly},
		"after Cairo's midnight that did not exist":            {"Africa/Cairo", "2026-04-02T21:59:00Z", "2026-04-23T22:00:00Z", ""},
		"at Havana's second midnight":                          {"America/Havana", "2026-10-11T04:00:00Z", "2026-11-01T05:00:00Z", ""},
	} {
		t.Run(name, func(t *testing.T) {
			loc, err := time.LoadLocation(tc.zone)
			if err != nil {
				t.Fatal(err)
			}
			var set []Appointment
			for _, text := range []string{tc.first, tc.second} {
				instant, err := time.Parse(time.RFC3339, text)
				if err != nil {
					t.Fatal(err)
				}
				set = append(set, Appointment{Hub: "a", Day: civil.On(instant, loc)})
			}
			var wrong *Error
			got := Problem("")
			if errors.As(two.Check(set, func(string) bool { return true }), &wrong) {
				got = wrong.Problem
			}
			if got != tc.want {
				t.Errorf("%s and %s: %q, want %q", set[0].Day, set[1].Day, got, tc.want)
			}
		})
	}
}

// A set is right exactly when each dose lies in the room that the others leave it;
// and a day in the room can be completed to a right set.
func TestRoomIsWhatCheckTakes(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 42))
	start := civil.Date(2026, 9, 1)
	anywhere := func(string) bool { return true }
	right := 0
	for range 20_000 {
		rule := Rule{Count: 2 + random.IntN(3), MinIntervalDays: 1 + random.IntN(20)}
		rule.MaxIntervalDays = rule.MinIntervalDays + random.IntN(20)
		set, chosen := make([]Appointment, rule.Count), make([]civil.Day, rule.Count)
		for i := range chosen {
			chosen[i] = start.Add(random.IntN(15) + i*(rule.MinIntervalDays+random.IntN(10)))
			set[i] = Appointment{Hub: "a", Day: chosen[i]}
		}
		each := true
		for i, day := range chosen {
			each = each && rule.Room(chosen, i).Contain(day)
		}
		ok := rule.Check(set, anywhere) == nil
		if ok != each {
			t.Fatalf("%+v, %v: check says %t, room says %t", rule, chosen, ok, each)
		}
		if ok {
			right++
		}
		complete(t, rule, chosen[random.IntN(rule.Count)], random)
	}
	if right < 1000 {
		t.Errorf("only %d sets of 20,000 were right: the test says little", right)
	}
}

// complete chooses one dose after the other, in any order, each in its room.
func complete(t *testing.T, rule Rule, day civil.Day, random *rand.Rand) {
	t.Helper()
	chosen, set := make([]civil.Day, rule.Count), make([]Appointment, rule.Count)
	for n, i := range random.Perm(rule.Count) {
		if n > 0 {
			room := rule.Room(chosen, i)
			if room.Empty() {
				t.Fatalf("%+v: no room for dose %d in %v", rule, i+1, chosen)
			}
			day = room.From.Add(random.IntN(room.To.Since(room.From) + 1))
		}
		chosen[i], set[i] = day, Appointment{Hub: "a", Day: day}
	}
	if err := rule.Check(set, func(string) bool { return true }); err != nil {
		t.Fatalf("%+v, %v: %v", rule, chosen, err)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(2, 21, 42, int32(0), int32(30))
	f.Add(1, 0, 0, int32(0), int32(0))
	f.Add(2, 1, math.MaxInt, int32(0), int32(1<<30))
	f.Add(2, -5, -9, int32(-1<<31), int32(1<<31-1))
	f.Fuzz(func(t *testing.T, count, least, most int, first, second int32) {
		rule := Rule{Count: count, MinIntervalDays: least, MaxIntervalDays: most}
		day := civil.Date(2026, 12, 2)
		set := []Appointment{{"a", day.Add(int(first))}, {"b", day.Add(int(second))}}
		err := rule.Check(set, func(string) bool { return true })
		between := set[1].Day.Since(set[0].Day)
		if err == nil && (count != 2 || between < least || between > most) {
			t.Errorf("%+v takes doses %d days apart", rule, between)
		}
	})
}
