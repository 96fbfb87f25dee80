/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"math"
	"time"
)

// Calls are what callers offer to a call centre. They come at random (Poisson),
// and how long a call takes, and how long a caller waits, vary exponentially.
type Calls struct {
	// MilliErlangs is the offered load a in thousandths of an Erlang: calls per
	// second times the handle time in seconds. Forecast.Erlangs gives it.
	MilliErlangs int64
	// HandleTime of one call on average, wrap-up included; at least a second.
	HandleTime time.Duration
	// Patience after which a waiting caller gives up, on average. Not positive:
	// nobody does.
	Patience time.Duration
}

// Roster is who answers the calls.
type Roster struct {
	// Agents who answer, n. There are never more of them than lines.
	Agents int
	// Lines for those who talk and those who wait together, N. Not positive: no
	// limit. In either case no more than 2^20 callers wait at once, except where
	// neither lines nor patience limit them.
	Lines int
}

// Goal is a service level to be reached: Percent of all callers, 1-99, are
// answered Within the time.
type Goal struct {
	Percent int
	Within  time.Duration
}

// Service is what callers get, in the long run. Blocked, Wait, Abandoned and
// ServiceLevel are fractions of *all* callers, those included who find every
// line taken:
//
//	1 = Blocked + Abandoned + those who are answered, now or later
type Service struct {
	// Blocked find every line taken.
	Blocked float64
	// Wait get a line but no agent at once. Erlang C without patience and limit.
	Wait float64
	// Abandoned give up while they wait.
	Abandoned float64
	// ServiceLevel are answered, at once or within the time asked for: P{W ≤ t; Sr}
	// in Mandelbaum and Zeltyn (2007), "Service engineering in action: the
	// Palm/Erlang-A queue". Who gives up counts as not answered, however soon.
	ServiceLevel float64
	// MeanWait of those who get a line, until they are answered or give up.
	// Endless where the queue grows for ever.
	MeanWait time.Duration
	// Occupancy is the share of their time that agents spend on calls.
	Occupancy float64
}

// Endless is the mean wait in a queue that grows for ever.
const Endless = time.Duration(math.MaxInt64)

// With is the service that the calls get from a roster; its service level says
// who is answered within the given time.
//
//	Erlang A: patience, no limit of lines     M/M/n+M    Palm 1957; Garnett, Mandelbaum, Reiman 2002
//	Erlang B: as many lines as agents         M/M/n/n    Erlang 1917
//	Erlang C: neither patience nor limit      M/M/n      Erlang 1917
//	with patience and a limit of lines        M/M/n/N+M  Whitt 2005
//
// It is one model, and its limits meet the others.
func (c Calls) With(r Roster, within time.Duration) Service {
	if c.MilliErlangs <= 0 {
		return Service{ServiceLevel: 1}
	}
	q := c.queue(r)
	handle := atLeastSecond(c.HandleTime)
	s := q.state(max(0, within).Seconds() / handle.Seconds())
	return Service{
		Blocked:      s.blocked,
		Wait:         fraction(s.busy - s.blocked),
		Abandoned:    fraction(s.abandoned),
		ServiceLevel: fraction(s.within),
		MeanWait:     scaled(handle, s.waiting/(q.erlangs*s.admitted)),
		Occupancy:    fraction(s.occupancy),
	}
}

// BlockedOn is the fraction of callers who find all of the lines taken if there
// is an agent on every line, so that nobody waits: Erlang B.
func (c Calls) BlockedOn(lines int) float64 {
	if c.MilliErlangs <= 0 {
		return 0
	}
	return 1 / (1 + freeOdds(c.erlangs(), lines))
}

// Meets reports whether a service whose level was asked for the goal's time
// reaches it.
func (s Service) Meets(g Goal) bool {
	return perMilleDown(s.ServiceLevel) >= 10*min(max(g.Percent, 1), 99)
}

// Figures are a Service in whole numbers, never better than it is: the service
// level is rounded down, all else up.
type Figures struct {
	BlockedPerMille, WaitPerMille, AbandonedPerMille int
	ServiceLevelPerMille, OccupancyPerMille          int
	// MeanWaitSeconds is as large as it can be where the wait is Endless.
	MeanWaitSeconds int64
}

// Figures rounds a service at the edge of the package.
func (s Service) Figures() Figures {
	return Figures{
		BlockedPerMille:      perMilleUp(s.Blocked),
		WaitPerMille:         perMilleUp(s.Wait),
		AbandonedPerMille:    perMilleUp(s.Abandoned),
		ServiceLevelPerMille: perMilleDown(s.ServiceLevel),
		OccupancyPerMille:    perMilleUp(s.Occupancy),
		MeanWaitSeconds:      secondsUp(s.MeanWait),
	}
}

func (c Calls) erlangs() float64 { return float64(min(c.MilliErlangs, mostMilli)) / 1000 }

// perMilleNoise is what floating point may add to, or take from, a whole number.
const perMilleNoise = 1e-6

func perMilleDown(p float64) int { return int(math.Floor(p*1000 + perMilleNoise)) }

func perMilleUp(p float64) int { return int(math.Ceil(p*1000 - perMilleNoise)) }

func secondsUp(d time.Duration) int64 {
	seconds := int64(d / time.Second)
	if d%time.Second > 0 {
		seconds++
	}
	return seconds
}

// fraction holds what rounding may have carried over the edge.
func fraction(p float64) float64 { return math.Min(math.Max(0, p), 1) }

// scaled is d·x, Endless where that does not fit.
func scaled(d time.Duration, x float64) time.Duration {
	if y := float64(d) * x; y < float64(Endless) {
		return time.Duration(math.Round(y))
	}
	return Endless
}
