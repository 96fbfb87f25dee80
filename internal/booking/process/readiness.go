/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"slices"
	"sync"
	"time"
)

// Check is a condition for booking.
type Check string

// The checks. The process is ready once each was reported to be fine.
const (
	CheckStore   Check = "store"   // answers
	CheckSchema  Check = "schema"  // is migrated for this binary
	CheckKeys    Check = "keys"    // all keys in use are held
	CheckCatalog Check = "catalog" // one is in force here
)

var checks = []Check{CheckStore, CheckSchema, CheckKeys, CheckCatalog}

// Recent is the maximum time since the store last answered.
const Recent = 30 * time.Second

// Outage is how long a process that could book stays ready after the store's last answer.
// A failover takes about 30 s, and all processes lose the store at once. If none were ready,
// people would see a proxy's error instead of pages from memory and a 503 with Retry-After.
const Outage = time.Minute

// Readiness says whether this process can book, by the last reports of its chores. It
// tolerates an [Outage] of the store. It asks nobody, so a probe costs nothing and never
// waits.
type Readiness struct {
	mu       sync.Mutex
	states   map[Check]state
	able     bool      // it could book before
	heard    time.Time // last answer of the store
	draining bool
	since    time.Time // when it began to drain
}

type state struct {
	reason string
	since  time.Time // when this reason began
	last   time.Time // last report
}

// NewReadiness returns the readiness of a process that starts: no check was reported.
func NewReadiness(now time.Time) *Readiness {
	r := &Readiness{states: map[Check]state{}}
	for _, c := range checks {
		r.states[c] = state{reason: "not checked yet", since: now, last: now}
	}
	return r
}

// Set reports a check: a reason why nothing can be booked, or "" if it is fine. The reason is
// public.
func (r *Readiness) Set(c Check, reason string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := state{reason: reason, since: now, last: now}
	if before, known := r.states[c]; known && before.reason == reason {
		s.since = before.since
	}
	r.states[c] = s
	if c == CheckStore && reason == "" {
		r.heard = now
	}
	r.able = r.able || !slices.ContainsFunc(checks, func(c Check) bool { return r.states[c].reason != "" })
}

// Drain makes the process not ready, while it still answers requests.
func (r *Readiness) Drain(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.draining {
		r.draining, r.since = true, now
	}
}

// Health is the answer to a probe.
type Health struct {
	Ready           bool     `json:"ready"`             // it can book, or could until recently: see [Outage]
	Reasons         []Reason `json:"reasons,omitempty"` // why it cannot book now
	CatalogRevision int64    `json:"catalogRevision,omitempty"`
}

// Reason why nothing can be booked.
type Reason struct {
	Check  Check     `json:"check"`
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
}

// checkDrain names the reason of a process that shuts down. Nothing reports it.
const checkDrain Check = "drain"

// Health answers a probe.
func (r *Readiness) Health(now time.Time) Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	var h Health
	if r.draining {
		h.Reasons = append(h.Reasons, Reason{checkDrain, "this process is shutting down", r.since.UTC()})
	}
	for _, c := range checks {
		s := r.states[c]
		if c == CheckStore && s.reason == "" && now.Sub(s.last) > Recent {
			s = state{reason: "no answer lately", since: s.last.Add(Recent)}
		}
		if s.reason != "" {
			h.Reasons = append(h.Reasons, Reason{c, s.reason, s.since.UTC()})
		}
	}
	onlyStore := len(h.Reasons) == 1 && h.Reasons[0].Check == CheckStore
	h.Ready = len(h.Reasons) == 0 || onlyStore && r.able && now.Sub(r.heard) < Outage
	return h
}
