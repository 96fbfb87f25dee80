/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	errNotMigrated = errors.New("not migrated")
	errKeyMissing  = errors.New("key missing")
	errDown        = errors.New("down")
)

func TestStoreChecker(t *testing.T) {
	for name, test := range map[string]struct {
		ready   []error // what Ready returns, in order
		migrate error
		heard   bool
		want    error
		reasons map[Check]string // of the checks that it decides
	}{
		"all is fine": {ready: []error{nil}, reasons: map[Check]string{CheckSchema: "", CheckKeys: ""}},
		"an empty database": {
			ready: []error{errNotMigrated, nil}, reasons: map[Check]string{CheckSchema: "", CheckKeys: ""},
		},
		"a migration that fails": {
			ready: []error{errNotMigrated}, migrate: errDown, heard: true, want: errDown, reasons: map[Check]string{CheckSchema: "is not migrated yet"},
		},
		"a migration and a missing key": {
			ready: []error{errNotMigrated, errKeyMissing}, want: errKeyMissing, reasons: map[Check]string{CheckSchema: "", CheckKeys: "one in use is not held"},
		},
		"a missing key": {
			ready: []error{errKeyMissing}, want: errKeyMissing, reasons: map[Check]string{CheckSchema: "", CheckKeys: "one in use is not held"},
		},
		"a store that never answered": {
			ready: []error{errDown}, want: errDown, reasons: map[Check]string{CheckStore: "does not answer"},
		},
		"a store that has answered": { // another chore reports it
			ready: []error{errDown}, heard: true, want: errDown, reasons: map[Check]string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReadiness(evening)
			err := StoreChecker{
				Readiness: r, Clock: func() time.Time { return evening }, Heard: func() bool { return test.heard },
				Ready: func(context.Context) error {
					err := test.ready[0]
					test.ready = test.ready[1:]
					return err
				},
				Migrate:     func(context.Context) error { return test.migrate },
				NotMigrated: func(err error) bool { return errors.Is(err, errNotMigrated) },
				KeyMissing:  func(err error) bool { return errors.Is(err, errKeyMissing) },
			}.Check(t.Context())
			if !errors.Is(err, test.want) || len(test.ready) > 0 {
				t.Errorf("got %v, want %v; %d answers are left", err, test.want, len(test.ready))
			}
			if diff := cmp.Diff(test.reasons, decided(r)); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
		})
	}
}

// decided returns the reasons of the checks that were set.
func decided(r *Readiness) map[Check]string {
	out := map[Check]string{}
	for _, c := range checks {
		if reason := r.states[c].reason; reason != "not checked yet" {
			out[c] = reason
		}
	}
	return out
}
