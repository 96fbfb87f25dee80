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
func (f Forecast) Arrived(t time.Duration) float64 { return f.curve().arrived(t) }

// Inside returns S, the number of people inside at t after the opening, each staying
// for length.
func (f Forecast) Inside(t, length time.Duration) float64 {
	c := f.curve()
	return math.Max(0, c.arrived(t)-c.arrived(t-length))
}

// curve is N with its parameters worked out.
type curve struct{ people, firstHour, alpha float64 }

func (f Forecast) curve() curve {
	if f.People <= 0 || f.SharePercent <= 0 {
		return curve{}
	}
	const ln60 = 4.0943445622221006848
	people := float64(min(f.People, mostPeople)) * percent(f.SharePercent, 1, 100)
	return curve{
		people:    people,
		firstHour: people * percent(f.FirstHourPercent, 1, 100),
		alpha:     -math.Log(percent(f.FirstMinutePercent, 2, 95)) / ln60,
	}
}

func (c curve) arrived(t time.Duration) float64 {
	if t <= 0 {
		return 0
	}
	return math.Min(c.people, c.firstHour*math.Pow(t.Hours(), c.alpha))
}

// PeakLoad returns the largest load of the whole opening, in thousandths of a request
// per second, rounded up.
func (f Forecast) PeakLoad(s Session) int64 {
	waiting := f.Arrived(30*time.Minute) * waitingPercent / 100 / waitingWindow.Seconds()
	return max(milli(waiting), f.Load(0, s))
}

// Load returns the largest load from t after the opening on, without those who waited
// for it, in thousandths of a request per second, rounded up.
func (f Forecast) Load(t time.Duration, s Session) int64 {
	length := atLeastSecond(s.Length)
	inside := f.Inside(max(t, length), length)
	return milli(inside * float64(max(0, s.Requests)) / length.Seconds())
}

// Most returns the largest number of people inside from t after the opening on, each
// staying for length, rounded to the nearest.
func (f Forecast) Most(t, length time.Duration) int64 {
	length = atLeastSecond(length)
	return int64(math.Round(f.Inside(max(t, length), length)))
}

// Erlangs returns the largest offered load from t after the opening on, with calls of
// the given handle time, in thousandths of an Erlang, rounded up.
func (f Forecast) Erlangs(t, handleTime time.Duration) int64 {
	length := atLeastSecond(handleTime)
	return milli(f.Inside(max(t, length), length))
}

func atLeastSecond(d time.Duration) time.Duration { return max(d, time.Second) }

// percent returns p percent as a fraction, p limited to its range.
func percent(p, least, most int) float64 { return float64(min(max(p, least), most)) / 100 }

// milli returns x in thousandths, rounded up. Floating-point noise on a whole number
// does not add a thousandth.
func milli(x float64) int64 {
	const noise = 1e-6
	return int64(math.Min(math.Ceil(x*1000-noise), float64(mostMilli)))
}
