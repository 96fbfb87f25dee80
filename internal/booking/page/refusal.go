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

// Scene has the time, the language and the catalog for what a page says.
type Scene struct {
	Context  context.Context
	Words    *Language
	In       *binding.Snapshot
	Now      time.Time
	Campaign string // of the page; may be ""
	Path     string // of ours, for the log
}

// Refusal tells people why something was not done and what they can do about it.
type Refusal struct {
	Status   int
	Title    string // key of its text
	Text     string
	Next     string              // when the next opening is
	Outcome  booking.Outcome     // of the store or of the rules of doses; ""
	Born     eligibility.Outcome // the problem with the birth date; ""
	Campaign string              // the one that is open to them
	Again    bool                // the same request may be sent again
	After    time.Duration       // … not before
}

// Elsewhere reports whether choosing other places helps.
func (r Refusal) Elsewhere() bool {
	return r.Outcome == booking.NoPlace || r.Outcome == booking.NoSlot || r.Outcome == booking.WrongDoses
}

// Over reports whether the hold is over.
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

// Complain logs an error and the address of the page, but limits how many. It logs nothing of
// who asked for what.
func (e *Explainer) Complain(s Scene, err error) {
	e.some.Do(func() {
		e.log.LogAttrs(s.Context, slog.LevelError, "Failed to show a page", slog.String("path", s.Path), slog.Any("error", err))
	})
}

// Explain says in plain words why something was not done. What nobody expected goes to
// the log.
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

// refused says what the store refused.
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

// decided says what the catalog decided about who may book when.
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
