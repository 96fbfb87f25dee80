/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"errors"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func TestConnections(t *testing.T) {
	p := newPress(t)
	want := func(connections int64, condition string) {
		t.Helper()
		if got := p.reconcile().Status.PlannedConnections; got != connections {
			t.Errorf("%d connections are planned, want %d", got, connections)
		}
		p.wantConditions(condition)
	}
	want(20, "ConnectionsSufficient=True BasesFit")
	p.create(build.MakeChannel("web").Between(2, 200).Obj())
	want(20+4*201, "ConnectionsSufficient=True BasesFit")
	p.create(build.MakeChannel("app").Between(2, 400).Obj())
	want(2000, "ConnectionsSufficient=True BasesFit") // all that the store accepts

	platform := p.read()
	platform.Spec.Database.MaxConnections = 43
	if err := p.api.Update(t.Context(), platform); err != nil {
		t.Fatal(err)
	}
	want(44, "ConnectionsSufficient=False BasesExceedConnections") // said, and not cut
	if got := p.messageOf(v1alpha1.ConditionConnectionsSufficient); got != "all channels at their bases need 44 connections, including 20 in reserve; the store accepts 43: "+
		"raise spec.database.maxConnections to at least 44, or lower scaling.minReplicas or capacity.databaseConnections of some channels" {
		t.Error(got)
	}
}

// TestLaunching: a platform is in a launch while any of its campaigns is, and
// somebody looks when that is to change.
func TestLaunching(t *testing.T) {
	p := newPress(t)
	p.create(build.MakeChannel("web").Obj(), // no ramp for so few: it is to be Ready at 22:45 and 23:45
		build.MakeCampaign("over-80").Expects(10).Through("web", 100).Closes("2026-12-02", "01:30").Obj(),
		build.MakeCampaign("over-70").Opens("2026-12-02", "01:00").Expects(10).Through("web", 100).Closes("2026-12-02", "02:00").Obj(),
		build.MakeCampaign("no-forecast").Opens("2026-11-25", "24:00").Obj())
	const over80, over70 = "Campaign over-80 is being launched until 2026-12-02 01:30:00 CET", "Campaign over-70 is being launched until 2026-12-02 02:00:00 CET"
	for _, step := range []struct{ now, want, message string }{
		{"2026-11-26T00:00:00Z", "Launching=False NoLaunch", "no campaign is being launched"},
		{"2026-12-01T22:44:59Z", "Launching=False NoLaunch", "no campaign is being launched"},
		{"2026-12-01T22:45:00Z", "Launching=True InLaunch", over80},
		{"2026-12-01T23:45:00Z", "Launching=True InLaunch", over70 + "; " + over80},
		{"2026-12-02T00:30:00Z", "Launching=True InLaunch", over70},
		{"2026-12-02T00:59:59Z", "Launching=True InLaunch", over70},
		{"2026-12-02T01:00:00Z", "Launching=False NoLaunch", "no campaign is being launched"},
	} {
		before := at(step.now).Add(-3 * time.Second)
		p.clock.SetTime(before)
		result, err := p.reconciler.Reconcile(t.Context(), p.request())
		if err != nil {
			t.Fatal(err)
		}
		p.clock.SetTime(at(step.now))
		platform := p.reconcile()
		p.wantConditions(step.want)
		got := meta.FindStatusCondition(platform.Status.Conditions, v1alpha1.ConditionLaunching)
		if got.Message != step.message {
			t.Errorf("at %s: got %q, want %q", step.now, got.Message, step.message)
		}
		if changes := got.LastTransitionTime.Time.Equal(at(step.now)); changes && result.RequeueAfter > 3*time.Second {
			t.Errorf("3 s before %s: looks again in %s", step.now, result.RequeueAfter)
		}
	}
}

// TestPublished walks the table: each row comes before those below it.
func TestPublished(t *testing.T) {
	failed := done{failed: errors.New("publish the catalog: no")}
	before := v1alpha1.CatalogStatus{Revision: 7}
	for name, test := range map[string]struct {
		in   edited
		want string
	}{
		"refused":            {edited{edition{refused: errors.New("too large"), reason: "TooLarge"}, failed, before}, "Stalled=True TooLarge too large; revision 7 stays in force"},
		"refused at once":    {edited{edition{refused: errors.New("too large"), reason: "TooLarge"}, done{}, v1alpha1.CatalogStatus{}}, "Stalled=True TooLarge too large"},
		"the write failed":   {edited{edition{}, failed, before}, "Reconciling=True WriteFailed publish the catalog: no; revision 7 stays in force"},
		"it is as it should": {edited{edition{left: []declared.LeftOut{{Kind: "Campaign", Name: "odd", Why: "why"}}}, done{}, before}, "Ready=True Published revision 0 of the catalog holds 0 hubs and 0 campaigns; not as declared: Campaign odd (why)"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []metav1.Condition
			condition.Summarize(condition.Writer{Conditions: &got, Now: time.Unix(0, 0)}, published, test.in)
			for _, c := range got {
				if c.Status == metav1.ConditionTrue {
					if text := c.Type + "=True " + c.Reason + " " + c.Message; text != test.want {
						t.Errorf("got %s, want %s", text, test.want)
					}
				}
			}
		})
	}
}
