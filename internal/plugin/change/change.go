/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// longestReason is the limit of spec.pause.reason.
const longestReason = 512

// Verb is an action on an opening.
type Verb string

// The verbs.
const (
	Pause    Verb = "pause"
	Resume   Verb = "resume"
	Postpone Verb = "postpone"
)

// Request is a person's request.
type Request struct {
	Verb   Verb
	Reason string
	// To is the new opening as a person writes it; for Postpone only.
	To string
}

// Change is a checked request on a campaign.
type Change struct {
	Request
	// Now is the time of the check.
	Now time.Time
	// Set is the platform with all its objects, before the change.
	Set           declared.Set
	Before, After *v1alpha1.Campaign
	// From and To are the openings in force before and after.
	From, To declared.Resolved
}

// On checks a request on one campaign of a set. An error says why it is refused and what is
// possible.
func (r Request) On(set declared.Set, c *v1alpha1.Campaign, now time.Time) (Change, error) {
	from, err := declared.InForce(c, set.Platform)
	if err != nil {
		return Change{}, fmt.Errorf("campaign %s has no opening in force: %w", c.Name, err)
	}
	out := Change{Request: r, Now: now, Set: set.Replace(c), Before: c, After: c.DeepCopy(), From: from}
	if err := r.sound(); err != nil {
		return Change{}, err
	}
	if closes := from.ClosesAt; !closes.IsZero() && !now.Before(closes) {
		return Change{}, fmt.Errorf("campaign %s has closed, %s", c.Name, opening.Remaining(closes.Sub(now)))
	}
	switch r.Verb {
	case Pause:
		err = out.pause()
	case Resume:
		err = out.resume()
	case Postpone:
		err = out.postpone()
	default:
		err = fmt.Errorf("no such verb: %s", r.Verb)
	}
	if err != nil {
		return Change{}, err
	}
	if out.To, err = declared.Resolve(out.After, set.Platform); err != nil && r.Verb == Postpone {
		return Change{}, err
	} else if err != nil {
		out.To = from // what is wrong with the spec is not this change's business
	}
	// As the operator will record it, so that the plan is the future one.
	out.After.Status.Announced = declared.Announce(c.Status.Announced, out.To, now)
	return out, nil
}

// sound checks the texts of a request.
func (r Request) sound() error {
	switch {
	case r.Reason == "" && r.Verb != Resume:
		return errors.New("--reason is empty: say the reason; it is stored with the campaign, and the reason of a pause is shown to people")
	case utf8.RuneCountInString(r.Reason) > longestReason:
		return fmt.Errorf("--reason has %d characters: write at most %d", utf8.RuneCountInString(r.Reason), longestReason)
	case strings.ContainsFunc(r.Reason, unicode.IsControl) || !utf8.ValidString(r.Reason):
		return errors.New("--reason holds characters that cannot be printed: write one line of plain text")
	}
	return nil
}

func (c *Change) pause() error {
	if is := c.Before.Spec.Pause.Reason; is == c.Reason {
		return fmt.Errorf("campaign %s is already paused for this reason: to end the pause: kubectl mezzanotte resume %s", c.Before.Name, c.Before.Name)
	}
	c.After.Spec.Pause.Reason = c.Reason
	return nil
}

func (c *Change) resume() error {
	if c.Before.Spec.Pause.Reason == "" {
		return fmt.Errorf("campaign %s is not paused: there is nothing to resume", c.Before.Name)
	}
	c.After.Spec.Pause = v1alpha1.Pause{}
	return nil
}

func (c *Change) postpone() error {
	name := c.Before.Name
	if c.opened() {
		return fmt.Errorf("campaign %s has opened (%s): its opening can no longer change; to stop new bookings: kubectl mezzanotte pause %s --reason …",
			name, c.From.Words, name)
	}
	zone, err := opening.Zone(string(c.From.Opening.TimeZone))
	if err != nil {
		return fmt.Errorf("spec.opening.timeZone of campaign %s: %w", name, err)
	}
	civil, at, err := parse(c.Request.To, zone)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	switch words := opening.Words(at, zone); {
	case at.Equal(c.From.OpensAt) && !c.From.Held:
		return fmt.Errorf("--to: campaign %s already opens then, %s", name, words)
	case at.Before(c.From.OpensAt):
		return fmt.Errorf("--to: %s is earlier than the announced opening, %s: people were told that time, so an opening can only move later; "+
			"to let more people book sooner, create another campaign", words, c.From.Words)
	case !at.After(c.Now):
		return fmt.Errorf("--to: %s is over, %s: give a future time; to open now: kubectl mezzanotte resume %s", words, opening.Remaining(at.Sub(c.Now)), name)
	}
	c.After.Spec.Opening.Date, c.After.Spec.Opening.Time = v1alpha1.Date(civil.Date), civil.Time
	return nil
}

// opened reports whether the doors are open or were: by the status or, since doors open by
// the clock, by the time.
func (c *Change) opened() bool {
	held := c.From.Held || c.Before.Spec.Pause.Reason != ""
	return c.Before.Status.OpenedAt != nil || !held && !c.Now.Before(c.From.OpensAt)
}

// Left is the time until the opening in force; negative if it is over.
func (c *Change) Left() time.Duration { return c.From.OpensAt.Sub(c.Now) }
