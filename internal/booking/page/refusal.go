/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
)

// Scene returns words their time, language and catalog.
type Scene struct {
	Context  context.Context
	Words    *Language
	In       *binding.Snapshot
	Now      time.Time
	Campaign string // that it is about; may be ""
	Path     string // of ours, for the log
}

// Refusal explains to people why something was not done, and what they may do about it.
type Refusal struct {
	Status   int
	Title    string // key of its text
	Text     string
	Next     string              // when the next opening is
	Outcome  booking.Outcome     // of the store; "" where it did not refuse
	Born     eligibility.Outcome // where it is about the birth date
	Campaign string              // that is open to them instead
	Again    bool                // the same request may be made again
	After    time.Duration       // … not before
}

// Elsewhere reports whether other places are all that is needed.
func (r Refusal) Elsewhere() bool {
	return r.Outcome == booking.NoPlace || r.Outcome == booking.NoSlot || r.Outcome == booking.WrongDoses
}

// Over reports whether what was held is held no longer.
func (r Refusal) Over() bool { return r.Outcome == booking.Expired || r.Outcome == booking.Gone }

// Explainer says in plain words why something was not done.
type Explainer struct {
	log  *slog.Logger
	some rate.Sometimes // a store that is away must not fill the disk with logs
}

// NewExplainer returns an Explainer that logs errors that nobody expected.
func NewExplainer(log *slog.Logger) *Explainer {
	return &Explainer{log: log, some: rate.Sometimes{First: 10, Interval: time.Second}}
}

// Complain logs what went wrong, unless there was very much: at which of our addresses,
// not who asked what.
func (e *Explainer) Complain(s Scene, err error) {
	e.some.Do(func() {
		e.log.LogAttrs(s.Context, slog.LevelError, "Failed to show a page", slog.String("path", s.Path), slog.Any("error", err))
	})
}

// When to come again, at the latest: by chance, so that those who were sent away
// together do not come back together.
const (
	unlucky    = 5 * time.Second  // where it did not work
	crowdedOut = 10 * time.Second // where there were too many
)

// spread returns a time by chance, in whole seconds.
func spread(latest time.Duration) time.Duration {
	return time.Duration(1+rand.Int64N(int64(latest/time.Second))) * time.Second
}

// Explain says in plain words why something was not done. What nobody expected goes to
// the log.
func (e *Explainer) Explain(s Scene, err error) Refusal {
	var (
		refused *booking.Refusal
		decided clerk.Decided
		wrong   *dose.Error
		often   clerk.TooOften
		shed    clerk.Shed
	)
	switch {
	case errors.As(err, &refused):
		return s.refused(refused)
	case errors.As(err, &decided):
		return s.decided(decided.Decision)
	case errors.As(err, &wrong):
		return s.saying(http.StatusUnprocessableEntity, "doses").as(booking.WrongDoses)
	case errors.As(err, &often):
		wait := max(often.After, time.Second).Round(time.Second)
		return s.saying(http.StatusTooManyRequests, "often", s.Words.Length(wait)).again(wait)
	case errors.As(err, &shed):
		wait := spread(crowdedOut)
		return s.saying(http.StatusServiceUnavailable, "crowded", s.Words.Length(wait)).again(wait)
	case errors.As(err, new(clerk.UnknownHub)):
		return s.saying(http.StatusNotFound, "unknown_hub")
	}
	if !errors.Is(err, clerk.ErrNotInForce) { // which the process says by itself
		e.Complain(s, err)
	}
	return s.saying(http.StatusServiceUnavailable, "again").again(spread(unlucky))
}

// saying is a refusal in the words of a key.
func (s Scene) saying(status int, key string, arguments ...any) Refusal {
	return Refusal{Status: status, Title: "refusal." + key + ".title", Text: s.Words.Say("refusal."+key+".text", arguments...)}
}

// again is a refusal after which the same request may be made again.
func (r Refusal) again(after time.Duration) Refusal {
	r.Again, r.After = true, after
	return r
}

// as is a refusal by an outcome of the store.
func (r Refusal) as(o booking.Outcome) Refusal {
	r.Outcome = o
	return r
}

// statuses of what the store refuses; of all others it is 409.
var statuses = map[booking.Outcome]int{
	booking.NotOpen: http.StatusForbidden, booking.Paused: http.StatusForbidden, booking.Closed: http.StatusForbidden,
	booking.NotFound: http.StatusNotFound, booking.UnknownCampaign: http.StatusNotFound,
	booking.Gone: http.StatusGone, booking.Expired: http.StatusGone, booking.WrongDoses: http.StatusUnprocessableEntity,
	booking.Stale: http.StatusServiceUnavailable,
}

// refused says what the store refused.
func (s Scene) refused(r *booking.Refusal) Refusal {
	status, known := statuses[r.Outcome]
	if !known {
		status = http.StatusConflict
	}
	out := s.saying(status, string(r.Outcome)).as(r.Outcome)
	switch r.Outcome {
	case booking.Stale:
		return out.again(spread(unlucky))
	case booking.NotOpen, booking.Paused, booking.Closed, booking.UnknownCampaign:
		if c, known := s.In.Campaign(s.Campaign); known {
			out.Next = s.NextOpening(c.Service)
			if r.Outcome == booking.Paused && c.Paused != "" {
				out.Text = s.Words.Say("refusal.Paused.text", s.Words.Campaign(c), c.Paused)
			}
		}
	case booking.NoPlace, booking.NoSlot:
		if r.Dose > 0 {
			out.Text = s.Words.Say("refusal."+string(r.Outcome)+".dose", r.Dose)
		}
	default:
	}
	return out
}

// decided says what was decided of who may book when.
func (s Scene) decided(d eligibility.Decision) Refusal {
	name := d.Campaign
	service := ""
	if c, known := s.In.Campaign(d.Campaign); known {
		name, service = s.Words.Campaign(c), c.Service
	}
	saying := func(arguments ...any) Refusal { return s.saying(http.StatusForbidden, string(d.Outcome), arguments...) }
	switch d.Outcome {
	case eligibility.NotYetOpen, eligibility.YourBandOpens:
		return saying(name, s.Words.When(d.OpensAt, s.In.Zone))
	case eligibility.YourBandIsOpen:
		out := saying(name)
		out.Campaign = d.Campaign
		return out
	case eligibility.Paused:
		return saying(name, d.Reason)
	case eligibility.Closed:
		out := saying(name, s.Words.When(d.ClosedAt, s.In.Zone))
		out.Next = s.NextOpening(service)
		return out
	case eligibility.BirthDateNeeded, eligibility.BirthDateDisagrees, eligibility.BirthDateImpossible:
		return Refusal{Status: http.StatusUnprocessableEntity, Title: "person.title", Text: s.Words.BornProblem(d.Outcome, false), Born: d.Outcome}
	case eligibility.NotEligible, eligibility.UnknownCampaign, eligibility.UnknownService:
		return saying()
	default:
		return s.saying(http.StatusServiceUnavailable, "again").again(spread(unlucky))
	}
}
