/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"slices"
	"sync"
	"time"
)

// Check is a condition for taking bookings.
type Check string

// The checks. The server is ready once all have passed.
const (
	CheckStore   Check = "store"   // answers
	CheckSchema  Check = "schema"  // is migrated to what this binary needs
	CheckKeys    Check = "keys"    // this process has all that people are found by
	CheckCatalog Check = "catalog" // one is in force in this process
)

var checks = []Check{CheckStore, CheckSchema, CheckKeys, CheckCatalog}

// Recent is how long an answer of the store counts.
const Recent = 30 * time.Second

// Outage is how long a process stays ready after the store's last answer. A failover takes
// some 30 s, and all processes lose the store at once: if none were ready, people would see
// a proxy's error instead of pages from memory and a 503 that says when to retry.
const Outage = time.Minute

// Readiness has the last result of every check, and stays ready through a short loss of the
// store. It does not run the checks: a probe costs nothing and never waits.
type Readiness struct {
	mu       sync.Mutex
	states   map[Check]state
	able     bool      // all checks have passed before
	heard    time.Time // of the store
	draining bool
	since    time.Time // that it drains
}

type state struct {
	reason string
	since  time.Time // that the reason is the same
	said   time.Time
}

// NewReadiness returns a Readiness that is not ready: no check has a result.
func NewReadiness(now time.Time) *Readiness {
	r := &Readiness{states: map[Check]state{}}
	for _, c := range checks {
		r.states[c] = state{reason: "not checked yet", since: now, said: now}
	}
	return r
}

// Set sets the result of a check: the reason why it fails, or "". The reason is public.
func (r *Readiness) Set(c Check, reason string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := state{reason: reason, since: now, said: now}
	if before, known := r.states[c]; known && before.reason == reason {
		s.since = before.since
	}
	r.states[c] = s
	if c == CheckStore && reason == "" {
		r.heard = now
	}
	r.able = r.able || !slices.ContainsFunc(checks, func(c Check) bool { return r.states[c].reason != "" })
}

// drain makes the process unready; it still answers requests.
func (r *Readiness) drain(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.draining {
		r.draining, r.since = true, now
	}
}

// Health is the answer to a probe.
type Health struct {
	Ready           bool     `json:"ready"`             // for requests; see [Outage]
	Reasons         []Reason `json:"reasons,omitempty"` // the failing checks
	CatalogRevision int64    `json:"catalogRevision,omitempty"`
}

// Reason is why a check fails.
type Reason struct {
	Check  Check     `json:"check"`
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
}

// checkDrain is no check: the process is shutting down.
const checkDrain Check = "drain"

// health returns the failing checks.
func (r *Readiness) health(now time.Time) Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	var h Health
	if r.draining {
		h.Reasons = append(h.Reasons, Reason{checkDrain, "this process is shutting down", r.since.UTC()})
	}
	for _, c := range checks {
		s := r.states[c]
		if c == CheckStore && s.reason == "" && now.Sub(s.said) > Recent {
			s = state{reason: "no answer lately", since: s.said.Add(Recent)}
		}
		if s.reason != "" {
			h.Reasons = append(h.Reasons, Reason{c, s.reason, s.since.UTC()})
		}
	}
	onlyStore := len(h.Reasons) == 1 && h.Reasons[0].Check == CheckStore
	h.Ready = len(h.Reasons) == 0 || onlyStore && r.able && now.Sub(r.heard) < Outage
	return h
}
