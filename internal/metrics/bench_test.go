/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package metrics

import (
	"fmt"
	"io"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// crowded returns n platforms, each with 20 channels and 40 campaigns on three of them.
func crowded(platforms int) *world {
	var w world
	for p := range platforms {
		namespace := fmt.Sprintf("region-%02d", p)
		made := platform()
		made.Namespace = namespace
		w.platforms = append(w.platforms, *made)
		for i := range 20 {
			c, s := web(), scaler("web", "uid-web", 121)
			c.Namespace, c.Name = namespace, fmt.Sprintf("web-%02d", i)
			s.Namespace, s.Name = c.Namespace, c.Name
			c.Status.Conditions = statesOf(channelConditions)
			w.channels, w.scalers = append(w.channels, *c), append(w.scalers, s)
		}
		for i := range 40 {
			c := campaign()
			c.Namespace, c.Name = namespace, fmt.Sprintf("born-in-%02d", i)
			c.Status.Conditions = statesOf(campaignConditions)
			w.campaigns = append(w.campaigns, *c)
		}
	}
	return &w
}

func statesOf(c conditions) []metav1.Condition {
	var out []metav1.Condition
	for _, kind := range c.types {
		out = append(out, is(kind, metav1.ConditionTrue))
	}
	return append(out, is(v1alpha1.ConditionReconciling, metav1.ConditionFalse))
}

// BenchmarkScrape is one scrape as it is answered, text included.
func BenchmarkScrape(b *testing.B) {
	for name, platforms := range map[string]int{
		"100 channels and 200 campaigns":   5,
		"1000 channels and 2000 campaigns": 50,
	} {
		b.Run(name, func(b *testing.B) {
			registry := prometheus.NewRegistry()
			registry.MustRegister(New(crowded(platforms), elected()))
			b.ReportAllocs()
			series := 0
			for b.Loop() {
				families, err := registry.Gather()
				if err != nil {
					b.Fatal(err)
				}
				series = 0
				for _, family := range families {
					series += len(family.GetMetric())
					if _, err := expfmt.MetricFamilyToText(io.Discard, family); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(series), "series")
		})
	}
}
