/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

const midnight = "Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December"

func TestRefusals(t *testing.T) {
	d := lazio(t)
	tooLate := dose.Rule{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42}.Check([]dose.Appointment{
		{Hub: "rieti", Day: civil.Date(2026, 12, 2)}, {Hub: "rieti", Day: civil.Date(2027, 12, 2)},
	}, func(string) bool { return true })
	for name, tc := range map[string]struct {
		why error
		in  Situation
	}{
		"not-yet-open":      {why: Decided{eligibility.Decision{Outcome: eligibility.NotYetOpen, Campaign: "born-1946-1950", OpensAtLocal: midnight}}},
		"not-yet-open-it":   {Decided{eligibility.Decision{Outcome: eligibility.NotYetOpen, Campaign: "born-1946-1950", OpensAtLocal: midnight}}, Situation{Language: words.Italian}},
		"your-band-opens":   {why: Decided{eligibility.Decision{Outcome: eligibility.YourBandOpens, Campaign: "born-1946-1950", OpensAtLocal: midnight}}},
		"paused-it":         {Decided{eligibility.Decision{Outcome: eligibility.Paused, Campaign: "born-1946-1950", Reason: "I vaccini arrivano giovedì"}}, Situation{Language: words.Italian}},
		"not-open-by-store": {why: &booking.Refusal{Outcome: booking.NotOpen, At: made}},
		"already-booked":    {why: &booking.Refusal{Outcome: booking.AlreadyBooked}},
		"already-booked-it": {&booking.Refusal{Outcome: booking.AlreadyBooked}, Situation{Language: words.Italian, After: time.Second}},
		"try-again":         {errors.New("connection reset"), Situation{After: 1500 * time.Millisecond}},
		"no-place":          {&booking.Refusal{Outcome: booking.NoPlace, Dose: 2}, Situation{Next: []Reference{d.Next(first), d.Next(second)}}},
		"no-place-it":       {&booking.Refusal{Outcome: booking.NoPlace, Dose: 2}, Situation{Language: words.Italian, Next: []Reference{d.Next(second)}}},
		"wrong-doses":       {why: tooLate},
		"wrong-doses-it":    {tooLate, Situation{Language: words.Italian}},
		"overloaded":        {Overloaded, Situation{After: 5 * time.Second}},
		"wrong-identifier":  {why: parseError(t, `{"resourceType":"Patient","identifier":[{"value":"RSSMRA85T10A562X"}]}`)},
		"wrong-identifier-it": {
			parseError(t, `{"resourceType":"Patient","identifier":[{"value":"RSSMRA85T1!A562S"}]}`), Situation{Language: words.Italian},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := Refuse(fmt.Errorf("book: %w", tc.why), tc.in)
			golden(t, "refusal-"+name+".json", indented(t, r.Outcome))
		})
	}
}

// parseError is the error of a request about a patient.
func parseError(t *testing.T, patient string) error {
	t.Helper()
	_, err := ParseFind([]byte(`{"resourceType":"Parameters","parameter":[
		{"name":"visit-type","valueCode":"Vaccination"},{"name":"patient-resource","resource":`+patient+`}]}`), time.UTC)
	if err == nil {
		t.Fatal("no error")
	}
	return err
}

// The two that a client must never mistake for each other.
func TestAlreadyBookedIsNotTryAgain(t *testing.T) {
	s := Situation{After: time.Second}
	already, again := Refuse(&booking.Refusal{Outcome: booking.AlreadyBooked}, s), Refuse(errors.New("gone away"), s)
	if already.Again || already.Status != 409 || already.Code != AlreadyBooked || already.RetryAfter(s.After) != "" {
		t.Errorf("already booked: %+v", already)
	}
	if !again.Again || again.Status != 503 || again.Code != TryAgain || again.RetryAfter(s.After) != "1" {
		t.Errorf("try again: %+v", again)
	}
}

func TestEveryDecisionHasItsCode(t *testing.T) {
	for _, o := range []eligibility.Outcome{
		eligibility.NotYetOpen, eligibility.YourBandOpens, eligibility.YourBandIsOpen, eligibility.Paused, eligibility.Closed,
		eligibility.NotEligible, eligibility.UnknownCampaign, eligibility.UnknownService, eligibility.BirthDateNeeded,
		eligibility.BirthDateDisagrees, eligibility.BirthDateImpossible,
	} {
		for _, l := range []words.Language{words.English, words.Italian} {
			r := Refuse(Decided{eligibility.Decision{Outcome: o, Campaign: "born-1946-1950", OpensAtLocal: "on Monday", ClosedAtLocal: "on Sunday", Reason: "no vaccine"}}, Situation{Language: l})
			clients(t, string(o), r)
			if text := r.Outcome.Issue[0].Details.Text; text == "" || l == words.Italian && text == (eligibility.Decision{Outcome: o}).Words() {
				t.Errorf("%s in %s: %q", o, l, text)
			}
		}
	}
}

// clients checks that nothing but another request helps.
func clients(t *testing.T, name string, r Refusal) {
	t.Helper()
	if r.Code == TryAgain || r.Again || r.Status < 400 || r.Status > 499 {
		t.Errorf("%s: %+v", name, r)
	}
}

func TestEveryRefusalOfTheStoreHasItsCode(t *testing.T) {
	for _, o := range []booking.Outcome{
		booking.NotOpen, booking.Paused, booking.Closed, booking.UnknownCampaign, booking.AlreadyBooked, booking.NoPlace, booking.NoSlot, booking.Expired,
		booking.ExtendedOnce, booking.NotFound, booking.Begun, booking.Gone, booking.WrongDoses, booking.KeyUsed,
	} {
		clients(t, string(o), Refuse(&booking.Refusal{Outcome: o}, Situation{}))
	}
}

func TestEveryProblemOfDosesHasItsWords(t *testing.T) {
	for _, p := range []dose.Problem{dose.Count, dose.NoDay, dose.NoHub, dose.TooEarly, dose.TooLate} {
		if got := doseText(&dose.Error{Problem: p}, words.Italian); got == kinds[WrongDoses].italian {
			t.Errorf("%s has no words of its own", p)
		}
	}
	for l, want := range map[words.Language]string{words.English: kinds[WrongDoses].english, words.Italian: kinds[WrongDoses].italian} {
		if got := doseText(&dose.Error{}, l); got != want {
			t.Errorf("a problem that is not known here: %q", got)
		}
	}
}

func TestWhatNobodyKnowsMayBeTriedAgain(t *testing.T) {
	for name, why := range map[string]error{
		"another catalog binds":     &booking.Refusal{Outcome: booking.Stale},
		"a refusal not known here":  &booking.Refusal{Outcome: "new"},
		"a decision not known here": Decided{eligibility.Decision{Outcome: "new"}},
		"a code not known here":     Code("new"),
		"nothing at all":            nil,
	} {
		if r := Refuse(why, Situation{}); r.Code != TryAgain || r.Status != 503 || !r.Again || r.Outcome.Issue[0].Details.Text == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// issueTypes are the codes of FHIR's value set issue-type that are used here.
var issueTypes = []string{
	"structure", "required", "value", "too-long", "login", "business-rule", "not-found", "not-supported",
	"timeout", "duplicate", "conflict", "throttled", "transient",
}

func TestKinds(t *testing.T) {
	texts := map[string]Code{}
	for code, k := range kinds {
		if !slices.Contains(issueTypes, k.issue) {
			t.Errorf("%s: %s is no issue type", code, k.issue)
		}
		for _, text := range []string{k.english, k.italian} {
			if other, twice := texts[text]; twice || text == "" {
				t.Errorf("%s says the same as %s: %q", code, other, text)
			}
			texts[text] = code
		}
		if again := k.status >= 500 || k.status == 429 || k.status == 408; again != k.again {
			t.Errorf("%s: status %d, try again %t", code, k.status, k.again)
		}
	}
}

// Clients are written by the table in the package comment.
func TestTableOfCodes(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^//\t([a-z-]+) +(\d{3}) +([a-z-]+)(?: +(yes))?$`).FindAllStringSubmatch(string(text), -1) {
		told[row[1]] = strings.Join(row[2:], " ")
	}
	want := map[string]string{}
	for code, k := range kinds {
		again := ""
		if k.again {
			again = "yes"
		}
		want[string(code)] = fmt.Sprintf("%d %s %s", k.status, k.issue, again)
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("the table and the codes differ (-codes +table):\n%s", diff)
	}
	if !slices.Contains(slices.Collect(maps.Keys(told)), "already-booked") {
		t.Error("there is no table")
	}
}

func TestWaits(t *testing.T) {
	for name, tc := range map[string]struct {
		after             time.Duration
		want, it, english string
	}{
		"nobody knows": {0, "", "", ""},
		"a moment":     {time.Millisecond, "1", "Attendere 1 secondo.", "Wait 1 second."},
		"a minute":     {time.Minute, "60", "Attendere 60 secondi.", "Wait 60 seconds."},
	} {
		t.Run(name, func(t *testing.T) {
			for l, want := range map[words.Language]string{words.English: tc.english, words.Italian: tc.it} {
				r := Refuse(Overloaded, Situation{Language: l, After: tc.after})
				if got := r.RetryAfter(tc.after); got != tc.want {
					t.Errorf("Retry-After %q, want %q", got, tc.want)
				}
				if text := r.Outcome.Issue[0].Details.Text; !strings.HasSuffix(text, want) {
					t.Errorf("%s: %q", l, text)
				}
			}
		})
	}
}
