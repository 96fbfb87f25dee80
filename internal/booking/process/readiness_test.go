/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fine returns the readiness of a process that can book.
func fine(now time.Time) *Readiness {
	r := NewReadiness(now)
	for _, c := range checks {
		r.Set(c, "", now)
	}
	return r
}

var evening = time.Date(2026, 12, 1, 23, 30, 0, 0, time.UTC)

func TestReadiness(t *testing.T) {
	later := evening.Add(time.Minute)
	for name, c := range map[string]struct {
		is   func() *Readiness
		want Health
	}{
		"of which nothing was said": {
			is: func() *Readiness { return NewReadiness(evening) },
			want: Health{Reasons: []Reason{
				{CheckStore, "not checked yet", evening}, {CheckSchema, "not checked yet", evening},
				{CheckKeys, "not checked yet", evening}, {CheckCatalog, "not checked yet", evening},
			}},
		},
		"of which all is fine": {
			is:   func() *Readiness { return fine(later.Add(-Recent)) },
			want: Health{Ready: true},
		},
		"whose store fails, since the first time": {
			is: func() *Readiness {
				r := fine(evening)
				r.Set(CheckStore, "does not answer", evening.Add(10*time.Second))
				r.Set(CheckStore, "does not answer", evening.Add(20*time.Second))
				return r
			},
			want: Health{Reasons: []Reason{{CheckStore, "does not answer", evening.Add(10 * time.Second)}}},
		},
		"whose store answers again": {
			is: func() *Readiness {
				r := fine(evening)
				r.Set(CheckStore, "does not answer", evening)
				r.Set(CheckStore, "", later)
				return r
			},
			want: Health{Ready: true},
		},
		"whose store fails, since less than a minute": {
			is: func() *Readiness {
				r := fine(evening.Add(time.Second))
				r.Set(CheckStore, "does not answer", evening.Add(3*time.Second))
				return r
			},
			want: Health{Ready: true, Reasons: []Reason{{CheckStore, "does not answer", evening.Add(3 * time.Second)}}},
		},
		"whose store fails before it could ever book": {
			is: func() *Readiness {
				r := NewReadiness(evening)
				for _, c := range []Check{CheckStore, CheckSchema, CheckKeys} {
					r.Set(c, "", later)
				}
				r.Set(CheckStore, "does not answer", later)
				r.Set(CheckCatalog, "", later)
				return r
			},
			want: Health{Reasons: []Reason{{CheckStore, "does not answer", later}}},
		},
		"whose store fails, and that lacks a key": {
			is: func() *Readiness {
				r := fine(later)
				r.Set(CheckStore, "does not answer", later)
				r.Set(CheckKeys, "one in use is not held", later)
				return r
			},
			want: Health{Reasons: []Reason{{CheckStore, "does not answer", later}, {CheckKeys, "one in use is not held", later}}},
		},
		"whose store fails while it drains": {
			is: func() *Readiness {
				r := fine(later)
				r.Set(CheckStore, "does not answer", later)
				r.Drain(later)
				return r
			},
			want: Health{Reasons: []Reason{{checkDrain, "this process is shutting down", later}, {CheckStore, "does not answer", later}}},
		},
		"that lacks a key": {
			is: func() *Readiness {
				r := fine(later)
				r.Set(CheckKeys, "one in use is not held", later)
				return r
			},
			want: Health{Reasons: []Reason{{CheckKeys, "one in use is not held", later}}},
		},
		"that nobody looked after lately": {
			is:   func() *Readiness { return fine(later.Add(-Recent - time.Second)) },
			want: Health{Ready: true, Reasons: []Reason{{CheckStore, "no answer lately", later.Add(-time.Second)}}},
		},
		"that nobody looks after any more": {
			is:   func() *Readiness { return fine(evening) },
			want: Health{Reasons: []Reason{{CheckStore, "no answer lately", evening.Add(Recent)}}},
		},
		"that drains": {
			is: func() *Readiness {
				r := fine(later)
				r.Drain(evening)
				r.Drain(later)
				return r
			},
			want: Health{Reasons: []Reason{{checkDrain, "this process is shutting down", evening}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.is().Health(later)); diff != "" {
				t.Errorf("health (-want +got):\n%s", diff)
			}
		})
	}
}
