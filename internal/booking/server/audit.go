/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// figure is one number of a recount.
type figure struct {
	desc *prometheus.Desc
	read func(booking.Audit) float64
}

func newFigure(name, help string, read func(booking.Audit) int64) figure {
	return figure{prometheus.NewDesc(prefix+name, help, nil, nil), func(a booking.Audit) float64 { return float64(read(a)) }}
}

// figures of a recount. All processes expose the same ones: they must not be summed.
var figures = []figure{
	newFigure("oversold_places", "Places sold beyond those declared when they were sold. Must be 0.",
		func(a booking.Audit) int64 { return a.Oversold }),
	newFigure("duplicate_bookings", "Live bookings of one person for one service beyond the first. Must be 0.",
		func(a booking.Audit) int64 { return a.Duplicates }),
	newFigure("broken_bookings", "Bookings without all of their doses, or with a wrong interval. Must be 0.",
		func(a booking.Audit) int64 { return a.Broken }),
	newFigure("early_bookings", "Bookings made before their opening. Must be 0.",
		func(a booking.Audit) int64 { return a.Early }),
	newFigure("astray_places", "Places by which counters and rows differ. Must be 0.",
		func(a booking.Audit) int64 { return a.Astray }),
	newFigure("overdue_holds", "Holds that expired more than 5 s ago and still keep places. Must be 0.",
		func(a booking.Audit) int64 { return a.Overdue }),
	newFigure("displaced_people", "People whose place is no longer declared: an agent must call them.",
		func(a booking.Audit) int64 { return a.Displaced }),
	newFigure("places", "Places in all slots, including past ones.",
		func(a booking.Audit) int64 { return a.Places }),
	newFigure("sold_places", "Places that bookings and holds have taken.",
		func(a booking.Audit) int64 { return a.Sold }),
	newFigure("held_bookings", "Holds.",
		func(a booking.Audit) int64 { return a.Held }),
	newFigure("live_bookings", "Bookings that are confirmed, and not over.",
		func(a booking.Audit) int64 { return a.Booked }),
	newFigure("audit_timestamp_seconds", "Time of the recount that the other figures come from.",
		func(a booking.Audit) int64 { return a.At.Unix() }),
}

// audited exposes the newest recount. Before the first one it exposes nothing: zeros would
// say that all is well.
type audited struct {
	newest atomic.Pointer[booking.Audit]
}

// Describe implements prometheus.Collector.
func (a *audited) Describe(to chan<- *prometheus.Desc) {
	for _, f := range figures {
		to <- f.desc
	}
}

// Collect implements prometheus.Collector.
func (a *audited) Collect(to chan<- prometheus.Metric) {
	newest := a.newest.Load()
	if newest == nil {
		return
	}
	for _, f := range figures {
		to <- prometheus.MustNewConstMetric(f.desc, prometheus.GaugeValue, f.read(*newest))
	}
}

// Audited sets the newest recount; it ignores the zero Audit.
func (m *Metrics) Audited(a booking.Audit) {
	if !a.At.IsZero() {
		m.audited.newest.Store(&a)
	}
}
