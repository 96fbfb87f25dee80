/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Promises with Mezzanotte at the forecast load.
const (
	firstMinutes    = 5 * time.Minute
	mostErrors      = 0.1  // percent of the requests in the first minutes
	slowestBooking  = 1000 // milliseconds, of 99 in 100
	instantKept     = 1.0  // seconds
	phoneMayTake    = 250  // milliseconds, of 99 in 100, whatever the web does …
	phoneMayWorsen  = 1.5  // … or this multiple of its quiet value
	percentOfTheWay = 99
)

// Finding is one condition that must hold, and its result.
type Finding struct {
	Want  string `json:"want"`
	Found string `json:"found"`
	Holds bool   `json:"holds"`
}

// Failed returns the findings that do not hold.
func Failed(findings []Finding) []Finding {
	var failed []Finding
	for _, f := range findings {
		if !f.Holds {
			failed = append(failed, f)
		}
	}
	return failed
}

// Findings returns everything that must hold of a night: the zeros and the instant of
// every night, the promises of one with Mezzanotte and without a fault, and what a fault
// adds.
func (r Record) Findings() []Finding {
	findings := r.Zeros()
	if len(r.Doors) > 0 {
		findings = append(findings, r.instant())
	}
	if r.Prescaled && !r.Fault {
		findings = append(r.promises(), findings...)
	}
	return append(findings, r.Checks...)
}

// Zeros returns what must never happen, whatever was broken.
func (r Record) Zeros() []Finding {
	if r.Store.Acknowledged == 0 {
		return []Finding{{Want: "somebody books", Found: "no booking was acknowledged, so that nothing is proved"}}
	}
	before, different := int(r.Store.Early), 0
	for _, t := range r.tallies() {
		before += t.Opening.HeldBefore + t.Opening.BookedBefore
		different += t.Twice.Different
	}
	zero := func(n int64, what string) Finding {
		return Finding{Want: "no " + what, Found: fmt.Sprintf("%d", n), Holds: n == 0}
	}
	return []Finding{
		zero(r.Store.Oversold, "place sold twice"),
		zero(r.Store.Duplicates, "person booked twice"),
		{
			Want: "no acknowledged booking lost", Holds: r.Store.Lost == 0,
			Found: fmt.Sprintf("%d of %d", r.Store.Lost, r.Store.Acknowledged),
		},
		zero(int64(before), "booking or hold before the instant"),
		zero(r.Store.Broken+r.Store.Astray+int64(different), "booking in pieces, counter astray or second answer to one key"),
	}
}

// promises returns what must hold at the forecast load.
func (r Record) promises() []Finding {
	findings := []Finding{r.readyInTime()}
	if len(r.tallies()) == 0 || len(r.Simulated) > 0 {
		return findings
	}
	asked := r.Asked(firstMinutes)
	findings = append(findings, Finding{
		Want:  fmt.Sprintf("errors in the first five minutes under %g %%", mostErrors),
		Found: fmt.Sprintf("%.3f %%: %d of %d requests", asked.ErrorPercent(), asked.Errors, asked.Requests),
		Holds: asked.Requests > 0 && asked.ErrorPercent() < mostErrors,
	})
	if r.Brief {
		return findings
	}
	return append(findings,
		Finding{Want: "no 503 at the forecast load", Found: fmt.Sprintf("%d", asked.Shed), Holds: asked.Shed == 0},
		r.fastEnough(),
	)
}

// readyInTime compares the pods' own Ready times with the ready-by time.
func (r Record) readyInTime() Finding {
	want := r.Scenario.Launch.ReadyBefore.Seconds()
	earliest, missing := math.Inf(1), []string(nil)
	for _, l := range r.Launches {
		if l.ProvedBefore == nil {
			missing = append(missing, fmt.Sprintf("%s had %d of %d pods Ready at the opening", l.Channel, l.Ready, l.Peak))
			continue
		}
		earliest = min(earliest, *l.ProvedBefore)
	}
	f := Finding{Want: fmt.Sprintf("every channel Ready %.0f s before the opening", want)}
	if r.Brief { // declared in the middle of its ramp, which is too late for more
		f.Want, want = "every channel Ready before the opening", 0
	}
	switch {
	case len(r.Launches) == 0:
		f.Found = "no channel was seen"
	case len(missing) > 0:
		f.Found = strings.Join(missing, ", ")
	default:
		f.Found, f.Holds = fmt.Sprintf("%.0f s before it", earliest), earliest >= want
	}
	return f
}

func (r Record) fastEnough() Finding {
	f := Finding{Want: fmt.Sprintf("%d of 100 bookings within %d ms", percentOfTheWay, slowestBooking), Holds: true}
	var found []string
	for _, t := range r.tallies() {
		l, any := t.BookingLatency()
		who := "citizens"
		if t == r.Agents {
			who = "agents"
		}
		if !any {
			found, f.Holds = append(found, who+" booked nothing"), false
			continue
		}
		found = append(found, fmt.Sprintf("%s %.0f ms", who, l.P99))
		f.Holds = f.Holds && l.P99 < slowestBooking
	}
	f.Found = strings.Join(found, ", ")
	return f
}

// instant returns the finding that every pod opened at the instant: none before it, and
// none still answered “too early” a second after it.
func (r Record) instant() Finding {
	f := Finding{Want: fmt.Sprintf("every pod keeps the instant within %g s", instantKept), Holds: true}
	latest, slowest, early, late, unknown := math.Inf(-1), 0.0, 0, 0, 0
	for _, d := range r.Doors {
		switch {
		case d.Open != nil && *d.Open < 0:
			early++
		case d.Open == nil && d.Closed == nil:
			unknown++
		case d.Closed != nil && *d.Closed > instantKept:
			late++
		}
		if d.Closed != nil {
			latest = max(latest, *d.Closed)
		}
		if d.Open != nil {
			slowest = max(slowest, *d.Open)
		}
	}
	f.Holds = early == 0 && late == 0 && unknown < len(r.Doors)
	f.Found = fmt.Sprintf("%d pods asked; the last offered places %.0f ms after it, and the last “too early” was %s; %d opened early, %d late",
		len(r.Doors), 1000*slowest, afterwards(latest), early, late)
	if unknown > 0 {
		f.Found += fmt.Sprintf(", %d did not answer around it", unknown)
	}
	return f
}

// afterwards formats a time that counts from the opening.
func afterwards(at float64) string {
	switch {
	case math.IsInf(at, -1):
		return "never said"
	case at < 0:
		return fmt.Sprintf("asked %.0f ms before it", -1000*at)
	}
	return fmt.Sprintf("asked %.0f ms after it", 1000*at)
}

// PhoneHolds returns the finding that agents book as fast while the web is overloaded
// as in the quiet night.
func PhoneHolds(quiet, loaded tally.Latency) Finding {
	limit := max(phoneMayWorsen*quiet.P99, phoneMayTake)
	return Finding{
		Want:  fmt.Sprintf("%d of 100 bookings by phone within %.0f ms, the larger of %g times the quiet %.0f ms and %d ms", percentOfTheWay, limit, phoneMayWorsen, quiet.P99, phoneMayTake),
		Found: fmt.Sprintf("%.0f ms, of %d bookings", loaded.P99, loaded.Count),
		Holds: loaded.Count > 0 && loaded.P99 <= limit,
	}
}
