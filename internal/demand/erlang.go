/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"math"
	"time"
)

// Calls offered to a call centre. They arrive at random (Poisson); handle times and
// patience are exponentially distributed.
type Calls struct {
	// MilliErlangs is the offered load a in thousandths of an Erlang: calls per second
	// times the handle time in seconds. Forecast.Erlangs returns it.
	MilliErlangs int64
	// HandleTime is the mean time of a call, wrap-up included; at least a second.
	HandleTime time.Duration
	// Patience is the mean time after which a waiting caller gives up. Not positive:
	// nobody does.
	Patience time.Duration
}

// Roster is the staff and the lines that answer calls.
type Roster struct {
	// Agents who answer, n. There are never more of them than lines.
	Agents int
	// Lines for those who talk and those who wait together, N. Not positive: no
	// limit. In either case no more than 2^20 callers wait at once, except where
	// neither lines nor patience limit them.
	Lines int
}

// Goal is a service level: Percent of all callers, 1-99, are answered Within the time.
type Goal struct {
	Percent int
	Within  time.Duration
}

// Service is the service for callers in the long run. Blocked, Wait, Abandoned and
// ServiceLevel are fractions of *all* callers, including those who find every line
// busy:
//
//	1 = Blocked + Abandoned + those who are answered, now or later
type Service struct {
	// Blocked find every line busy.
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

// With returns the service that a roster gives the calls; its service level counts
// those answered within the given time.
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

// BlockedOn returns the fraction of callers who find all lines busy if every line has
// an agent, so that nobody waits: Erlang B.
func (c Calls) BlockedOn(lines int) float64 {
	if c.MilliErlangs <= 0 {
		return 0
	}
	return 1 / (1 + freeOdds(c.erlangs(), lines))
}

// Meets reports whether a service, computed for the goal's time, reaches the goal.
func (s Service) Meets(g Goal) bool {
	return perMilleDown(s.ServiceLevel) >= 10*min(max(g.Percent, 1), 99)
}

// Figures are a Service in whole numbers, never better than the service: the service
// level is rounded down, everything else up.
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

// perMilleNoise is the floating-point error that a whole number may carry.
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
