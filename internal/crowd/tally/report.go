/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package tally

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/arrival"
	"github.com/mezzanotte/mezzanotte/internal/figure"
)

// Report is the result of a run. Latencies are in milliseconds.
type Report struct {
	OpensAt   time.Time       `json:"opensAt"`
	From      time.Time       `json:"from"` // from which everything is counted: the opening, or later
	Setting   Setting         `json:"setting"`
	Arrivals  int             `json:"arrivals"`
	Early     int             `json:"early"` // came before the opening
	Bookings  int             `json:"bookings"`
	Cancelled int             `json:"cancelled"`
	Moved     int             `json:"moved"`
	TooEarly  int             `json:"tooEarlyAnswers"`
	Refusals  []Count         `json:"refusals"` // answers by code
	Shed      int             `json:"shed"`     // answers
	Errors    []Count         `json:"errors"`   // by kind
	Sessions  Sessions        `json:"sessions"`
	Opening   Opening         `json:"opening"`
	Twice     Twice           `json:"doubleClicks"`
	Latencies []Latency       `json:"latencies"`
	Channels  []ChannelCounts `json:"channels"`
	Generator Generator       `json:"generator"`
	Seconds   []Second        `json:"seconds"`
}

// Setting is the configuration of the run.
type Setting struct {
	Seed            uint64  `json:"seed"`
	People          int     `json:"people"`
	DurationSeconds float64 `json:"durationSeconds"`
	// Curve has the expected arrivals by the end of each second with arrivals.
	Curve []float64 `json:"curve"`
}

// Sessions counts people by the end of their session.
type Sessions struct {
	Booked    int `json:"booked"`
	Refused   int `json:"refused"`
	Abandoned int `json:"abandoned"`
	CutOff    int `json:"cutOff"` // by the end of the run
}

// Opening reports what happened at the opening. HeldBefore and BookedBefore must be 0.
type Opening struct {
	FirstBookingAfterMs *float64 `json:"firstBookingAfterMs"` // after From; null: nothing was booked
	HeldBefore          int      `json:"heldBefore"`
	BookedBefore        int      `json:"bookedBefore"`
}

// Twice reports double clicks. Different must be 0.
type Twice struct {
	Answered  int `json:"answered"`
	Different int `json:"different"`
}

// Generator reports the crowd's own work. If it is late, its latencies mean little.
type Generator struct {
	Seconds           float64  `json:"seconds"`
	CPUSeconds        float64  `json:"cpuSeconds"`
	Requests          int      `json:"requests"`
	RequestsPerSecond float64  `json:"requestsPerSecond"`
	TurnedAway        int      `json:"turnedAway"` // it had no room for them
	Late              Quantile `json:"lateMs"`     // requests, against when they were due
}

// Count is the number of answers with a code.
type Count struct {
	Code  string `json:"code"`
	Count int    `json:"count"`
}

// Latency of a step, without shed requests.
type Latency struct {
	Step  string `json:"step"`
	Count int64  `json:"count"`
	Quantile
}

// Quantile has the percentiles of a latency in milliseconds.
type Quantile struct {
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
}

// Second is one second of the run; From counts from the opening.
type Second struct {
	From      int       `json:"from"`
	Arrivals  int       `json:"arrivals"`
	Inside    int       `json:"inside"` // at its end
	Requests  int       `json:"requests"`
	Bookings  int       `json:"bookings"`
	TooEarly  int       `json:"tooEarly"`
	Refused   int       `json:"refused"`
	Shed      int       `json:"shed"`
	Errors    int       `json:"errors"`
	Abandoned int       `json:"abandoned"`
	Latency   *Quantile `json:"bookingMs,omitempty"` // absent: no booking
}

// ChannelCounts is the share of one channel.
type ChannelCounts struct {
	Name     string `json:"name"`
	Arrivals int    `json:"arrivals"`
	Bookings int    `json:"bookings"`
	Shed     int    `json:"shed"`
	Errors   int    `json:"errors"`
}

// UntilBooked is the step from the wish for a booking to the booking, with all retries.
const UntilBooked = "until booked"

// Second returns the counts of a second so far.
func (r *Recorder) Second(from int) Second {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := from - r.first
	if r.rows == nil || i < 0 || i >= len(r.rows) {
		return Second{From: from, Inside: r.inside}
	}
	return r.look(i)
}

func (r *Recorder) look(i int) Second {
	row := r.rows[i]
	row.settle()
	if i == len(r.rows)-1 {
		row.Inside = r.inside
	}
	return row.Second
}

// Bookings returns the number of bookings so far.
func (r *Recorder) Bookings() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.totals.bookings
}

// Report returns the result so far. The caller adds the setting and the generator's time.
func (r *Recorder) Report() Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.totals
	out := Report{
		OpensAt: r.opens.UTC(), From: r.from.UTC(),
		Arrivals: t.arrivals, Early: t.early,
		Bookings: t.bookings, Cancelled: t.cancelled, Moved: t.moved,
		TooEarly: t.outcomes[NotOpen], Shed: t.outcomes[Shed],
		Refusals: counts(t.refusals), Errors: counts(t.errors),
		Sessions: Sessions{
			Booked: t.endings[Booked], Refused: t.endings[TurnedOff],
			Abandoned: t.endings[Abandoned], CutOff: t.endings[CutOff],
		},
		Opening:   Opening{HeldBefore: t.heldEarly, BookedBefore: t.bookedEarly},
		Twice:     Twice{Answered: t.twice, Different: t.twiceDiffer},
		Channels:  slices.Clone(r.channels),
		Generator: Generator{Requests: t.requests, TurnedAway: t.turnedAway, Late: *t.lateness.quantiles()},
		Seconds:   make([]Second, len(r.rows)),
	}
	if t.bookings > 0 {
		after := milliseconds(t.firstBooking.Sub(r.from).Microseconds())
		out.Opening.FirstBookingAfterMs = &after
	}
	for step := range t.latencies {
		out.add(Step(step).String(), &t.latencies[step])
	}
	out.add(UntilBooked, &t.booking)
	for i := range r.rows {
		out.Seconds[i] = r.look(i)
	}
	return out
}

func (r *Report) add(step string, h *histogram) {
	if h.total > 0 {
		r.Latencies = append(r.Latencies, Latency{Step: step, Count: h.total, Quantile: *h.quantiles()})
	}
}

// Spent sets the run's wall-clock and CPU time.
func (r *Report) Spent(took, cpu time.Duration) {
	g := &r.Generator
	g.Seconds, g.CPUSeconds = took.Seconds(), cpu.Seconds()
	if took > 0 {
		g.RequestsPerSecond = float64(g.Requests) / took.Seconds()
	}
}

// Asked sets the configuration of the run.
func (r *Report) Asked(seed uint64, curve arrival.Curve) {
	r.Setting = Setting{Seed: seed, People: curve.Count(), DurationSeconds: curve.Duration.Seconds(), Curve: []float64{}}
	for _, s := range r.Seconds {
		if by := time.Duration(s.From+1) * time.Second; by < curve.Duration+time.Second {
			r.Setting.Curve = append(r.Setting.Curve, curve.Expected(by))
		}
	}
}

// Broken lists violations of what must never happen.
func (r Report) Broken() []string {
	var out []string
	add := func(n int, words string) {
		if n > 0 {
			out = append(out, figure.Grouped(n)+" "+words)
		}
	}
	add(r.Opening.BookedBefore, "booked before the opening")
	add(r.Opening.HeldBefore, "held before the opening")
	add(r.Twice.Different, "requests made twice with the same key got two answers")
	return out
}

// BookingLatency returns the time from the wish for a booking to the booking, if there is
// one.
func (r Report) BookingLatency() (Latency, bool) {
	i := slices.IndexFunc(r.Latencies, func(l Latency) bool { return l.Step == UntilBooked })
	if i < 0 {
		return Latency{}, false
	}
	return r.Latencies[i], true
}

// Total is the sum of counts.
func Total(counts []Count) int {
	sum := 0
	for _, c := range counts {
		sum += c.Count
	}
	return sum
}

// counts returns the counts, highest first.
func counts(of map[string]int) []Count {
	out := make([]Count, 0, len(of))
	for _, code := range slices.Sorted(maps.Keys(of)) {
		out = append(out, Count{code, of[code]})
	}
	slices.SortStableFunc(out, func(a, b Count) int { return cmp.Compare(b.Count, a.Count) })
	return out
}
