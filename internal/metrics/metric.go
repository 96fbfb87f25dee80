/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package metrics

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// prefix of every name.
const prefix = "mezzanotte_"

// Units of the values, as docs/metrics.md names them.
const (
	unitReplicas    = "replicas"
	unitSeconds     = "seconds"
	unitInstant     = "Unix time in seconds"
	unitBoolean     = "1 or 0"
	unitConnections = "connections"
	unitErlangs     = "Erlangs"
	unitRatio       = "0 to 1"
	unitAgents      = "agents"
	unitLines       = "lines"
	unitDoses       = "doses"
	unitObjects     = "objects"
	unitRevision    = "revision"
)

// metric is one number of a subject, which may be unknown.
type metric[T any] struct {
	name, unit, help string
	read             func(T) (value float64, known bool)
}

// subject is a list of metrics of one kind of thing, and the labels that name it.
type subject[T any] struct {
	labels  []string
	metrics []described[T]
}

type described[T any] struct {
	metric[T]
	desc *prometheus.Desc
}

func newSubject[T any](labels []string, metrics ...metric[T]) subject[T] {
	s := subject[T]{labels: labels}
	for _, m := range metrics {
		m.name = prefix + m.name
		s.metrics = append(s.metrics, described[T]{m, prometheus.NewDesc(m.name, m.help, labels, nil)})
	}
	return s
}

func (s subject[T]) describe(to chan<- *prometheus.Desc) {
	for _, m := range s.metrics {
		to <- m.desc
	}
}

// say sends the known metrics of a thing, named by the values of the labels.
func (s subject[T]) say(to *sink, thing T, names ...string) {
	labels, err := pairs(s.labels, names)
	if err != nil {
		to.errs = append(to.errs, err)
		return
	}
	for _, m := range s.metrics {
		if value, known := m.read(thing); known {
			to.send(sample{m.desc, labels, value})
		}
	}
}

// statuses of a condition, as values of its label.
var statuses = map[metav1.ConditionStatus]int{
	metav1.ConditionTrue: 0, metav1.ConditionFalse: 1, metav1.ConditionUnknown: 2,
}

var statusLabels = [...]string{"true", "false", "unknown"}

// conditions are the conditions of one kind: a series for each status, 1 for the
// current one and 0 for the others, as in kube-state-metrics.
type conditions struct {
	name, help    string
	labels, types []string
	desc          *prometheus.Desc
}

func newConditions(name, help string, labels []string, types ...string) conditions {
	labels = slices.Concat(labels, []string{"condition", "status"})
	name = prefix + name
	return conditions{name, help, labels, types, prometheus.NewDesc(name, help, labels, nil)}
}

// say sends the declared conditions that an object has: other writers of the status add
// no series.
func (c conditions) say(to *sink, have []metav1.Condition, names ...string) {
	for i := range have {
		has, known := statuses[have[i].Status]
		if !known || !slices.Contains(c.types, have[i].Type) {
			continue
		}
		for status, label := range statusLabels {
			labels, err := pairs(c.labels, slices.Concat(names, []string{have[i].Type, label}))
			if err != nil {
				to.errs = append(to.errs, err)
				return
			}
			to.send(sample{c.desc, labels, number(status == has)})
		}
	}
}

// pairs are labels with their values, sorted as a metric needs them. They are made once
// for all metrics of a subject: making them costs more than the rest.
func pairs(labels, values []string) ([]*dto.LabelPair, error) {
	if len(labels) != len(values) {
		return nil, fmt.Errorf("%d values for the labels %q", len(values), labels)
	}
	room := make([]dto.LabelPair, len(labels))
	out := make([]*dto.LabelPair, len(labels))
	for i := range labels {
		if !utf8.ValidString(values[i]) {
			return nil, fmt.Errorf("label %s: %q is not UTF-8", labels[i], values[i])
		}
		room[i].Name, room[i].Value = &labels[i], &values[i]
		out[i] = &room[i]
	}
	slices.SortFunc(out, func(a, b *dto.LabelPair) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return out, nil
}

// sample is one series of one scrape. It works like prometheus.NewConstMetric, but
// shares its labels.
type sample struct {
	desc   *prometheus.Desc
	labels []*dto.LabelPair
	value  float64
}

// Desc implements prometheus.Metric.
func (s sample) Desc() *prometheus.Desc { return s.desc }

// Write implements prometheus.Metric.
func (s sample) Write(out *dto.Metric) error {
	out.Label, out.Gauge = s.labels, &dto.Gauge{Value: &s.value}
	return nil
}

// sink takes the metrics of one scrape, and the errors: one bad name must not break the
// whole scrape, which includes the runtime's own metrics.
type sink struct {
	to   chan<- prometheus.Metric
	errs []error
}

func (s *sink) send(m sample) { s.to <- m }

func (s *sink) err() error { return errors.Join(s.errs...) }

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// instant returns Unix seconds; false if there is no time.
func instant(t *metav1.Time) (float64, bool) {
	if t.IsZero() {
		return 0, false
	}
	return float64(t.Unix()), true
}

// positive returns a number whose zero value means unknown.
func positive[N int32 | int64](n N) (float64, bool) { return float64(n), n > 0 }

// given returns a number that may be absent.
func given[N int32 | int64](n *N) (float64, bool) {
	if n == nil {
		return 0, false
	}
	return float64(*n), true
}
