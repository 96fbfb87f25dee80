/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"slices"
	"time"
)

// standstills returns the pauses from the opening on, in order and merged. A pause that
// began before the opening holds it: people come when the pause is over, as they would
// have come at the opening.
func (c Campaign) standstills() []Span {
	var still []Span
	for _, p := range c.Pauses {
		if p.Until.IsZero() || p.Until.After(forever) {
			p.Until = forever
		}
		if p.From.Before(c.Opens) {
			p.From = c.Opens
		}
		if p.From.Before(p.Until) {
			still = append(still, p)
		}
	}
	slices.SortFunc(still, func(a, b Span) int { return a.From.Compare(b.From) })
	merged := still[:0]
	for _, p := range still {
		if last := len(merged) - 1; last >= 0 && !p.From.After(merged[last].Until) {
			if p.Until.After(merged[last].Until) {
				merged[last].Until = p.Until
			}
			continue
		}
		merged = append(merged, p)
	}
	return merged
}

// when returns the first instant at which the given time has passed since the opening,
// by a clock that stands still in pauses.
func (c Campaign) when(passed time.Duration) time.Time {
	t := c.Opens.Add(passed)
	for _, p := range c.Pauses {
		switch {
		case !p.From.Before(t):
			return t
		case !p.Until.Before(forever):
			return forever
		}
		t = t.Add(p.Until.Sub(p.From))
	}
	return t
}

// elapsed returns the time passed from the opening to t, by that clock.
func (c Campaign) elapsed(t time.Time) time.Duration {
	passed, from := time.Duration(0), c.Opens
	for _, p := range c.Pauses {
		if !p.From.Before(t) {
			break
		}
		passed += p.From.Sub(from)
		if !p.Until.Before(t) {
			return passed
		}
		from = p.Until
	}
	return passed + t.Sub(from)
}
