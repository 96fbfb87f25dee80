/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package night holds the record of an opening night: the scenario, the samples of each
// second, the crowd's results and the store's rows afterwards. It is data and
// arithmetic: records go in, findings and degradations come out, and there is no clock.
//
// Four figures must be zero whatever was broken:
//
//	places sold twice · people booked twice · acknowledged bookings lost · bookings before the instant
package night

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Record is one night.
type Record struct {
	Name      string `json:"name"`  // of the run, and of its files
	Title     string `json:"title"` // in words
	Prescaled bool   `json:"prescaled"`
	Fault     bool   `json:"fault"` // something was broken on purpose
	// Brief nights, as in CI, are declared in the middle of their ramp and are too short
	// to judge latencies and 503s: one second in which the machine stalls is a large
	// part of them. The report shows them without judging.
	Brief     bool          `json:"brief,omitempty"`
	Simulated []string      `json:"simulated,omitempty"`
	OpensAt   time.Time     `json:"opensAt"`
	Scenario  Scenario      `json:"scenario"`
	Samples   []Sample      `json:"samples"`
	Events    []Event       `json:"events"`
	Launches  []Launched    `json:"launches"`
	Doors     []Door        `json:"doors"`
	Citizens  *tally.Report `json:"citizens,omitempty"`
	Agents    *tally.Report `json:"agents,omitempty"`
	Store     Store         `json:"store"`
	Checks    []Finding     `json:"checks,omitempty"` // of the fault itself
}

// Sample is one look at the cluster. Times are seconds from the opening.
type Sample struct {
	At       float64    `json:"at"`
	Channels []Replicas `json:"channels"`
	Managers int32      `json:"managersReady"`
	// Silent means the API server did not answer; then the other fields are empty.
	Silent bool `json:"silent,omitempty"`
	// Stolen is the percentage of processor time that the host of this virtual machine
	// gave to others since the previous sample; nil: unknown.
	Stolen *float64 `json:"stolenPercent,omitempty"`
}

// Replicas of a channel: the floor, the autoscaler's range and wish, and what runs.
type Replicas struct {
	Channel string `json:"channel"`
	Floor   int32  `json:"floor"`
	Least   int32  `json:"minReplicas"`
	Wish    int32  `json:"autoscalerWish"`
	Desired int32  `json:"desired"`
	Ready   int32  `json:"ready"`
	CPU     *int32 `json:"cpuPercent,omitempty"` // of what pods ask for, as the autoscaler sees it
}

// Event is something that was done to the night.
type Event struct {
	At    float64 `json:"at"`
	Words string  `json:"words"`
}

// Launched is the result of a channel's launch.
type Launched struct {
	Channel string `json:"channel"`
	Base    int32  `json:"base"`
	Peak    int32  `json:"peak"` // that the forecast asks for
	Ready   int32  `json:"readyAtTheOpening"`
	// ProvedBefore is the number of seconds before the opening at which the last pod of
	// the peak became Ready, to stay so; null: not all were Ready at the opening.
	ProvedBefore *float64 `json:"provedReadySecondsBefore"`
}

// Door is one pod around the instant, asked directly. Seconds from the opening.
type Door struct {
	Channel string `json:"channel"`
	Pod     string `json:"pod"`
	// Closed is the time of the last question to which it answered “too early”.
	Closed *float64 `json:"lastClosed"`
	// Open is the time of its first answer that offered places.
	Open *float64 `json:"firstOpen"`
}

// Store holds what the rows show afterwards.
type Store struct {
	Oversold     int64 `json:"oversold"`
	Duplicates   int64 `json:"duplicates"`
	Early        int64 `json:"early"`
	Broken       int64 `json:"broken"`
	Astray       int64 `json:"astray"`
	Booked       int64 `json:"booked"`
	Acknowledged int64 `json:"acknowledged"` // bookings that somebody was told
	Lost         int64 `json:"lost"`         // of them, not in the store as they were told
}

// tallies of all crowds that came.
func (r Record) tallies() []*tally.Report {
	var all []*tally.Report
	for _, t := range []*tally.Report{r.Citizens, r.Agents} {
		if t != nil {
			all = append(all, t)
		}
	}
	return all
}

// Asked counts the requests of all crowds from the opening on, and those that failed.
type Asked struct{ Requests, Shed, Errors int }

// Asked counts the requests of some time from the opening on.
func (r Record) Asked(lasts time.Duration) Asked {
	var a Asked
	for _, t := range r.tallies() {
		requests, shed, errors := within(t, int(lasts/time.Second))
		a.Requests, a.Shed, a.Errors = a.Requests+requests, a.Shed+shed, a.Errors+errors
	}
	return a
}

// within sums requests, 503s and errors of the seconds from the opening to another.
func within(t *tally.Report, seconds int) (requests, shed, errors int) {
	for _, s := range t.Seconds {
		if s.From >= 0 && s.From < seconds {
			requests, shed, errors = requests+s.Requests, shed+s.Shed, errors+s.Errors
		}
	}
	return requests, shed, errors
}

// ErrorPercent of the requests were answered with an error, or not at all.
func (a Asked) ErrorPercent() float64 {
	if a.Requests == 0 {
		return 0
	}
	return 100 * float64(a.Errors) / float64(a.Requests)
}

// Stolen returns the percentage of processor time that the host of this machine gave to
// others while people came: on average, and in the worst sample. It explains nights that
// are slow although they have all the pods they need.
func (r Record) Stolen() (mean, worst float64, known bool) {
	looks := 0
	for _, s := range r.Samples {
		if s.Stolen == nil || s.At < 0 || s.At > r.Scenario.Crowd.Lasts.Seconds() {
			continue
		}
		looks++
		mean, worst = mean+*s.Stolen, max(worst, *s.Stolen)
	}
	return mean / float64(max(1, looks)), worst, looks > 0
}

// Ready returns the number of Ready pods of all channels at each sample.
func (s Sample) Ready() (n int32) {
	for _, c := range s.Channels {
		n += c.Ready
	}
	return n
}

// Peak of all channels together.
func (r Record) Peak() (n int32) {
	for _, l := range r.Launches {
		n += l.Peak
	}
	return n
}
