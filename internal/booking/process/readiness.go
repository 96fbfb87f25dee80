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

// Check is one of the things without which nothing can be booked.
type Check string

// The checks. Each must be said to be fine before the server is ready.
const (
	CheckStore   Check = "store"   // answers
	CheckSchema  Check = "schema"  // is migrated to what this binary needs
	CheckKeys    Check = "keys"    // all under which people are found are held
	CheckCatalog Check = "catalog" // one is in force here
)

var checks = []Check{CheckStore, CheckSchema, CheckKeys, CheckCatalog}

// Recent is how long it may be since the store was last heard of.
const Recent = 30 * time.Second

// Outage is how long a process that could book stays ready after it last heard of the
// store. A failover takes some 30 s, and all processes lose the store at once: if none
// were ready, people would see a proxy's error instead of the pages, which come from
// memory, and of a 503 that says when to come again.
const Outage = time.Minute

// Readiness is whether this process can book, as whoever looks after it last said; it
// bears the loss of the store for a while.
// It asks nobody, so that a probe costs nothing and never waits.
type Readiness struct {
	mu       sync.Mutex
	states   map[Check]state
	able     bool      // it could book before
	heard    time.Time // of the store
	draining bool
	since    time.Time // that it drains
}

type state struct {
	reason string
	since  time.Time // that the reason is the same
	said   time.Time
}

// NewReadiness makes one that is not ready: nothing was said of any check.
func NewReadiness(now time.Time) *Readiness {
	r := &Readiness{states: map[Check]state{}}
	for _, c := range checks {
		r.states[c] = state{reason: "is not known yet", since: now, said: now}
	}
	return r
}

// Set says how a check stands: a reason why nothing can be booked, or "" where it is
// fine. Anybody may read the reason.
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

// drain says that no new requests are wanted, while those that come are answered.
func (r *Readiness) Drain(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.draining {
		r.draining, r.since = true, now
	}
}

// Health is the answer to a probe.
type Health struct {
	Ready           bool     `json:"ready"`             // it can book, or could until a moment ago: see [Outage]
	Reasons         []Reason `json:"reasons,omitempty"` // why it cannot book now
	CatalogRevision int64    `json:"catalogRevision,omitempty"`
}

// Reason is why nothing can be booked.
type Reason struct {
	Check  Check     `json:"check"`
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
}

// checkDrain stands for no check: the process is told to end.
const checkDrain Check = "drain"

// health tells what is wrong, if anything is.
func (r *Readiness) Health(now time.Time) Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	var h Health
	if r.draining {
		h.Reasons = append(h.Reasons, Reason{checkDrain, "this process is about to end", r.since.UTC()})
	}
	for _, c := range checks {
		s := r.states[c]
		if c == CheckStore && s.reason == "" && now.Sub(s.said) > Recent {
			s = state{reason: "was not heard of lately", since: s.said.Add(Recent)}
		}
		if s.reason != "" {
			h.Reasons = append(h.Reasons, Reason{c, s.reason, s.since.UTC()})
		}
	}
	onlyStore := len(h.Reasons) == 1 && h.Reasons[0].Check == CheckStore
	h.Ready = len(h.Reasons) == 0 || onlyStore && r.able && now.Sub(r.heard) < Outage
	return h
}
