/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// Contacts are printed only on request.
func TestPrintDisplaced(t *testing.T) {
	at := time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC)
	displaced := func(n byte) booking.Displacement {
		return booking.Displacement{
			Number: number.New([8]byte{7: n}), Dose: int(n), Day: civil.On(at, time.UTC),
			Place: booking.Place{Hub: "fiera", StartsAt: at},
		}
	}
	contactOf := func(n number.Number) (booking.Contact, error) {
		switch n {
		case displaced(1).Number:
			return booking.Contact{Phone: "+390612345678", Email: "maria@example.org"}, nil
		case displaced(2).Number:
			return booking.Contact{}, errors.New("identifier key 2026-11 is missing")
		}
		return booking.Contact{}, nil // they left nothing
	}
	three := []booking.Displacement{displaced(1), displaced(2), displaced(3)}
	for name, test := range map[string]struct {
		found     []booking.Displacement
		contactOf func(number.Number) (booking.Contact, error)
		want      []string // the ends of the lines
		wrong     bool
	}{
		"nobody":          {nil, contactOf, []string{"No booking is displaced."}, false},
		"without contact": {three[:1], nil, []string{"AT (UTC)", "2026-12-02T08:00:00Z"}, false},
		"with contacts": {three, contactOf, []string{
			"PHONE          E-MAIL", "+390612345678  maria@example.org", "-              -", "-              -",
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			err := printDisplaced(&out, test.found, test.contactOf)
			if (err != nil) != test.wrong || err != nil && !strings.Contains(err.Error(), "2026-11 is missing") {
				t.Errorf("error %v", err)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			for i := range min(len(lines), len(test.want)) {
				if !strings.HasSuffix(lines[i], test.want[i]) {
					continue
				}
				lines[i] = test.want[i]
			}
			if diff := cmp.Diff(test.want, lines); diff != "" {
				t.Errorf("ends of lines (-want +got):\n%s", diff)
			}
		})
	}
}
