/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package metrics

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	runtimemetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

var update = flag.Bool("update", false, "renew the golden files")

// elected is what a manager that acts shows.
func elected() <-chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}

// scrape asks the registry that the manager serves, and leaves out what is the runtime's.
func scrape(t testing.TB, c *Collector) []*dto.MetricFamily {
	t.Helper()
	if err := runtimemetrics.Registry.Register(c); err != nil {
		t.Fatal(err)
	}
	defer runtimemetrics.Registry.Unregister(c)
	all, err := runtimemetrics.Registry.Gather()
	if err != nil {
		t.Errorf("the scrape fails, the runtime's metrics included: %v", err)
	}
	var ours []*dto.MetricFamily
	for _, family := range all {
		if strings.HasPrefix(family.GetName(), prefix) {
			ours = append(ours, family)
		}
	}
	return ours
}

func text(t *testing.T, families []*dto.MetricFamily) string {
	t.Helper()
	var out bytes.Buffer
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&out, family); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("not as in %s (renew with -update) (-want +got):\n%s", file, diff)
	}
}

func TestScrape(t *testing.T) {
	seen, before := lazio(), lazio()
	families := scrape(t, New(seen, elected()))
	golden(t, "testdata/scrape.txt", text(t, families))
	if diff := cmp.Diff(before, seen, cmp.AllowUnexported(world{})); diff != "" {
		t.Errorf("a scrape changed what the cache holds (-before +after):\n%s", diff)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	said := map[string]bool{}
	for _, family := range families {
		said[family.GetName()] = true
	}
	for _, row := range allRows() {
		if !said[row.name] {
			t.Errorf("%s is described but no object here has it: the golden file does not show it", row.name)
		}
	}
}

func TestWhatIsSaid(t *testing.T) {
	const stands = "mezzanotte_manager_leader 0\n"
	waiting := make(chan struct{})
	badName := lazio()
	badName.campaigns[0].Status.Channels[0].Channel = "\xff"
	for name, tc := range map[string]struct {
		world   *world
		elected <-chan struct{}
		want    []string
		wantNot []string
		only    string
	}{
		"a manager that stands by says only that": {
			world: lazio(), elected: waiting, only: stands,
		},
		"a kind that cannot be read is left out, and that is said": {
			world:   &world{platforms: lazio().platforms, broken: &v1alpha1.CampaignList{}},
			want:    []string{`mezzanotte_manager_read{kind="Campaign"} 0`, `mezzanotte_manager_read{kind="BookingPlatform"} 1`, "mezzanotte_platform_hubs"},
			wantNot: []string{"mezzanotte_campaign_"},
		},
		"without autoscalers the channels are still there": {
			world:   &world{channels: lazio().channels, broken: &autoscalingv2.HorizontalPodAutoscalerList{}},
			want:    []string{`mezzanotte_manager_read{kind="HorizontalPodAutoscaler"} 0`, "mezzanotte_channel_floor_replicas", `mezzanotte_channel_desired_replicas{channel="app"`},
			wantNot: []string{`mezzanotte_channel_desired_replicas{channel="web"`},
		},
		"a name that cannot be said costs its own series only": {
			world:   badName,
			want:    []string{`mezzanotte_campaign_channel_share_replicas{campaign="over-80",channel="phone"`, `mezzanotte_channel_floor_replicas{channel="web"`},
			wantNot: []string{`mezzanotte_campaign_channel_share_replicas{campaign="over-80",channel="web"`},
		},
		"nothing declared, nothing said": {
			world: &world{},
			want:  []string{"mezzanotte_manager_leader 1", `mezzanotte_manager_read{kind="Campaign"} 1`},
			wantNot: []string{
				"mezzanotte_platform_", "mezzanotte_campaign_", "mezzanotte_channel_", "mezzanotte_call_centre_",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.elected == nil {
				tc.elected = elected()
			}
			got := text(t, scrape(t, New(tc.world, tc.elected)))
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s is missing from:\n%s", want, got)
				}
			}
			for _, not := range tc.wantNot {
				if strings.Contains(got, "\n"+not) {
					t.Errorf("%s is in:\n%s", not, got)
				}
			}
			if tc.only != "" && series(got) != tc.only {
				t.Errorf("got %s, want only %s", series(got), tc.only)
			}
		})
	}
}

// series are the lines that are no comments.
func series(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// TestScrapesAtOnce is for -race: two collectors of metrics may ask at once.
func TestScrapesAtOnce(t *testing.T) {
	registry := prometheus.NewPedanticRegistry() // checks each series against its description
	registry.MustRegister(New(lazio(), elected()))
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if _, err := registry.Gather(); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}
