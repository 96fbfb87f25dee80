/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

func TestShowRecount(t *testing.T) {
	for name, test := range map[string]struct {
		newest booking.Audit
		fails  error
		want   error
		shown  []booking.Audit
	}{
		"none yet":       {},
		"no answer":      {fails: errDown, want: errDown},
		"a sound one":    {newest: booking.Audit{At: evening, Booked: 4}, shown: []booking.Audit{{At: evening, Booked: 4}}},
		"an unsound one": {newest: booking.Audit{At: evening, Oversold: 1}, want: ErrUnsound, shown: []booking.Audit{{At: evening, Oversold: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			var shown []booking.Audit
			err := ShowRecount(func(context.Context) (booking.Audit, error) { return test.newest, test.fails },
				func(a booking.Audit) { shown = append(shown, a) })(t.Context())
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if diff := cmp.Diff(test.shown, shown); diff != "" {
				t.Errorf("shown (-want +got):\n%s", diff)
			}
		})
	}
}
