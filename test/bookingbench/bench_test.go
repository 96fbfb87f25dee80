/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadLog(t *testing.T) {
	got, err := readLog(nil, []byte("0 199 2241 0 1175850568 995598\n3 200 12465 0 1175850569 608\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []done{
		{time.Unix(1175850568, 995598000), 2241 * time.Microsecond},
		{time.Unix(1175850569, 608000), 12465 * time.Microsecond},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(done{})); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	for _, log := range []string{"0 199 2241\n", "0 199 skipped 0 1175850568 995598\n"} {
		if _, err := readLog(nil, []byte(log)); err == nil {
			t.Errorf("%q was read", log)
		}
	}
}

func TestMedian(t *testing.T) {
	for name, test := range map[string]struct {
		of   []float64
		want float64
	}{
		"of none":  {nil, 0},
		"of one":   {[]float64{3}, 3},
		"of three": {[]float64{9, 1, 3}, 3},
		"of four":  {[]float64{9, 1, 3, 4}, 3.5},
	} {
		t.Run(name, func(t *testing.T) {
			if got := median(test.of); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestMeasure has two clients do something that takes a while.
func TestMeasure(t *testing.T) {
	each := 20 * time.Millisecond
	m, err := measure(t.Context(), tree(1<<30), clients{number: 2, do: func(ctx context.Context, _ *rand.Rand) error {
		time.Sleep(each)
		return nil
	}}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if most := 2 / each.Seconds(); m.Rate > 1.05*most || m.Rate < most/10 {
		t.Errorf("%.0f a second, want at most %.0f", m.Rate, most)
	}
	if m.Half < milliseconds(each) || m.P99 < m.Half {
		t.Errorf("half within %.1f ms, 99 %% within %.1f ms, want %s or more", m.Half, m.P99, each)
	}
	if m.Server != 0 {
		t.Errorf("processor time of a process that there is not: %v", m.Server)
	}
}

// TestRatio compares the store with what was measured in the same round.
func TestRatio(t *testing.T) {
	r := report{Rows: []*row{
		{Demand: oneHub, Rounds: []measured{{Rate: 100, Server: 1}, {Rate: 10, Server: 2}, {Rate: 60, Server: 1}}},
		{Demand: oneHub, Rounds: []measured{{Rate: 200, Server: 1}, {Rate: 20, Server: 4}, {Rate: 60, Server: 1}}},
		{Demand: oneRow, Rounds: []measured{{Rate: 10, Server: 4}, {Rate: 2, Server: 4}, {Rate: 1, Server: 2}}},
	}}
	r.sum()
	var got [][2]float64
	for _, row := range r.Rows {
		got = append(got, [2]float64{row.Ratio, row.CPURatio})
	}
	if diff := cmp.Diff([][2]float64{{0, 0}, {0.5, 1}, {10, 0.5}}, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// TestScripts: what pgbench sends is the same for each way of sending it, but for that.
func TestScripts(t *testing.T) {
	s := &scene{world: newWorld(time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC), 1)}
	for name, test := range map[string]struct {
		way        way
		one        bool
		has, lacks string
	}{
		"in a pipeline":        {pipeline, false, "\\startpipeline\nBEGIN;\nSELECT person_id", "counter"},
		"one by one":           {singly, false, "\nBEGIN;\nSELECT person_id", "pipeline"},
		"one by one, one row":  {singly, true, "UPDATE counter SET taken = taken + 2", "UPDATE slot"},
		"in one call, one row": {call, true, "SELECT book(:hub, to_timestamp(:first), to_timestamp(:second)", "BEGIN"},
	} {
		t.Run(name, func(t *testing.T) {
			script, err := ceiling{s, same, s.anywhereScript(), test.way, test.one}.script()
			if err != nil || !strings.Contains(script, test.has) || strings.Contains(script, test.lacks) {
				t.Errorf("%v; want %q and no %q in:\n%s", err, test.has, test.lacks, script)
			}
		})
	}
}
