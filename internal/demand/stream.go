/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"math"
	"time"
)

// Stream is a Forecast for sessions of one kind, with its parameters worked out. Its
// methods return what the Forecast's do.
type Stream struct {
	people, firstHour, alpha float64
	length                   time.Duration
	requests, seconds        float64
	powers                   *Powers
	// firstSlot keeps curves of different steepness apart in powers.
	firstSlot uint64
}

// Stream returns the forecast's stream. Streams with the same powers compute each of
// them once; powers may be nil.
func (f Forecast) Stream(s Session, powers *Powers) Stream {
	length := atLeastSecond(s.Length)
	out := Stream{length: length, seconds: length.Seconds(), requests: float64(max(0, s.Requests)), powers: powers}
	if f.People <= 0 || f.SharePercent <= 0 {
		return out
	}
	const ln60 = 4.0943445622221006848
	out.people = float64(min(f.People, mostPeople)) * percent(f.SharePercent, 1, 100)
	out.firstHour = out.people * percent(f.FirstHourPercent, 1, 100)
	out.firstSlot = uint64(min(max(f.FirstMinutePercent, 2), 95)) * 61
	out.alpha = -math.Log(percent(f.FirstMinutePercent, 2, 95)) / ln60
	return out
}

// PeakLoad returns the largest load of the whole opening.
func (s *Stream) PeakLoad() int64 {
	_, halfHour := s.powersAt(30 * time.Minute)
	waiting := s.arrived(halfHour) * waitingPercent / 100 / waitingWindow.Seconds()
	return max(milli(waiting), s.Load(0))
}

// Load returns the largest load from t after the opening on.
func (s *Stream) Load(t time.Duration) int64 {
	return milli(s.insideFrom(t) * s.requests / s.seconds)
}

// Most returns the largest number of people inside from t after the opening on.
func (s *Stream) Most(t time.Duration) int64 { return int64(math.Round(s.insideFrom(t))) }

// Erlangs returns the largest offered load from t after the opening on.
func (s *Stream) Erlangs(t time.Duration) int64 { return milli(s.insideFrom(t)) }

// insideFrom returns the largest S from t on.
func (s *Stream) insideFrom(t time.Duration) float64 {
	return s.between(s.powersAt(max(t, s.length)))
}

// between returns S from the powers of t − D and t.
func (s *Stream) between(before, now float64) float64 {
	return max(0, s.arrived(now)-s.arrived(before))
}

// arrived returns N from the power of t.
func (s *Stream) arrived(power float64) float64 { return min(s.people, s.firstHour*power) }

// power returns (t/60)^α, or 0 before the opening.
func power(t time.Duration, alpha float64) float64 {
	if t <= 0 {
		return 0
	}
	return math.Pow(t.Hours(), alpha)
}

// Powers keeps the powers of t − D and t that streams asked for last. Campaigns and
// channels of one plan mostly ask for the same ones: computing them would be most of
// its cost. It is not safe for concurrent use.
type Powers struct{ recent [512]powers }

type powers struct {
	t, length          time.Duration // t is 0 while the slot is empty
	alpha, before, now float64
}

// powersAt returns the powers of t − D and t, for t > 0.
func (s *Stream) powersAt(t time.Duration) (before, now float64) {
	if s.powers == nil {
		return power(t-s.length, s.alpha), power(t, s.alpha)
	}
	slot := &s.powers.recent[(s.firstSlot+uint64(t/time.Minute))%uint64(len(s.powers.recent))]
	if slot.t != t || slot.length != s.length || slot.alpha != s.alpha {
		*slot = powers{t: t, length: s.length, alpha: s.alpha, before: power(t-s.length, s.alpha), now: power(t, s.alpha)}
	}
	return slot.before, slot.now
}
