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

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
)

// bound is a binding in the hands of a test.
type bound struct{ refresh, current error }

func (b bound) Refresh(context.Context) error       { return b.refresh }
func (b bound) Current() (*binding.Snapshot, error) { return nil, b.current }

func TestCatalogRefresher(t *testing.T) {
	behind := &binding.BehindError{Revision: 8, Err: errors.New("too new")}
	for name, test := range map[string]struct {
		binding bound
		want    map[Check]string
	}{
		"a catalog in force":               {bound{}, map[Check]string{CheckStore: "", CheckCatalog: ""}},
		"none yet":                         {bound{binding.ErrNone, binding.ErrNone}, map[Check]string{CheckStore: "does not answer", CheckCatalog: "none is in force here"}},
		"one that cannot be read":          {bound{behind, behind}, map[Check]string{CheckStore: "", CheckCatalog: "none is in force here"}},
		"a store that is away":             {bound{errDown, nil}, map[Check]string{CheckStore: "does not answer", CheckCatalog: ""}},
		"a store that was away from birth": {bound{errDown, binding.ErrNone}, map[Check]string{CheckStore: "does not answer", CheckCatalog: "none is in force here"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReadiness(evening)
			err := CatalogRefresher{Readiness: r, Clock: func() time.Time { return evening }, Binding: test.binding}.Refresh(t.Context())
			if !errors.Is(err, test.binding.refresh) {
				t.Errorf("got %v, want %v", err, test.binding.refresh)
			}
			if diff := cmp.Diff(test.want, decided(r)); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
		})
	}
}
