/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestReadiness mends one thing after the other, from the top of the table to its
// end: each row comes before those below it.
func TestReadiness(t *testing.T) {
	w := &wanted{
		observed: observed{
			campaign: build.MakeCampaign("over-80").Expects(10).Through("web", 100).Obj(),
			set:      &declared.Set{Platform: build.MakePlatform("lazio").Obj()},
		},
		now:       at("2026-12-01T20:00:00Z"),
		invalid:   errors.New("spec.opening: wrong"),
		selector:  errors.New("wrong"),
		feasible:  condition.False(v1alpha1.ReasonTooLate, "the ramp is too late"),
		outdated:  "booking pods do not know it",
		keepUntil: at("2026-12-02T00:00:00Z"),
	}
	for _, step := range []struct {
		want string // until it is mended
		mend func()
	}{
		{"Stalled InvalidSpec spec.opening: wrong", func() { w.invalid = nil }},
		{"Stalled InvalidSpec spec.hubSelector: wrong", func() { w.selector = nil }},
		{"Stalled TooLate the ramp is too late", func() { w.feasible = condition.True(v1alpha1.ReasonFits, "") }},
		{"Reconciling NotPublished booking pods do not know it", func() { w.outdated = "" }},
		{"Reconciling ChannelNotFound there is no BookingChannel web on BookingPlatform lazio: create it (spec.platformRef.name lazio) in namespace " +
			build.Namespace + ", or correct spec.forecast.channelShares", func() { w.set.Channels = []v1alpha1.BookingChannel{*build.MakeChannel("web").Obj()} }},
		{"Reconciling HubNotFound no VaccinationHub of BookingPlatform lazio offers " + string(w.campaign.Spec.Service) + ": create one that does", func() { w.hubs = []string{"fiera"} }},
		{"Ready Succeeded accepted and scheduled; without spec.forecast no capacity is planned for it", func() { w.launches = make([]launch, 1) }},
		{"Ready Succeeded accepted, planned and feasible", func() { w.now = w.keepUntil.Add(time.Second) }},
		{"Ready Succeeded accepted; its launch is over", func() {}},
	} {
		var got []metav1.Condition
		condition.Summarize(condition.Writer{Conditions: &got, Now: w.now}, readiness, w)
		for _, c := range got {
			if text := c.Type + " " + c.Reason + " " + c.Message; c.Status == metav1.ConditionTrue && text != step.want {
				t.Errorf("got %s, want %s", text, step.want)
			}
		}
		step.mend()
	}
}
