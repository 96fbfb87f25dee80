/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"math"
	"time"
)

// Forecast of the people who come through one channel over time.
type Forecast struct {
	// People to whom the campaign opens, on all channels together. E is their SharePercent.
	People int64
	// SharePercent of them come through this channel, 1-100.
	SharePercent int
	// FirstHourPercent of them try in the first hour (h), 1-100.
	FirstHourPercent int
	// FirstMinutePercent of the first hour's people come in its first minute (m), 2-95.
	FirstMinutePercent int
}

// Session of one person: Length is D, Requests is R. A call has no requests.
type Session struct {
	Length   time.Duration
	Requests int
}

const (
	// waitingPercent of the people of the first half hour wait at the opening.
	waitingPercent = 40
	// waitingWindow is the time in which the waiting people come in.
	waitingWindow = 30 * time.Second
	// mostMilli limits every load, so that sums of many campaigns cannot overflow.
	mostMilli = int64(1) << 40
	// mostPeople limits E, so that floating-point errors never make a load rise after
	// its peak.
	mostPeople = int64(1) << 40
)

// Arrived returns N, the number of people who have come by t after the opening.
func (f Forecast) Arrived(t time.Duration) float64 {
	s := f.Stream(Session{}, nil)
	return s.arrived(power(t, s.alpha))
}

// Inside returns S, the number of people inside at t after the opening, each staying
// for length.
func (f Forecast) Inside(t, length time.Duration) float64 {
	s := f.Stream(Session{}, nil)
	return s.between(power(t-length, s.alpha), power(t, s.alpha))
}

// PeakLoad returns the largest load of the whole opening, in thousandths of a request
// per second, rounded up.
func (f Forecast) PeakLoad(s Session) int64 {
	stream := f.Stream(s, nil)
	return stream.PeakLoad()
}

// Load returns the largest load from t after the opening on, without those who waited
// for it, in thousandths of a request per second, rounded up.
func (f Forecast) Load(t time.Duration, s Session) int64 {
	stream := f.Stream(s, nil)
	return stream.Load(t)
}

// Most returns the largest number of people inside from t after the opening on, each
// staying for length, rounded to the nearest.
func (f Forecast) Most(t, length time.Duration) int64 {
	stream := f.Stream(Session{Length: length}, nil)
	return stream.Most(t)
}

// Erlangs returns the largest offered load from t after the opening on, with calls of
// the given handle time, in thousandths of an Erlang, rounded up.
func (f Forecast) Erlangs(t, handleTime time.Duration) int64 {
	stream := f.Stream(Session{Length: handleTime}, nil)
	return stream.Erlangs(t)
}

func atLeastSecond(d time.Duration) time.Duration { return max(d, time.Second) }

// percent returns p percent as a fraction, p limited to its range.
func percent(p, least, most int) float64 { return float64(min(max(p, least), most)) / 100 }

// milli returns x in thousandths, rounded up. Floating-point noise on a whole number
// does not add a thousandth.
func milli(x float64) int64 {
	const noise = 1e-6
	return int64(min(math.Ceil(x*1000-noise), float64(mostMilli)))
}
