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

// metric is one number that may be known of a subject.
type metric[T any] struct {
	name, unit, help string
	read             func(T) (value float64, known bool)
}

// subject is what metrics speak of, and the labels that name it.
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

// say sends what is known of a thing, named by the values of the labels.
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

// statuses of a condition, as their label has them.
var statuses = map[metav1.ConditionStatus]int{
	metav1.ConditionTrue: 0, metav1.ConditionFalse: 1, metav1.ConditionUnknown: 2,
}

var statusLabels = [...]string{"true", "false", "unknown"}

// conditions are the conditions of one kind: a series for each status, 1 for
// the one it has and 0 for the others, as kube-state-metrics has it.
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

// say sends those conditions of an object that it has, and of them only those
// that are declared: who else writes to the status does not add series.
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

// pairs are labels with their values, sorted as a metric has them. They are
// made once for all metrics of a subject: making them costs more than the rest.
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

// sample is one series of one scrape. It does what prometheus.NewConstMetric
// does, but shares its labels.
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

// sink takes the metrics of one scrape, and what could not be said: one bad
// name must not take the whole scrape with it, the runtime's own metrics included.
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

// instant is a time as Unix seconds, if there is one.
func instant(t *metav1.Time) (float64, bool) {
	if t.IsZero() {
		return 0, false
	}
	return float64(t.Unix()), true
}

// positive is a number whose zero value means that it is not known.
func positive[N int32 | int64](n N) (float64, bool) { return float64(n), n > 0 }

// given is a number that may be absent.
func given[N int32 | int64](n *N) (float64, bool) {
	if n == nil {
		return 0, false
	}
	return float64(*n), true
}
