/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
)

// prefix of all names.
const prefix = "mezzanotte_booking_"

// The classes besides those of refusals. Requests that were shed, limited or refused are not
// errors: on an opening night there are many.
const (
	classDone   booking.Class = "done"
	classAway   booking.Class = "away"   // the client hung up before the answer
	classFailed booking.Class = "failed" // a bug
)

// latencies are the buckets of the histogram, in seconds.
var latencies = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// Metrics has the metrics of one process. No label contains anything that a client sent.
type Metrics struct {
	registry *prometheus.Registry

	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	flying   prometheus.Gauge
	refusals *prometheus.CounterVec
	shed     *prometheus.CounterVec
	panics   prometheus.Counter
	audited  *audited
}

// NewMetrics returns Metrics, with those of the process and of Go's runtime.
func NewMetrics() *Metrics {
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Name: prefix + name, Help: help}
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: prefix + name, Help: help})
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(counter("requests_total",
			"Requests answered, by route and outcome."), []string{"route", "outcome"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: prefix + "request_duration_seconds", Buckets: latencies,
			Help: "Time from a request's headers to the end of its answer, without requests that were shed."}, []string{"route"}),
		flying: gauge("requests_in_flight", "Requests that are being answered, including those that wait for the store."),
		refusals: prometheus.NewCounterVec(counter("refusals_total",
			"Requests refused by the rules, by the code in the answer."), []string{"code"}),
		shed: prometheus.NewCounterVec(counter("shed_total",
			"Requests shed, to be retried: full (the queue was), waited (too long in it), displaced (by one that finishes a booking)."), []string{"reason"}),
		panics:  prometheus.NewCounter(counter("panics_total", "Requests that ended in a panic.")),
		audited: &audited{},
	}
	m.registry.MustRegister(m.requests, m.latency, m.flying, m.refusals, m.shed, m.panics, m.audited,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, reason := range []booking.OverloadError{booking.OverloadFull, booking.OverloadWaited, booking.OverloadDisplaced} {
		m.shed.WithLabelValues(string(reason))
	}
	return m
}

// Handler answers scrapes. It belongs on a listener that citizens do not reach.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// answered counts one request.
func (m *Metrics) answered(route string, a answer, took time.Duration) {
	m.requests.WithLabelValues(route, string(a.class)).Inc()
	switch a.class {
	case booking.ClassShed:
		m.shed.WithLabelValues(string(a.overload)).Inc()
		return
	case booking.ClassRefused:
		m.refusals.WithLabelValues(string(a.code)).Inc()
	default:
	}
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}

// watch adds a gauge that is read with each scrape.
func (m *Metrics) watch(name, help string, labels prometheus.Labels, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(
		prometheus.GaugeOpts{Name: prefix + name, Help: help, ConstLabels: labels}, read))
}

// watchServer adds gauges of a server and of its dependencies.
func (m *Metrics) watchServer(s *Server) {
	queue := func(count func(clerk.Queue) int) func() float64 {
		return func() float64 { return float64(count(s.Clerk.Queue())) }
	}
	const queueHelp = "Requests that wait for a connection: starting (looks for places, takes some), finishing (confirm, extend, cancel)."
	m.watch("gate_inside", "Requests that may use the store now.", nil, queue(func(q clerk.Queue) int { return q.Inside }))
	m.watch("gate_queue_length", queueHelp, prometheus.Labels{"urgency": "starting"}, queue(func(q clerk.Queue) int { return q.Starting }))
	m.watch("gate_queue_length", queueHelp, prometheus.Labels{"urgency": "finishing"}, queue(func(q clerk.Queue) int { return q.Finishing }))
	m.watch("store_connections_used", "Connections to the store that are in use.", nil, func() float64 {
		used, _ := s.Store.InUse()
		return float64(used)
	})
	m.watch("store_connections_limit", "Maximum number of connections to the store.", nil, func() float64 {
		_, most := s.Store.InUse()
		return float64(most)
	})
	m.watch("catalog_revision", "Revision of the catalog in force in this process; 0 if there is none.", nil, func() float64 {
		return float64(s.Binding.Revision())
	})
	m.watch("store_clock_offset_seconds", "How far the store's clock is ahead of this process's.", nil, func() float64 {
		ahead, _ := s.Binding.Offset()
		return ahead.Seconds()
	})
	m.watch("ready", "Whether this process can book: 1 or 0.", nil, func() float64 {
		if len(s.health().Reasons) == 0 {
			return 1
		}
		return 0
	})
}
