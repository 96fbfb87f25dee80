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

// How people wait.
const (
	// firstBackOff after something failed; twice as long after each further time.
	firstBackOff   = 500 * time.Millisecond
	longestBackOff = 15 * time.Second
	// reload is how often people try again who are too early, on average.
	reload = 4 * time.Second
	// reaction is how soon after the opening they do, at the latest.
	reaction = time.Second
	// secondClick comes so long after the first, at the latest.
	secondClick = 200 * time.Millisecond
)

// ask makes a request until it is answered for good, and pauses after that.
func (v *visit) ask(ctx context.Context, step tally.Step, r protocol.Request) (protocol.Answer, error) {
	return v.repeat(ctx, step, r, nil)
}

// repeat makes a request until it is answered for good. What is to happen besides
// the first time is told when it is due.
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

// send makes one request, which was due at an instant.
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

// think puts the next request off.
func (v *visit) think() {
	v.due = v.due.Add(v.Think/2 + time.Duration(v.chance().Float64()*float64(v.Think)))
}

// tooEarly puts the next request off until some moments later, but not long after
// the opening.
func (v *visit) tooEarly() {
	next := v.due.Add(reload/2 + time.Duration(v.chance().Float64()*float64(reload)))
	opens := v.OpensAt.Add(time.Duration(v.chance().Float64() * float64(reaction)))
	if v.due.Before(v.OpensAt) && opens.Before(next) {
		next = opens
	}
	v.due = next
}

// backOff puts the next request off for as long as the server says, or, where it
// says nothing, for longer each time. Not everybody comes back at the same instant.
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

// write makes a request that changes something; twice where the person clicks twice.
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

// click makes a request once, without looking at what came of it before.
func (v *visit) click(ctx context.Context, step tally.Step, r protocol.Request) protocol.Answer {
	if err := v.Clock.Until(ctx, v.due); err != nil {
		return protocol.Answer{Outcome: tally.Failed}
	}
	return v.send(ctx, step, r, v.due)
}

// acknowledged keeps what a server says that it did.
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
