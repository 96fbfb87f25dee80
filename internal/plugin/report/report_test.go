/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/plugin/manifest"
	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/golden"
)

// evening before the midnight that ends 1 December 2026 in Rome.
const evening = "2026-12-01T21:00:00Z"

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// samples are the sets of config/samples.
func samples(t *testing.T) []declared.Set {
	t.Helper()
	objects, err := manifest.Read(t.Context(), manifest.Source{Paths: []string{filepath.Join("..", "..", "..", "config", "samples")}})
	if err != nil {
		t.Fatal(err)
	}
	return objects.Sets()
}

// over80 needs 9 replicas of the web channel.
func over80() *build.CampaignBuilder {
	return build.MakeCampaign("over-80").Expects(60_000).Through("web", 100)
}

// set of a platform in Rome with a web channel, and of these.
func set(objects ...any) declared.Set {
	out := declared.Set{Platform: build.MakePlatform("lazio").Obj()}
	for _, object := range objects {
		switch object := object.(type) {
		case *v1alpha1.BookingPlatform:
			out.Platform = object
		case *v1alpha1.Campaign:
			out.Campaigns = append(out.Campaigns, *object)
		case *v1alpha1.BookingChannel:
			out.Channels = append(out.Channels, *object)
		}
	}
	return out
}

func web() *build.ChannelBuilder { return build.MakeChannel("web") }

// movedLate is a status that remembers an opening from which the campaign was
// moved two hours before.
func movedLate(c *v1alpha1.Campaign) {
	announced := func(date, opens, since string) v1alpha1.AnnouncedOpening {
		return v1alpha1.AnnouncedOpening{
			Opening: v1alpha1.AnnouncedTime{Date: date, Time: "24:00", TimeZone: "Europe/Rome"},
			OpensAt: &metav1.Time{Time: at(opens)}, Since: &metav1.Time{Time: at(since)},
		}
	}
	c.Status.Announced = []v1alpha1.AnnouncedOpening{
		announced("2026-12-01", "2026-12-01T23:00:00Z", "2026-11-01T09:00:00Z"),
		announced("2026-12-02", "2026-12-02T23:00:00Z", "2026-12-01T21:00:00Z"),
	}
	c.Status.OpensAt = c.Status.Announced[1].OpensAt
}

// closesTooEarly for any opening: no rule of the schema can see it.
func closesTooEarly(c *v1alpha1.Campaign) {
	c.Spec.Closing = v1alpha1.CivilTime{Date: "2026-12-01", Time: "24:00", TimeZone: "Pacific/Kiritimati"}
}

// nights are what people may declare, and the reports on it are golden files.
var nights = map[string]struct {
	now  string
	sets func(t *testing.T) []declared.Set
}{
	"samples":          {evening, samples},
	"samples at night": {"2026-12-01T23:30:00Z", samples},
	"samples with a small web channel": {evening, func(t *testing.T) []declared.Set {
		sets := samples(t)
		web, _ := sets[0].Channel("web")
		web.Spec.Scaling.MaxReplicas = 40
		return sets
	}},
	"samples with a small store": {evening, func(t *testing.T) []declared.Set {
		sets := samples(t)
		sets[0].Platform.Spec.Database.MaxConnections = 250
		return sets
	}},
	"announced too late": {"2026-12-01T22:43:30Z", of(set(web().Obj(), over80().Obj()))},
	"paused":             {evening, of(set(web().Obj(), over80().Paused("too few doses").Obj()))},
	"a channel missing": {evening, of(set(web().Obj(),
		build.MakeCampaign("over-80").Expects(60_000).Through("web", 60).Through("phone", 40).Obj()))},
	"moved late": {"2026-12-01T21:30:00Z", of(set(web().Obj(), over80().Opens("2026-12-02", "24:00").With(movedLate).Obj()))},
	"two openings in one night": {evening, of(set(web().Between(2, 400).Obj(), build.MakePlatform("lazio").Starts(2).Obj(),
		over80().Obj(),
		build.MakeCampaign("over-70").Opens("2026-12-02", "02:00").Expects(400_000).Through("web", 100).Obj()))},
	"across the change of clocks": {"2026-10-24T21:00:00Z", of(set(web().External().Obj(), build.MakePlatform("lazio").Starts(1).Obj(),
		build.MakeCampaign("over-80").Opens("2026-10-25", "03:00").Expects(60_000).Through("web", 100).Obj()))},
	"nothing declared": {evening, of(set())},
	"without forecast or opening": {evening, of(set(web().Obj(), build.MakeCampaign("everyone").Obj(),
		over80().With(closesTooEarly).Obj()))},
	"over": {"2026-12-02T01:00:00Z", of(set(web().Obj(), over80().Obj()))},
	"two platforms of one name": {evening, of(
		declared.Set{Platform: build.MakePlatform("lazio").In("rome").Obj()},
		declared.Set{Platform: build.MakePlatform("lazio").In("viterbo").Zone("Asia/Kolkata").Obj()})},
}

func of(sets ...declared.Set) func(*testing.T) []declared.Set {
	return func(*testing.T) []declared.Set { return sets }
}

func TestReports(t *testing.T) {
	for name, night := range nights {
		t.Run(name, func(t *testing.T) {
			r := report.Build(night.sets(t), at(night.now))
			var table, everyStep, asJSON bytes.Buffer
			if err := report.Table(&table, r, report.Layout{Width: 100}); err != nil {
				t.Fatal(err)
			}
			if err := report.Table(&everyStep, r, report.Layout{Width: 60, EveryStep: true}); err != nil {
				t.Fatal(err)
			}
			encoder := json.NewEncoder(&asJSON)
			encoder.SetIndent("", "  ")
			if err := encoder.Encode(r); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, name+".txt", table.String())
			golden.Check(t, name+".json", asJSON.String())
			for width, text := range map[int]string{100: table.String(), 60: everyStep.String()} {
				for line := range strings.Lines(text) {
					if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
						t.Errorf("%d characters in a table %d wide: %s", n, width, line)
					}
				}
			}
		})
	}
}

// TestSteps are what the JSON promises of every channel.
func TestSteps(t *testing.T) {
	for name, night := range nights {
		t.Run(name, func(t *testing.T) {
			r := report.Build(night.sets(t), at(night.now))
			for _, p := range r.Platforms {
				for _, c := range p.Channels {
					checkSteps(t, c, r.Now, name == "paused")
				}
			}
		})
	}
}

func checkSteps(t *testing.T, c report.Channel, now time.Time, endless bool) {
	t.Helper()
	last := c.Steps[len(c.Steps)-1]
	if !c.Steps[0].At.Equal(now) {
		t.Errorf("%s: the first step is at %v, want now", c.Name, c.Steps[0].At)
	}
	if last.Floor != c.Base && !endless {
		t.Errorf("%s: the last floor is %d, want the base %d", c.Name, last.Floor, c.Base)
	}
	peak := 0
	for i, s := range c.Steps {
		peak = max(peak, s.Floor)
		if i > 0 && !s.At.After(c.Steps[i-1].At) {
			t.Errorf("%s: step at %v does not come after the one before", c.Name, s.At)
		}
		if i > 0 && i < len(c.Steps)-1 && s.Floor == c.Base && c.Steps[i+1].Floor == c.Base {
			t.Errorf("%s: two steps at the base from %v", c.Name, s.At)
		}
	}
	if c.Peak != peak || c.Peak > max(c.Cap, c.Base) {
		t.Errorf("%s: peak %d and cap %d, but the highest floor is %d", c.Name, c.Peak, c.Cap, peak)
	}
}
