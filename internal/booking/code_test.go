/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/test/constants"
)

// TestEveryReasonHasARule: a reason that is added without a line in the table would be
// answered as a failure of ours.
func TestEveryReasonHasARule(t *testing.T) {
	seen := map[booking.Code]bool{}
	check := func(t *testing.T, why error) {
		t.Helper()
		p := booking.Explain(fmt.Errorf("book: %w", why))
		if p.Unexpected || p.Status < 400 || p.Issue == "" || p.Class == "" {
			t.Errorf("%v has no rule: %+v", why, p)
		}
		seen[p.Code] = true
	}
	for _, o := range constants.Declared[booking.Outcome](t, "booking.go") {
		check(t, &booking.Refusal{Outcome: o})
	}
	for _, o := range constants.Declared[eligibility.Outcome](t, "eligibility/decision.go") {
		if o != eligibility.Eligible {
			check(t, booking.NotEligibleError{Decision: eligibility.Decision{Outcome: o}})
		}
	}
	for _, o := range constants.Declared[booking.OverloadError](t, "error.go") {
		check(t, o)
	}
	codes := constants.Declared[booking.Code](t, "code.go")
	for _, c := range codes {
		check(t, c)
		delete(seen, c)
	}
	if len(seen) > 0 {
		t.Errorf("%v are no codes", seen)
	}
	if len(codes) < 39 {
		t.Errorf("only %d codes were read", len(codes))
	}
}

// TestRules: what the status, the class and the retry say goes together.
func TestRules(t *testing.T) {
	for _, c := range constants.Declared[booking.Code](t, "code.go") {
		p := booking.Explain(c)
		if p.Code != c {
			t.Errorf("%s is explained as %s", c, p.Code)
		}
		retry := p.Status >= 500 || p.Status == http.StatusTooManyRequests || p.Status == http.StatusRequestTimeout
		if retry != (p.Retry > 0) {
			t.Errorf("%s: status %d, retry %v", c, p.Status, p.Retry)
		}
		want := map[bool]booking.Class{true: booking.ClassRefused}[p.Status < 500]
		switch p.Status {
		case http.StatusTooManyRequests:
			want = booking.ClassLimited
		case http.StatusServiceUnavailable:
			want = booking.ClassUnavailable
			if c == booking.CodeOverloaded {
				want = booking.ClassShed
			}
		case http.StatusBadRequest, http.StatusUnauthorized, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusRequestTimeout,
			http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
			want = booking.ClassInvalid
		}
		if c == booking.CodeUnknownPath {
			want = booking.ClassInvalid
		}
		if p.Class != want {
			t.Errorf("%s counts as %s, want %s", c, p.Class, want)
		}
	}
}

func TestExplain(t *testing.T) {
	place := booking.Place{Hub: "eur", StartsAt: time.Date(2026, 12, 2, 9, 0, 0, 0, time.UTC)}
	full := &booking.Refusal{Outcome: booking.NoPlace, Dose: 2}
	paused := eligibility.Decision{Outcome: eligibility.Paused, Campaign: "over-80", Reason: "too few vaccines"}
	early := &dose.Error{Problem: dose.TooEarly, Dose: 2}
	for name, tc := range map[string]struct {
		err  error
		want booking.Problem // without the rule, which is the code's
	}{
		"the store refuses":          {full, booking.Problem{Code: booking.CodeNoPlace, Outcome: booking.NoPlace, Dose: 2}},
		"the store has alternatives": {booking.AlternativesError{Err: full, Next: []booking.Place{place}}, booking.Problem{Code: booking.CodeNoPlace, Outcome: booking.NoPlace, Dose: 2, Alternatives: []booking.Place{place}}},
		"the catalog is behind":      {&booking.Refusal{Outcome: booking.Stale}, booking.Problem{Code: booking.CodeTryAgain, Outcome: booking.Stale}},
		"the catalog refuses":        {booking.NotEligibleError{Decision: paused}, booking.Problem{Code: booking.CodePaused, Decision: paused}},
		"doses too near":             {early, booking.Problem{Code: booking.CodeWrongDoses, Outcome: booking.WrongDoses, Doses: early, Dose: 2}},
		"too many requests":          {booking.RateLimitError{After: 3 * time.Second}, booking.Problem{Code: booking.CodeTooManyRequests, After: 3 * time.Second}},
		"a full queue":               {booking.OverloadFull, booking.Problem{Code: booking.CodeOverloaded, Overload: booking.OverloadFull}},
		"an unknown hub":             {booking.UnknownHubError{Index: 1}, booking.Problem{Code: booking.CodeWrongValue}},
		"a code":                     {booking.CodeSignInNeeded, booking.Problem{Code: booking.CodeSignInNeeded}},
		"no catalog in force":        {booking.ErrNotInForce, booking.Problem{Code: booking.CodeTryAgain}},
		"a store that is away":       {errors.New("connection reset"), booking.Problem{Code: booking.CodeTryAgain, Unexpected: true}},
		"a client that hung up":      {context.Canceled, booking.Problem{Code: booking.CodeTryAgain, Unexpected: true}},
		"an outcome not known here":  {&booking.Refusal{Outcome: "new"}, booking.Problem{Code: booking.CodeTryAgain, Outcome: "new", Unexpected: true}},
		"a decision not known here":  {booking.NotEligibleError{Decision: eligibility.Decision{Outcome: "new"}}, booking.Problem{Code: booking.CodeTryAgain, Decision: eligibility.Decision{Outcome: "new"}, Unexpected: true}},
		"a code not known here":      {booking.Code("new"), booking.Problem{Code: booking.CodeTryAgain, Unexpected: true}},
		"nothing":                    {nil, booking.Problem{Code: booking.CodeTryAgain, Unexpected: true}},
	} {
		t.Run(name, func(t *testing.T) {
			for depth, err := range []error{tc.err, fmt.Errorf("hold: %w", tc.err), fmt.Errorf("answer: %w", fmt.Errorf("hold: %w", tc.err))} {
				got := booking.Explain(err)
				if diff := cmp.Diff(booking.Explain(tc.want.Code).Rule, got.Rule); diff != "" {
					t.Errorf("wrapped %d times, the rule of another code (-want +got):\n%s", depth, diff)
				}
				got.Rule, got.Err = booking.Rule{}, nil
				same := cmp.Comparer(func(a, b *dose.Error) bool { return a == b })
				if diff := cmp.Diff(tc.want, got, same); diff != "" {
					t.Errorf("wrapped %d times (-want +got):\n%s", depth, diff)
				}
			}
		})
	}
}

// TestWait: an error that says how long is believed; else clients that were refused together
// are spread over the rule's time.
func TestWait(t *testing.T) {
	for after, want := range map[time.Duration]time.Duration{time.Millisecond: time.Second, time.Second: time.Second, 1001 * time.Millisecond: 2 * time.Second, time.Minute: time.Minute} {
		if got := booking.Explain(booking.RateLimitError{After: after}).Wait(); got != want {
			t.Errorf("%v becomes %v, want %v", after, got, want)
		}
	}
	for _, c := range constants.Declared[booking.Code](t, "code.go") {
		p := booking.Explain(c)
		drawn := map[time.Duration]int{}
		for range 1000 {
			drawn[p.Wait()]++
		}
		if p.Retry == 0 {
			if drawn[0] != 1000 {
				t.Errorf("%s: a retry changes nothing, but waits: %v", c, drawn)
			}
			continue
		}
		for wait := range drawn {
			if wait < time.Second || wait > p.Retry || wait%time.Second != 0 {
				t.Errorf("%s: waits %v, more than %v or no whole seconds", c, wait, p.Retry)
			}
		}
		if want := int(p.Retry / time.Second); len(drawn) != want {
			t.Errorf("%s: %d different moments were drawn, want %d", c, len(drawn), want)
		}
	}
}

func TestErrorsSayWhat(t *testing.T) {
	for want, err := range map[string]error{
		"refused: no_place, dose 2": booking.AlternativesError{Err: &booking.Refusal{Outcome: booking.NoPlace, Dose: 2}},
		"refused: gone":             &booking.Refusal{Outcome: booking.Gone},
		"refused: Paused":           booking.NotEligibleError{Decision: eligibility.Decision{Outcome: eligibility.Paused}},
		"refused: wrong-key":        booking.CodeWrongKey,
		"refused: unknown hub":      booking.UnknownHubError{},
		"too many requests":         booking.RateLimitError{After: time.Second},
		"shed: displaced":           booking.OverloadDisplaced,
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}
