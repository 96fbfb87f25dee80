/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/test/constants"
)

// reasons returns all classified errors, by a name.
func reasons(t *testing.T) map[string]error {
	t.Helper()
	out := map[string]error{
		"doses":         &dose.Error{Problem: dose.TooEarly, Dose: 2},
		"rate limit":    booking.RateLimitError{After: 3 * time.Second},
		"unknown hub":   booking.UnknownHubError{Index: 1},
		"not in force":  fmt.Errorf("%w: behind", booking.ErrNotInForce),
		"away":          errAway,
		"hung up":       context.Canceled,
		"alternatives":  booking.AlternativesError{Err: refusal(booking.NoPlace), Next: places()[:1]},
		"not known yet": refusal("new"),
	}
	for _, o := range constants.Declared[booking.Outcome](t, "../booking.go") {
		out["outcome "+string(o)] = refusal(o)
	}
	for _, o := range constants.Declared[eligibility.Outcome](t, "../eligibility/decision.go") {
		if o != eligibility.Eligible {
			out["decision "+string(o)] = booking.NotEligibleError{Decision: eligibility.Decision{Outcome: o, Campaign: band, OpensAt: evening, ClosedAt: evening}}
		}
	}
	for _, o := range constants.Declared[booking.OverloadError](t, "../error.go") {
		out["overload "+string(o)] = o
	}
	for _, c := range constants.Declared[booking.Code](t, "../code.go") {
		out["code "+string(c)] = c
	}
	return out
}

// TestProgramsAndPeopleGetTheSameStatus: FHIR and pages answer every error with the same
// status, and both or neither say when to retry.
func TestProgramsAndPeopleGetTheSameStatus(t *testing.T) {
	w := newWorld(t)
	languages, err := page.NewLanguages(page.Book{Templates: fstest.MapFS{}, Files: &page.Files{}})
	if err != nil {
		t.Fatal(err)
	}
	explainer := page.NewExplainer(slog.New(slog.DiscardHandler))
	in, err := w.current()
	if err != nil {
		t.Fatal(err)
	}
	for name, why := range reasons(t) {
		t.Run(name, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			w.writeRefusal(recorder, post(t, "$hold", nil), why)
			fhirSays := read(t, recorder.Result())
			for _, words := range languages {
				s := page.Scene{Context: t.Context(), Words: words, In: in.Snapshot, Now: evening, Campaign: band, Path: "/hold"}
				pageSays := explainer.Explain(s, why)
				if pageSays.Status != fhirSays.StatusCode {
					t.Errorf("pages answer %d, FHIR %d %s", pageSays.Status, fhirSays.StatusCode, fhirSays.code())
				}
				if retry := fhirSays.Header.Get("Retry-After") != ""; retry != pageSays.Again || retry != (pageSays.After > 0) {
					t.Errorf("pages say retry %t after %v, FHIR %t", pageSays.Again, pageSays.After, retry)
				}
				if pageSays.Text == "" || pageSays.Title == "" {
					t.Errorf("pages say %q: %q", pageSays.Title, pageSays.Text)
				}
			}
		})
	}
}
