/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package tally

import (
	"sync"
	"time"
)

// Recorder counts events. It is safe for concurrent use.
type Recorder struct {
	from  time.Time // from which seconds are counted
	opens time.Time // before which nothing may be taken

	mu       sync.Mutex
	totals   totals
	rows     []row // from the first second on
	first    int   // second of rows[0], from the opening
	settled  int   // rows of which the latencies are worked out
	inside   int
	channels []ChannelCounts
}

// totals are counted over the whole run.
type totals struct {
	arrivals, early, turnedAway, requests int

	outcomes  [outcomes]int
	endings   [endings]int
	refusals  map[string]int
	errors    map[string]int
	latencies [steps]histogram
	booking   histogram // from wanting it to having it
	lateness  histogram // of the generator

	bookings, cancelled, moved int
	heldEarly, bookedEarly     int
	twice, twiceDiffer         int
	firstBooking               time.Time
}

// row is one second.
type row struct {
	Second
	latency *histogram // of bookings; nil when there are none, or worked out
}

// NewRecorder returns a recorder for named channels. Seconds count from an instant: the
// opening, or a later one if it is over when the crowd comes.
func NewRecorder(opens, from time.Time, channels []string) *Recorder {
	r := &Recorder{opens: opens, from: from}
	r.totals.refusals, r.totals.errors = map[string]int{}, map[string]int{}
	for _, name := range channels {
		r.channels = append(r.channels, ChannelCounts{Name: name})
	}
	return r
}

// Arrived counts an arrival.
func (r *Recorder) Arrived(channel int, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.row(at).Arrivals++
	r.totals.arrivals++
	if at.Before(r.from) {
		r.totals.early++
	}
	r.channels[channel].Arrivals++
	r.inside++
}

// Begin marks the first second of the report.
func (r *Recorder) Begin(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.row(at)
}

// Begun returns the first second of the report.
func (r *Recorder) Begun() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.first
}

// TurnedAway counts a person for whom the generator had no room.
func (r *Recorder) TurnedAway(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.totals.turnedAway++
	r.row(at)
}

// Left counts the end of a session.
func (r *Recorder) Left(how Ending, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	row := r.row(at)
	r.totals.endings[how]++
	r.inside--
	if how == Abandoned {
		row.Abandoned++
	}
}

// Answered counts an answer.
func (r *Recorder) Answered(a Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.totals
	t.requests++
	t.outcomes[a.Outcome]++
	t.lateness.add(a.Sent.Sub(a.Due))
	row := r.row(a.At)
	row.Requests++
	if a.Outcome == Done || a.Outcome == Refused || a.Outcome == NotOpen {
		t.latencies[a.Step].add(a.At.Sub(a.Due))
	}
	switch a.Outcome {
	case Done, outcomes:
	case NotOpen:
		row.TooEarly++
	case Refused:
		row.Refused++
		t.refusals[a.Code]++
	case Shed:
		row.Shed++
		r.channels[a.Channel].Shed++
	case Failed:
		row.Errors++
		t.errors[a.Code]++
		r.channels[a.Channel].Errors++
	}
}

// Booked counts a booking.
func (r *Recorder) Booked(b Booking) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.totals
	t.bookings++
	r.channels[b.Channel].Bookings++
	if t.firstBooking.IsZero() || b.At.Before(t.firstBooking) {
		t.firstBooking = b.At
	}
	took := b.At.Sub(b.Wanted)
	t.booking.add(took)
	row := r.row(b.At)
	row.Bookings++
	if row.latency == nil {
		row.latency = &histogram{}
	}
	row.latency.add(took)
}

// Stamped checks a server's time: nothing may be held or booked before the opening.
func (r *Recorder) Stamped(step Step, s Stamp) {
	if s.At.IsZero() || !s.At.Before(r.opens) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if step == Hold {
		r.totals.heldEarly++
	} else {
		r.totals.bookedEarly++
	}
}

// Changed counts a cancelled or moved booking.
func (r *Recorder) Changed(step Step) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch step {
	case Cancel:
		r.totals.cancelled++
	case Move:
		r.totals.moved++
	case Page, Find, Hold, Book, steps:
	}
}

// Twice counts a request that was sent twice with one key, and carried out.
func (r *Recorder) Twice(same bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.totals.twice++
	if !same {
		r.totals.twiceDiffer++
	}
}

// second returns the second of an instant; the one before the first instant is −1.
func (r *Recorder) second(at time.Time) int {
	since := at.Sub(r.from)
	n := int(since / time.Second)
	if since%time.Second < 0 {
		n--
	}
	return n
}

// keep is the number of seconds to which latencies may still be added.
const keep = 5

// row returns the second of an instant. Earlier instants count in the first second.
func (r *Recorder) row(at time.Time) *row {
	second := r.second(at)
	if r.rows == nil {
		r.first = second
	}
	for len(r.rows) <= second-r.first {
		r.rows = append(r.rows, row{Second: Second{From: r.first + len(r.rows)}})
		for r.settled < len(r.rows)-keep {
			r.rows[r.settled].settle()
			r.settled++
		}
		if len(r.rows) > 1 {
			r.rows[len(r.rows)-2].Inside = r.inside
		}
	}
	return &r.rows[max(second-r.first, 0)]
}

// settle computes the percentiles and drops the histogram.
func (r *row) settle() {
	if r.latency == nil {
		return
	}
	r.Latency = r.latency.quantiles()
	r.latency = nil
}
