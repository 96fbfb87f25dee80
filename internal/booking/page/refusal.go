/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/time/rate"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
)

// Scene has the time, the language and the catalog on which the words of a page depend.
type Scene struct {
	Context  context.Context
	Words    *Language
	In       *binding.Snapshot
	Now      time.Time
	Campaign string // of the page; may be ""
	Path     string // for the log; it must not be typed by anybody
}

// Refusal explains to people why a request was refused or failed, and what they can do.
type Refusal struct {
	Status   int
	Title    string // key of its text
	Text     string
	Next     string              // the next opening, in words
	Outcome  booking.Outcome     // of the store or of the rules of doses; "" for others
	Born     eligibility.Outcome // the problem with the birth date; "" for none
	Campaign string              // another one, which is open to the person
	Again    bool                // a retry may help
	After    time.Duration       // until the retry
}

// Elsewhere reports whether choosing other places helps.
func (r Refusal) Elsewhere() bool {
	return r.Outcome == booking.NoPlace || r.Outcome == booking.NoSlot || r.Outcome == booking.WrongDoses
}

// Over reports whether the hold is over.
func (r Refusal) Over() bool { return r.Outcome == booking.Expired || r.Outcome == booking.Gone }

// Explainer turns errors into refusals, and logs the unexpected ones.
type Explainer struct {
	log  *slog.Logger
	some rate.Sometimes // limits the log while the store is away
}

// NewExplainer returns an Explainer.
func NewExplainer(log *slog.Logger) *Explainer {
	return &Explainer{log: log, some: rate.Sometimes{First: 10, Interval: time.Second}}
}

// Complain logs an error and the path of the page, but limits how many. It logs nothing about
// the person.
func (e *Explainer) Complain(s Scene, err error) {
	e.some.Do(func() {
		e.log.LogAttrs(s.Context, slog.LevelError, "Failed to show a page", slog.String("path", s.Path), slog.Any("error", err))
	})
}

// Explain returns an error in words. It logs an unexpected one.
func (e *Explainer) Explain(s Scene, err error) Refusal {
	p := booking.Explain(err)
	if p.Unexpected {
		e.Complain(s, err)
	}
	out := Refusal{Status: p.Status, Outcome: p.Outcome, After: p.Wait(), Again: p.Retry > 0}
	switch {
	case p.Unexpected:
		s.say(&out, "again")
	case p.Outcome != "":
		s.refused(&out, p.Dose)
	case p.Decision.Outcome != "":
		s.decided(&out, p.Decision)
	case errors.As(err, new(booking.UnknownHubError)):
		s.say(&out, "unknown_hub")
	case p.Code == booking.CodeTooManyRequests:
		s.say(&out, "often", s.Words.Length(out.After))
	case p.Code == booking.CodeOverloaded:
		s.say(&out, "crowded", s.Words.Length(out.After))
	default:
		s.say(&out, "again")
	}
	return out
}

// say gives a refusal the words of a key.
func (s Scene) say(out *Refusal, key string, arguments ...any) {
	out.Title, out.Text = "refusal."+key+".title", s.Words.Say("refusal."+key+".text", arguments...)
}

// refused explains an outcome of the store.
func (s Scene) refused(out *Refusal, dose int) {
	key := string(out.Outcome)
	s.say(out, key)
	switch out.Outcome {
	case booking.NotOpen, booking.Paused, booking.Closed, booking.UnknownCampaign:
		if c, known := s.In.Campaign(s.Campaign); known {
			out.Next = s.NextOpening(c.Service)
			if out.Outcome == booking.Paused && c.Paused != "" {
				out.Text = s.Words.Say("refusal.Paused.text", s.Words.Campaign(c), c.Paused)
			}
		}
	case booking.NoPlace, booking.NoSlot:
		if dose > 0 {
			out.Text = s.Words.Say("refusal."+key+".dose", dose)
		}
	default:
	}
}

// decided explains a decision of the catalog.
func (s Scene) decided(out *Refusal, d eligibility.Decision) {
	name, service := d.Campaign, ""
	if c, known := s.In.Campaign(d.Campaign); known {
		name, service = s.Words.Campaign(c), c.Service
	}
	key := string(d.Outcome)
	switch d.Outcome {
	case eligibility.NotYetOpen, eligibility.YourBandOpens:
		s.say(out, key, name, s.Words.When(d.OpensAt, s.In.Zone))
	case eligibility.YourBandIsOpen:
		s.say(out, key, name)
		out.Campaign = d.Campaign
	case eligibility.Paused:
		s.say(out, key, name, d.Reason)
	case eligibility.Closed:
		s.say(out, key, name, s.Words.When(d.ClosedAt, s.In.Zone))
		out.Next = s.NextOpening(service)
	case eligibility.BirthDateNeeded, eligibility.BirthDateDisagrees, eligibility.BirthDateImpossible:
		out.Title, out.Text, out.Born = "person.title", s.Words.BornProblem(d.Outcome, false), d.Outcome
	default:
		s.say(out, key)
	}
}
