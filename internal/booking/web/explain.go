/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
)

// refusal is what people are told of an error, and what pages do about it.
type refusal struct {
	notice
	outcome  booking.Outcome     // of the store; "" where it did not refuse
	born     eligibility.Outcome // where it is about the birth date
	campaign string              // that is open to them instead
	again    bool                // the same may be asked again
	after    time.Duration       // … not before
}

// elsewhere tells whether other places are all that is needed.
func (r refusal) elsewhere() bool {
	return r.outcome == booking.NoPlace || r.outcome == booking.NoSlot || r.outcome == booking.WrongDoses
}

// When to come again, at the latest: by chance, so that those who were sent away
// together do not come back together.
const (
	unlucky    = 5 * time.Second  // where it did not work
	crowdedOut = 10 * time.Second // where there were too many
)

// spread gives a time by chance, in whole seconds.
func spread(latest time.Duration) time.Duration {
	return time.Duration(1+rand.Int64N(int64(latest/time.Second))) * time.Second
}

// explain says in plain words why something was not done. What nobody expected goes
// to the log.
func (p *Pages) explain(v *visit, err error) refusal {
	v.why = err
	var (
		refused *booking.Refusal
		decided clerk.Decided
		wrong   *dose.Error
		often   clerk.TooOften
		shed    clerk.Shed
	)
	switch {
	case errors.As(err, &refused):
		return v.refused(refused)
	case errors.As(err, &decided):
		return v.decided(decided.Decision)
	case errors.As(err, &wrong):
		return refusal{notice: v.saying(http.StatusUnprocessableEntity, "doses"), outcome: booking.WrongDoses}
	case errors.As(err, &often):
		wait := max(often.After, time.Second).Round(time.Second)
		return refusal{notice: v.saying(http.StatusTooManyRequests, "often", v.words.length(wait)), again: true, after: wait}
	case errors.As(err, &shed):
		wait := spread(crowdedOut)
		return refusal{notice: v.saying(http.StatusServiceUnavailable, "crowded", v.words.length(wait)), again: true, after: wait}
	case errors.As(err, new(clerk.UnknownHub)):
		return refusal{notice: v.saying(http.StatusNotFound, "unknown_hub")}
	}
	if !errors.Is(err, clerk.ErrNotInForce) { // which the process says by itself
		p.complain(v, err)
	}
	return refusal{notice: v.saying(http.StatusServiceUnavailable, "again"), again: true, after: spread(unlucky)}
}

// saying is a notice of a text and its title.
func (v *visit) saying(status int, key string, arguments ...any) notice {
	return notice{status: status, title: "refusal." + key + ".title", text: v.words.say("refusal."+key+".text", arguments...)}
}

// statuses of what the store refuses; of all others it is 409.
var statuses = map[booking.Outcome]int{
	booking.NotOpen: http.StatusForbidden, booking.Paused: http.StatusForbidden, booking.Closed: http.StatusForbidden,
	booking.NotFound: http.StatusNotFound, booking.UnknownCampaign: http.StatusNotFound,
	booking.Gone: http.StatusGone, booking.Expired: http.StatusGone, booking.WrongDoses: http.StatusUnprocessableEntity,
	booking.Stale: http.StatusServiceUnavailable,
}

// refused says what the store refused.
func (v *visit) refused(r *booking.Refusal) refusal {
	status, known := statuses[r.Outcome]
	if !known {
		status = http.StatusConflict
	}
	out := refusal{outcome: r.Outcome, notice: v.saying(status, string(r.Outcome))}
	switch r.Outcome {
	case booking.Stale, booking.KeyUsed:
		if out.again = r.Outcome == booking.Stale; out.again {
			out.after = spread(unlucky)
		}
	case booking.AlreadyBooked:
		out.links = []link{v.link("/manage", "link.manage"), v.link("/", "link.start")}
	case booking.NotOpen, booking.Paused, booking.Closed, booking.UnknownCampaign:
		if c, known := v.in.Campaign(v.journey.Campaign); known {
			out.next = v.nextOpening(c.Service)
			if r.Outcome == booking.Paused && c.Paused != "" {
				out.text = v.words.say("refusal.Paused.text", v.words.campaign(c), c.Paused)
			}
		}
	case booking.NoPlace, booking.NoSlot:
		if r.Dose > 0 {
			out.text = v.words.say("refusal."+string(r.Outcome)+".dose", r.Dose)
		}
	default:
	}
	return out
}

// decided says what was decided of who may book when.
func (v *visit) decided(d eligibility.Decision) refusal {
	name := d.Campaign
	service := ""
	if c, known := v.in.Campaign(d.Campaign); known {
		name, service = v.words.campaign(c), c.Service
	}
	saying := func(arguments ...any) refusal {
		return refusal{notice: v.saying(http.StatusForbidden, string(d.Outcome), arguments...)}
	}
	switch d.Outcome {
	case eligibility.NotYetOpen, eligibility.YourBandOpens:
		return saying(name, v.words.when(d.OpensAt, v.in.Zone))
	case eligibility.YourBandIsOpen:
		out := saying(name)
		out.campaign = d.Campaign
		return out
	case eligibility.Paused:
		return saying(name, d.Reason)
	case eligibility.Closed:
		out := saying(name, v.words.when(d.ClosedAt, v.in.Zone))
		out.next = v.nextOpening(service)
		return out
	case eligibility.BirthDateNeeded, eligibility.BirthDateDisagrees, eligibility.BirthDateImpossible:
		return refusal{born: d.Outcome, notice: notice{
			status: http.StatusUnprocessableEntity, title: "person.title", text: v.words.bornProblem(d.Outcome, false),
		}}
	case eligibility.NotEligible, eligibility.UnknownCampaign, eligibility.UnknownService:
		return saying()
	default:
		return refusal{notice: v.saying(http.StatusServiceUnavailable, "again"), again: true, after: spread(unlucky)}
	}
}
