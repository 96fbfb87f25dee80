/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// newDesk is the call centre of the samples and 410,000 people, 12 % of whom call.
func newDesk(t *testing.T) *stage {
	t.Helper()
	return newStage(t,
		build.MakePlatform("lazio").Obj(),
		build.MakeCampaign("born-1946-1950").Expects(410_000).Through("web", 12).Through("another", 88).Obj(),
		build.MakeChannel("web").Desk(80, 200).Between(2, 30).Obj(),
	)
}

func (s *stage) wantStaffing(status metav1.ConditionStatus, reason, says string) {
	s.Helper()
	if said := s.wantCondition(v1alpha1.ConditionStaffingSufficient, status, reason); !strings.Contains(said.Message, says) {
		s.Errorf("it says %q, want %q in it", said.Message, says)
	}
}

// TestDesk: what the roster gives is said from the day on which the campaign is
// declared until its window is over, and is no reason not to be Ready.
func TestDesk(t *testing.T) {
	s := newDesk(t)
	s.settle()
	s.runs(8)
	s.settle()
	// 4,920 callers in the first hour: 4,920·(3.5/60)^0.393 = 1,610.1 of them are on the phone after 210 s.
	level := int32(0)
	opens := metav1.NewTime(rome(t, "2026-12-02 00:00:00"))
	want := v1alpha1.CallCentreStatus{OpensAt: &opens, OfferedErlangs: 1611, ServiceLevelPercent: &level, AgentsNeeded: 1426, LinesNeeded: 1639}
	for _, at := range []string{"2026-12-01 12:00:00", "2026-12-01 23:59:59", "2026-12-02 00:30:00", "2026-12-02 23:59:59"} {
		s.at(at).settle()
		if diff := cmp.Diff(want, s.seen().Status.CallCentre); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", at, diff)
		}
		s.wantStaffing(metav1.ConditionFalse, v1alpha1.ReasonRosterTooSmall,
			"80 agents on 200 lines answer 0 % of 1,611 Erlangs within 20 s; to reach 80 % with at most 1 % blocked, it needs 1,426 agents and 1,639 lines")
		s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded)
	}

	s.at("2026-12-02 12:00:00").edit(func(c *v1alpha1.BookingChannel) {
		c.Spec.Capacity.Agents = 200
		c.Spec.CallCentre.Agents, c.Spec.CallCentre.Lines = want.AgentsNeeded, want.LinesNeeded
	})
	s.settle()
	s.wantStaffing(metav1.ConditionTrue, v1alpha1.ReasonRosterSufficient, "the target is 80 %")

	s.at("2026-12-03 00:00:00").settle()
	if got := s.seen().Status.CallCentre; got != (v1alpha1.CallCentreStatus{}) {
		t.Errorf("after the window there are figures: %+v", got)
	}
	s.wantStaffing(metav1.ConditionUnknown, v1alpha1.ReasonNoForecast, "forecast.channelShares")
}

// TestDeskSumsBands: calls of bands that open at one instant are summed.
func TestDeskSumsBands(t *testing.T) {
	s := newDesk(t)
	s.create(build.MakeCampaign("born-1951-1955").Expects(370_000).Through("web", 8).Through("another", 92).Obj())
	s.settle()
	if got := s.seen().Status.CallCentre.OfferedErlangs; got != 2579 {
		t.Errorf("%d Erlangs are offered, want 2579", got)
	}
}

func TestDeskWithoutPlatform(t *testing.T) {
	s := newDesk(t)
	s.settle()
	if err := s.client.Delete(t.Context(), build.MakePlatform("lazio").In(s.namespace).Obj()); err != nil {
		t.Fatal(err)
	}
	s.settle()
	s.wantStaffing(metav1.ConditionUnknown, v1alpha1.ReasonPlatformNotFound, "")
	if got := s.seen().Status.CallCentre; got != (v1alpha1.CallCentreStatus{}) {
		t.Errorf("there are figures without a plan: %+v", got)
	}
}

func TestOnlyCallCentresAreStaffed(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	if found := meta.FindStatusCondition(s.seen().Status.Conditions, v1alpha1.ConditionStaffingSufficient); found != nil {
		t.Errorf("a web channel has %+v", found)
	}
}
