/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// The first process on an empty database soon makes the slots of the days within the
// horizon, and no more; a booking beyond it is refused, because there is no such slot.
func TestHorizon(t *testing.T) {
	const days, soon = 12, 10 * time.Second
	w := newWorld(t, shared.Database(t))
	p := w.serve("web", "--horizon-days=12")
	p.mount(makeCatalog(1, time.Now().Add(-time.Hour), 10))
	began := time.Now()
	p.start()
	p.ready()
	t.Logf("ready after %v", time.Since(began).Round(time.Millisecond))
	rows := w.connect()
	now := clock(t, rows)
	p.until("has slots", func() bool { return query[int](t, rows, "SELECT count(*) FROM hub WHERE through IS NOT NULL") == 2 })
	if took := time.Since(began); took > soon {
		t.Errorf("slots after %v, want %v at most", took, soon)
	} else {
		t.Logf("slots after %v", took.Round(time.Millisecond))
	}
	last := civil.On(now, zone).Add(days - 1)
	if through := query[time.Time](t, rows, "SELECT max(day) FROM slot"); !through.Equal(last.Midnight()) {
		t.Errorf("slots through %v, want %v", through, last)
	}
	for name, tc := range map[string]struct {
		places []booking.Place
		status int
		code   booking.Code
	}{
		"the last day":          {[]booking.Place{at(now, days-8, 0), at(now, days-1, 0)}, http.StatusOK, ""},
		"a dose beyond":         {[]booking.Place{at(now, days-7, 0), at(now, days, 0)}, http.StatusConflict, booking.CodeNoSlot},
		"both beyond":           {[]booking.Place{at(now, days, 0), at(now, days+8, 0)}, http.StatusConflict, booking.CodeNoSlot},
		"between two slots":     {[]booking.Place{{Hub: hub, StartsAt: at(now, 2, 0).StartsAt.Add(time.Minute)}, at(now, 9, 0)}, http.StatusConflict, booking.CodeNoSlot},
		"in the past":           {[]booking.Place{at(now, -7, 0), at(now, 1, 0)}, http.StatusConflict, booking.CodeNoSlot},
		"in the next millennia": {[]booking.Place{at(now, 365*1000, 0), at(now, 365*1000+7, 0)}, http.StatusConflict, booking.CodeNoSlot},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := p.post(t.Context(), "$book", "", takes(1, tc.places))
			if err != nil || a.status != tc.status || a.code != tc.code {
				t.Errorf("answered %v, %v, want %d %s", a, err, tc.status, tc.code)
			}
			if a.done() {
				if a, err := p.post(t.Context(), "$cancel", "", changes(a.number(), 1)); err != nil || !a.done() {
					t.Errorf("cancel: %v, %v", a, err)
				}
			}
		})
	}
	p.noPanic()
}
