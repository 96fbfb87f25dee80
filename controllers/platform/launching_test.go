/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

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
