/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/test/stage"
)

func TestSum(t *testing.T) {
	seen, err := parse(strings.NewReader(`# HELP workqueue_depth how many wait
# TYPE workqueue_depth gauge
workqueue_depth{controller="channel",priority="0"} 3
workqueue_depth{controller="channel",priority="-100"} 4
workqueue_depth_of_another_kind{controller="channel"} 100
process_cpu_seconds_total 1.25e+02
`))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		metric string
		labels []string
		want   float64
	}{
		"of all labels":           {"workqueue_depth", nil, 7},
		"of one priority":         {"workqueue_depth", []string{`controller="channel"`, `priority="0"`}, 3},
		"of a priority not there": {"workqueue_depth", []string{`priority="100"`}, 0},
		"without labels":          {"process_cpu_seconds_total", nil, 125},
		"of nothing":              {"workqueue", nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := seen.sum(test.metric, test.labels...); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	if _, err := parse(strings.NewReader("up yes\n")); err == nil {
		t.Error("a value that is no number was read")
	}
}

func TestPercentile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for name, test := range map[string]struct {
		of      []time.Duration
		percent int
		want    time.Duration
	}{
		"half of a hundred": {hundred, 50, 50},
		"99 of a hundred":   {hundred, 99, 99},
		"all of a hundred":  {hundred, 100, 100},
		"99 of fifteen":     {hundred[:15], 99, 15},
		"half of one":       {hundred[:1], 50, 1},
		"half of none":      {nil, 50, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := percentile(test.of, test.percent); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestWrites(t *testing.T) {
	line := func(verb, user, resource, namespace string) string {
		return `{"verb":"` + verb + `","user":{"username":"` + user + `"},"objectRef":{"resource":"` + resource + `","namespace":"` + namespace + `","name":"n"}}` + "\n"
	}
	log := line("patch", stage.OperatorUser, "deployments", "lazio") +
		line("get", stage.OperatorUser, "deployments", "lazio") +
		line("patch", "somebody", "deployments", "lazio") +
		line("update", stage.OperatorUser, "leases", stage.OperatorNamespace) +
		line("create", stage.OperatorUser, "events", stage.OperatorNamespace) +
		line("create", stage.OperatorUser, "tokenreviews", "") +
		line("create", stage.OperatorUser, "events", "lazio") +
		`{"verb":"patch","user":{"usern`
	found, err := writes(strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range found {
		got = append(got, r.String())
	}
	if diff := cmp.Diff([]string{"patch deployments lazio/n", "create events lazio/n"}, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func TestTable(t *testing.T) {
	small, large := figures{}, figures{}
	for f, at := range map[*figures]float64{&small: 1, &large: 10} {
		f.add("objects", "", 355*at)
		f.add("memory", "MB", 12.345*at)
		f.add("writes", "/min", 0)
	}
	large = large[:2]
	var out bytes.Buffer
	if err := printTable(&out, []column{{Size: size{Platforms: 5}, Figures: small}, {Size: size{Platforms: 50}, Figures: large}}); err != nil {
		t.Fatal(err)
	}
	want := `                5 platforms   50 platforms          grows
objects                 355           3550           x 10
memory, MB             12.3            123           x 10
writes, /min              0              -               
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// TestShares: every channel of a platform has its part of each campaign, and
// all of them are the whole.
func TestShares(t *testing.T) {
	for _, channels := range []int{1, 3, 7, 20} {
		campaign := size{Channels: channels}.campaign("band", "region", time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
		sum := int32(0)
		for _, share := range campaign.Spec.Forecast.ChannelShares {
			sum += share.Percent
		}
		if got := len(campaign.Spec.Forecast.ChannelShares); got != channels || sum != 100 {
			t.Errorf("%d channels: %d shares that sum to %d, want all of them and 100", channels, got, sum)
		}
	}
}
