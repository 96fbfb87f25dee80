/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package session

import (
	"context"
	"errors"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/ledger"
	"github.com/mezzanotte/mezzanotte/internal/crowd/protocol"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Pauses of people.
const (
	// firstBackOff follows a failure; each further one doubles it.
	firstBackOff   = 500 * time.Millisecond
	longestBackOff = 15 * time.Second
	// reload is the pause between attempts before the opening, on average.
	reload = 4 * time.Second
	// reaction is the longest time from the opening to the next attempt.
	reaction = time.Second
	// secondClick follows the first within this time.
	secondClick = 200 * time.Millisecond
)

// ask repeats a request until the answer is final, then pauses.
func (v *visit) ask(ctx context.Context, step tally.Step, r protocol.Request) (protocol.Answer, error) {
	return v.repeat(ctx, step, r, nil)
}

// repeat sends a request until the answer is final. first is called once, with the
// time at which the first attempt is due.
func (v *visit) repeat(ctx context.Context, step tally.Step, r protocol.Request, first func(due time.Time)) (protocol.Answer, error) {
	for failures := 0; ; {
		if err := v.wait(ctx); err != nil {
			return protocol.Answer{}, err
		}
		if first != nil {
			first(v.due)
			first = nil
		}
		a := v.send(ctx, step, r, v.due)
		if err := ctx.Err(); err != nil {
			return protocol.Answer{}, err
		}
		switch v.due = a.At; a.Outcome {
		case tally.Done:
			v.think()
			return a, nil
		case tally.Refused:
			v.think()
			if a.Again {
				return protocol.Answer{}, errAgain
			}
			return protocol.Answer{}, errRefused
		case tally.NotOpen:
			v.tooEarly()
		case tally.Shed, tally.Failed:
			v.backOff(a, failures)
			failures++
		}
	}
}

// wait until the next request is due, or the person leaves.
func (v *visit) wait(ctx context.Context) error {
	if v.due.After(v.leaves) {
		if err := v.Clock.Until(ctx, v.leaves); err != nil {
			return err
		}
		return errPatience
	}
	return v.Clock.Until(ctx, v.due)
}

// send sends one request that is due at an instant.
func (v *visit) send(ctx context.Context, step tally.Step, r protocol.Request, due time.Time) protocol.Answer {
	r.From = v.from
	servers := v.Channels[v.person.Channel].Servers
	sent := v.Clock.Now()
	a := v.Send(ctx, servers[v.server%len(servers)], r)
	a.At = v.Clock.Now()
	if ctx.Err() == nil || a.Outcome == tally.Done {
		v.Record.Answered(tally.Answer{
			Channel: v.person.Channel, Step: step, Outcome: a.Outcome, Code: a.Code, Due: due, Sent: sent, At: a.At,
		})
	}
	return a
}

// think adds a pause.
func (v *visit) think() {
	v.due = v.due.Add(v.Think/2 + time.Duration(v.chance().Float64()*float64(v.Think)))
}

// tooEarly adds a short pause, which ends soon after the opening at the latest.
func (v *visit) tooEarly() {
	next := v.due.Add(reload/2 + time.Duration(v.chance().Float64()*float64(reload)))
	opens := v.OpensAt.Add(time.Duration(v.chance().Float64() * float64(reaction)))
	if v.due.Before(v.OpensAt) && opens.Before(next) {
		next = opens
	}
	v.due = next
}

// backOff adds the pause that the server asks for or, if it names none, one that grows with
// each attempt. The pauses are spread at random.
func (v *visit) backOff(a protocol.Answer, failures int) {
	wait, spread := a.RetryAfter, a.RetryAfter/4
	if wait <= 0 {
		wait = min(firstBackOff<<min(failures, 10), longestBackOff) / 2
		spread = wait * 2
	}
	v.due = v.due.Add(wait + time.Duration(v.chance().Float64()*float64(spread)))
	if a.Outcome == tally.Failed {
		v.server++
	}
}

// write sends a request that changes something, twice if the person double-clicks.
func (v *visit) write(ctx context.Context, step tally.Step, r protocol.Request) (protocol.Answer, error) {
	if !v.person.DoubleClicks {
		a, err := v.repeat(ctx, step, r, nil)
		v.acknowledged(step, r, a)
		return a, err
	}
	after := time.Duration(v.chance().Int64N(int64(secondClick)))
	second := make(chan protocol.Answer, 1)
	clicked := false
	a, err := v.repeat(ctx, step, r, func(due time.Time) {
		clicked = true
		twin := *v // as the person is now: what comes of the first click is not known to the second
		twin.due = due.Add(after)
		go func() { second <- twin.click(ctx, step, r) }()
	})
	if !clicked {
		return a, err
	}
	b := <-second
	switch {
	case a.Outcome == tally.Done && a.Number != "" && b.Outcome == tally.Done:
		v.Record.Twice(a.Number == b.Number)
	case errors.Is(err, errRefused) && b.Outcome == tally.Done:
		v.Record.Twice(false)
		v.acknowledged(step, r, b)
		return a, err
	case err != nil && b.Outcome == tally.Done:
		a, err = b, nil // it was done after all
	}
	v.acknowledged(step, r, a)
	return a, err
}

// click sends a request once and ignores earlier outcomes.
func (v *visit) click(ctx context.Context, step tally.Step, r protocol.Request) protocol.Answer {
	if err := v.Clock.Until(ctx, v.due); err != nil {
		return protocol.Answer{Outcome: tally.Failed}
	}
	return v.send(ctx, step, r, v.due)
}

// acknowledged records a confirmed write.
func (v *visit) acknowledged(step tally.Step, r protocol.Request, a protocol.Answer) {
	if a.Number == "" || a.Outcome != tally.Done {
		return
	}
	v.Record.Stamped(step, a.Stamp)
	if v.Ledger == nil {
		return
	}
	e := ledger.Entry{
		At: a.At, Channel: v.Channels[v.person.Channel].Name, Verb: step.String(), Number: a.Number,
		Identifier: v.person.Code, Key: r.Key, Person: v.person.Index,
	}
	for _, place := range a.Places {
		e.Appointments = append(e.Appointments, ledger.Appointment{Hub: place.Hub, Start: place.Start})
	}
	v.Ledger(e)
}
