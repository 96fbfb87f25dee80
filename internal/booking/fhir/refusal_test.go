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
	"github.com/mezzanotte/mezzanotte/test/constants"
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
		"not-yet-open":      {why: booking.NotEligibleError{Decision: eligibility.Decision{Outcome: eligibility.NotYetOpen, Campaign: "born-1946-1950", OpensAtLocal: midnight}}},
		"not-yet-open-it":   {booking.NotEligibleError{Decision: eligibility.Decision{Outcome: eligibility.NotYetOpen, Campaign: "born-1946-1950", OpensAtLocal: midnight}}, Situation{Language: words.Italian}},
		"your-band-opens":   {why: booking.NotEligibleError{Decision: eligibility.Decision{Outcome: eligibility.YourBandOpens, Campaign: "born-1946-1950", OpensAtLocal: midnight}}},
		"paused-it":         {booking.NotEligibleError{Decision: eligibility.Decision{Outcome: eligibility.Paused, Campaign: "born-1946-1950", Reason: "I vaccini arrivano giovedì"}}, Situation{Language: words.Italian}},
		"not-open-by-store": {why: &booking.Refusal{Outcome: booking.NotOpen, At: made}},
		"already-booked":    {why: &booking.Refusal{Outcome: booking.AlreadyBooked}},
		"already-booked-it": {&booking.Refusal{Outcome: booking.AlreadyBooked}, Situation{Language: words.Italian, After: time.Second}},
		"try-again":         {errors.New("connection reset"), Situation{After: 1500 * time.Millisecond}},
		"no-place":          {&booking.Refusal{Outcome: booking.NoPlace, Dose: 2}, Situation{Next: []Reference{d.Next(first), d.Next(second)}}},
		"no-place-it":       {&booking.Refusal{Outcome: booking.NoPlace, Dose: 2}, Situation{Language: words.Italian, Next: []Reference{d.Next(second)}}},
		"wrong-doses":       {why: tooLate},
		"wrong-doses-it":    {tooLate, Situation{Language: words.Italian}},
		"overloaded":        {booking.CodeOverloaded, Situation{After: 5 * time.Second}},
		"wrong-identifier":  {why: parseError(t, `{"resourceType":"Patient","identifier":[{"value":"RSSMRA85T10A562X"}]}`)},
		"wrong-identifier-it": {
			parseError(t, `{"resourceType":"Patient","identifier":[{"value":"RSSMRA85T1!A562S"}]}`), Situation{Language: words.Italian},
		},
	} {
		t.Run(name, func(t *testing.T) {
			outcome := Refuse(booking.Explain(fmt.Errorf("book: %w", tc.why)), tc.in)
			golden(t, "refusal-"+name+".json", indented(t, outcome))
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
	for name, tc := range map[string]struct {
		why    error
		code   booking.Code
		status int
		again  bool
	}{
		"already booked": {&booking.Refusal{Outcome: booking.AlreadyBooked}, booking.CodeAlreadyBooked, 409, false},
		"try again":      {errors.New("gone away"), booking.CodeTryAgain, 503, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := booking.Explain(tc.why)
			if p.Code != tc.code || p.Status != tc.status || (p.Retry > 0) != tc.again || (p.Wait() > 0) != tc.again {
				t.Errorf("%+v", p)
			}
			issue := Refuse(p, s).Issue[0]
			if issue.Details.Coding[0].Code != string(tc.code) || strings.Contains(issue.Details.Text, "Wait 1 second.") != tc.again {
				t.Errorf("%+v", issue)
			}
		})
	}
}

func TestEveryDecisionHasItsCode(t *testing.T) {
	for _, o := range []eligibility.Outcome{
		eligibility.NotYetOpen, eligibility.YourBandOpens, eligibility.YourBandIsOpen, eligibility.Paused, eligibility.Closed,
		eligibility.NotEligible, eligibility.UnknownCampaign, eligibility.UnknownService, eligibility.BirthDateNeeded,
		eligibility.BirthDateDisagrees, eligibility.BirthDateImpossible,
	} {
		for _, l := range []words.Language{words.English, words.Italian} {
			p := booking.Explain(booking.NotEligibleError{Decision: eligibility.Decision{Outcome: o, Campaign: "born-1946-1950", OpensAtLocal: "on Monday", ClosedAtLocal: "on Sunday", Reason: "no vaccine"}})
			clients(t, string(o), p)
			if text := Refuse(p, Situation{Language: l}).Issue[0].Details.Text; text == "" || l == words.Italian && text == (eligibility.Decision{Outcome: o}).Words() {
				t.Errorf("%s in %s: %q", o, l, text)
			}
		}
	}
}

// clients checks that nothing but another request helps.
func clients(t *testing.T, name string, p booking.Problem) {
	t.Helper()
	if p.Code == booking.CodeTryAgain || p.Retry > 0 || p.Status < 400 || p.Status > 499 {
		t.Errorf("%s: %+v", name, p)
	}
}

func TestEveryRefusalOfTheStoreHasItsCode(t *testing.T) {
	for _, o := range []booking.Outcome{
		booking.NotOpen, booking.Paused, booking.Closed, booking.UnknownCampaign, booking.AlreadyBooked, booking.NoPlace, booking.NoSlot, booking.Expired,
		booking.ExtendedOnce, booking.NotFound, booking.Begun, booking.Gone, booking.WrongDoses, booking.KeyUsed,
	} {
		clients(t, string(o), booking.Explain(&booking.Refusal{Outcome: o}))
	}
}

func TestEveryProblemOfDosesHasItsWords(t *testing.T) {
	for _, p := range []dose.Problem{dose.Count, dose.NoDay, dose.NoHub, dose.TooEarly, dose.TooLate} {
		if got := doseText(&dose.Error{Problem: p}, words.Italian); got == sentences[booking.CodeWrongDoses][words.Italian] {
			t.Errorf("%s has no words of its own", p)
		}
	}
	for l, want := range map[words.Language]string{words.English: sentences[booking.CodeWrongDoses][words.English], words.Italian: sentences[booking.CodeWrongDoses][words.Italian]} {
		if got := doseText(&dose.Error{}, l); got != want {
			t.Errorf("a problem that is not known here: %q", got)
		}
	}
}

func TestWhatNobodyKnowsMayBeTriedAgain(t *testing.T) {
	for name, why := range map[string]error{
		"another catalog binds":     &booking.Refusal{Outcome: booking.Stale},
		"a refusal not known here":  &booking.Refusal{Outcome: "new"},
		"a decision not known here": booking.NotEligibleError{Decision: eligibility.Decision{Outcome: "new"}},
		"a code not known here":     booking.Code("new"),
		"nothing at all":            nil,
	} {
		p := booking.Explain(why)
		if text := Refuse(p, Situation{}).Issue[0].Details.Text; p.Code != booking.CodeTryAgain || p.Status != 503 || p.Retry == 0 || text == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// issueTypes are the codes of FHIR's value set issue-type that are used here.
var issueTypes = []string{
	"structure", "required", "value", "too-long", "login", "business-rule", "not-found", "not-supported",
	"timeout", "duplicate", "conflict", "throttled", "transient",
}

func TestSentences(t *testing.T) {
	texts := map[string]booking.Code{}
	for _, code := range constants.Declared[booking.Code](t, "../code.go") {
		p, said := booking.Explain(code), sentences[code]
		if !slices.Contains(issueTypes, p.Issue) {
			t.Errorf("%s: %s is no issue type", code, p.Issue)
		}
		for _, l := range []words.Language{words.English, words.Italian} {
			text := said[l]
			if other, twice := texts[text]; twice || text == "" || sentence(code, l) != text {
				t.Errorf("%s says the same as %s: %q", code, other, text)
			}
			texts[text] = code
		}
		if again := p.Status >= 500 || p.Status == 429 || p.Status == 408; again != (p.Retry > 0) {
			t.Errorf("%s: status %d, retry %v", code, p.Status, p.Retry)
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
	for code := range sentences {
		rule, again := booking.Explain(code).Rule, ""
		if rule.Retry > 0 {
			again = "yes"
		}
		want[string(code)] = fmt.Sprintf("%d %s %s", rule.Status, rule.Issue, again)
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
		after       time.Duration
		it, english string
	}{
		"nobody knows": {0, "riprovare.", "try again."},
		"a moment":     {time.Millisecond, "Attendere 1 secondo.", "Wait 1 second."},
		"a minute":     {time.Minute, "Attendere 60 secondi.", "Wait 60 seconds."},
	} {
		t.Run(name, func(t *testing.T) {
			for l, want := range map[words.Language]string{words.English: tc.english, words.Italian: tc.it} {
				outcome := Refuse(booking.Explain(booking.CodeOverloaded), Situation{Language: l, After: tc.after})
				if text := outcome.Issue[0].Details.Text; !strings.HasSuffix(text, want) {
					t.Errorf("%s: %q", l, text)
				}
			}
		})
	}
}
