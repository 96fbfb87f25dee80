/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night

import (
	"fmt"
	"math"
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Degradation is a value that was worse than promised, and for how long.
type Degradation struct {
	What     string  `json:"what"`
	From, To float64 // seconds from the opening
	Seconds  float64 `json:"seconds"` // in all, of those between
	Note     string  `json:"note,omitempty"`
}

// moment is one second, and how bad it was.
type moment struct {
	at, lasts float64
	bad       bool
	amount    float64
}

// Degradations lists everything that was degraded.
func (r Record) Degradations() []Degradation {
	var all []Degradation
	add := func(what, note string, moments []moment) {
		if d, any := summed(moments); any {
			d.What = what
			if note != "" {
				d.Note = fmt.Sprintf(note, total(moments))
			}
			all = append(all, d)
		}
	}
	for who, t := range map[string]*tally.Report{"citizens": r.Citizens, "agents": r.Agents} {
		if t == nil {
			continue
		}
		add(who+" met errors", "%.0f requests", seconds(t, func(s tally.Second) float64 { return float64(s.Errors) }))
		add(who+" were told to come again (503)", "%.0f answers", seconds(t, func(s tally.Second) float64 { return float64(s.Shed) }))
		add("bookings of "+who+" took more than a second (p99)", "", seconds(t, func(s tally.Second) float64 {
			if s.Latency == nil || s.Latency.P99 < slowestBooking {
				return 0
			}
			return s.Latency.P99
		}))
	}
	slices.SortFunc(all, compare)
	add("the API server did not answer", "", r.looks(func(s Sample) bool { return s.Silent }))
	add("fewer than two operators were Ready", "", r.looks(func(s Sample) bool { return !s.Silent && s.Managers < 2 && len(r.Simulated) == 0 }))
	for _, l := range r.Launches {
		add(l.Channel+" had fewer Ready pods than the forecast asks for", "", r.looks(func(s Sample) bool {
			return s.At >= 0 && !s.Silent && s.ready(l.Channel) < l.Peak
		}))
	}
	return all
}

func compare(a, b Degradation) int {
	if a.From != b.From {
		if a.From < b.From {
			return -1
		}
		return 1
	}
	return slices.Compare([]byte(a.What), []byte(b.What))
}

func total(moments []moment) float64 {
	sum := 0.0
	for _, m := range moments {
		sum += m.amount
	}
	return sum
}

func seconds(t *tally.Report, amount func(tally.Second) float64) []moment {
	var moments []moment
	for _, s := range t.Seconds {
		n := amount(s)
		moments = append(moments, moment{float64(s.From), 1, n > 0, n})
	}
	return moments
}

// looks returns the samples, each until the next.
func (r Record) looks(bad func(Sample) bool) []moment {
	var moments []moment
	for i, s := range r.Samples {
		lasts := 1.0
		if i+1 < len(r.Samples) {
			lasts = r.Samples[i+1].At - s.At
		}
		moments = append(moments, moment{at: s.At, lasts: lasts, bad: bad(s)})
	}
	return moments
}

func summed(moments []moment) (Degradation, bool) {
	d := Degradation{From: math.Inf(1), To: math.Inf(-1)}
	for _, m := range moments {
		if m.bad {
			d.From, d.To, d.Seconds = min(d.From, m.at), max(d.To, m.at+m.lasts), d.Seconds+m.lasts
		}
	}
	return d, d.Seconds > 0
}

// ready returns the number of a channel's Ready pods.
func (s Sample) ready(channel string) int32 {
	for _, c := range s.Channels {
		if c.Channel == channel {
			return c.Ready
		}
	}
	return 0
}
