/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night

import "time"

// Tally is what cmd/crowd reports of a crowd, as far as a night needs it. Latencies
// are in milliseconds.
type Tally struct {
	OpensAt   time.Time      `json:"opensAt"`
	Arrivals  int            `json:"arrivals"`
	Early     int            `json:"early"`
	Bookings  int            `json:"bookings"`
	Cancelled int            `json:"cancelled"`
	Moved     int            `json:"moved"`
	TooEarly  int            `json:"tooEarlyAnswers"`
	Refusals  []Count        `json:"refusals"`
	Shed      int            `json:"shed"`
	Errors    []Count        `json:"errors"`
	Sessions  Sessions       `json:"sessions"`
	Opening   AtTheOpening   `json:"opening"`
	Twice     Twice          `json:"doubleClicks"`
	Latencies []Latency      `json:"latencies"`
	Channels  []ChannelTally `json:"channels"`
	Generator Generator      `json:"generator"`
	Seconds   []Second       `json:"seconds"`
}

// Count is how often a code was given.
type Count struct {
	Code  string `json:"code"`
	Count int    `json:"count"`
}

// Sessions are people by how it ended for them.
type Sessions struct {
	Booked    int `json:"booked"`
	Refused   int `json:"refused"`
	Abandoned int `json:"abandoned"`
	CutOff    int `json:"cutOff"`
}

// AtTheOpening is what happened at the instant, by the store's clock.
type AtTheOpening struct {
	FirstBookingAfterMs *float64 `json:"firstBookingAfterMs"`
	HeldBefore          int      `json:"heldBefore"`
	BookedBefore        int      `json:"bookedBefore"`
}

// Twice is what came of buttons that were pressed twice.
type Twice struct {
	Answered  int `json:"answered"`
	Different int `json:"different"`
}

// Latency of a step.
type Latency struct {
	Step  string `json:"step"`
	Count int64  `json:"count"`
	Quantile
}

// Quantile holds percentiles of how long requests took.
type Quantile struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// ChannelTally is a channel's part.
type ChannelTally struct {
	Name     string `json:"name"`
	Arrivals int    `json:"arrivals"`
	Bookings int    `json:"bookings"`
	Shed     int    `json:"shed"`
	Errors   int    `json:"errors"`
}

// Generator is what the crowd itself took.
type Generator struct {
	Seconds    float64  `json:"seconds"`
	CPUSeconds float64  `json:"cpuSeconds"`
	Requests   int      `json:"requests"`
	TurnedAway int      `json:"turnedAway"`
	Late       Quantile `json:"lateMs"`
}

// Second is what happened in one second; From counts from the opening.
type Second struct {
	From     int       `json:"from"`
	Arrivals int       `json:"arrivals"`
	Inside   int       `json:"inside"`
	Requests int       `json:"requests"`
	Bookings int       `json:"bookings"`
	TooEarly int       `json:"tooEarly"`
	Refused  int       `json:"refused"`
	Shed     int       `json:"shed"`
	Errors   int       `json:"errors"`
	Latency  *Quantile `json:"bookingMs,omitempty"`
}

// untilBooked names the latency from wanting a booking to having it.
const untilBooked = "until booked"

// Booking is how long people waited from wanting a booking to having it.
func (t Tally) Booking() (Latency, bool) {
	for _, l := range t.Latencies {
		if l.Step == untilBooked {
			return l, true
		}
	}
	return Latency{}, false
}

// within sums requests, 503s and errors of the seconds from the opening to another.
func (t Tally) within(seconds int) (requests, shed, errors int) {
	for _, s := range t.Seconds {
		if s.From >= 0 && s.From < seconds {
			requests, shed, errors = requests+s.Requests, shed+s.Shed, errors+s.Errors
		}
	}
	return requests, shed, errors
}
