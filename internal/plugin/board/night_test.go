/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"fmt"
	"slices"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

var channelNames = []string{"web", "app", "phone"}

// night is a scene in the making: one campaign on three channels.
type night struct {
	campaigns []*v1alpha1.Campaign
	channels  []*v1alpha1.BookingChannel
	scalers   []autoscalingv2.HorizontalPodAutoscaler
	events    []corev1.Event
	platform  v1alpha1.BookingPlatformStatus
	rest      Scene
}

func midnight() *night {
	n := &night{}
	c := build.MakeCampaign("born-1946-1950").Expects(410_000).Through("web", 62).Through("app", 26).Through("phone", 12).Obj()
	c.Status.OpensAt = stamp("2026-12-02 00:00:00")
	c.Status.OpensAtLocal = "Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December"
	c.Status.Channels = []v1alpha1.ChannelLaunch{
		{Channel: "web", PeakFloor: 184, RampStartsAt: stamp("2026-12-01 23:20:00")},
		{Channel: "app", PeakFloor: 71, RampStartsAt: stamp("2026-12-01 23:22:00")},
		{Channel: "phone", PeakFloor: 8},
	}
	condition := func(kind string, status metav1.ConditionStatus, reason string) {
		c.Status.Conditions = append(c.Status.Conditions, metav1.Condition{Type: kind, Status: status, Reason: reason})
	}
	condition(v1alpha1.ConditionFeasible, metav1.ConditionTrue, v1alpha1.ReasonFits)
	condition(v1alpha1.ConditionPrescaled, metav1.ConditionFalse, v1alpha1.ReasonRamping)
	condition(v1alpha1.ConditionOpen, metav1.ConditionFalse, v1alpha1.ReasonNotYetOpen)
	condition(v1alpha1.ConditionSupplySufficient, metav1.ConditionTrue, v1alpha1.ReasonSupplyCovers)
	n.campaigns = append(n.campaigns, c)
	for i, name := range channelNames {
		b := build.MakeChannel(name)
		if name == "phone" {
			b.Desk(80, 200).Between(8, 30)
		}
		channel := b.Obj()
		channel.Status.Floor = v1alpha1.FloorStatus{Replicas: []int32{2, 2, 8}[i], Reason: "base"}
		channel.Status.Cap = []int32{200, 100, 30}[i]
		channel.Status.NextSteps = []v1alpha1.FloorStep{{At: stamp("2026-12-01 23:32:00"), Floor: []int32{130, 64, 9}[i], Reason: "x"}}
		n.channels = append(n.channels, channel)
		n.scalers = append(n.scalers, scaler(name, channel.Status.Floor.Replicas))
	}
	n.event("BookingChannel", "web", "FloorRaised", "from 110 to 120: floor 120 = born-1946-1950 120", "2026-12-01 23:31:00")
	n.event("Campaign", "born-1946-1950", "Scheduled", "opens Wednesday 2 December 2026 at 00:00 CET", "2026-11-20 10:00:00")
	n.event("BookingChannel", "web", "Overruled", "kubectl-edit had written spec.minReplicas; it was set back", "2026-12-01 23:30:02")
	n.event("Campaign", "of-another-platform", "Scheduled", "opens", "2026-12-01 23:31:00")
	return n
}

// quiet is a platform with channels and nothing to open.
func quiet() Scene {
	n := midnight().ready(2, 2, 8)
	n.campaigns, n.events = nil, nil
	for _, c := range n.channels {
		c.Status.NextSteps = nil
	}
	return n.scene()
}

func scaler(name string, desired int32) autoscalingv2.HorizontalPodAutoscaler {
	return autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: build.Namespace},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{Metrics: []autoscalingv2.MetricSpec{{
			ContainerResource: &autoscalingv2.ContainerResourceMetricSource{
				Name: corev1.ResourceCPU, Target: autoscalingv2.MetricTarget{AverageUtilization: ptr.To[int32](70)},
			},
		}}},
		Status: autoscalingv2.HorizontalPodAutoscalerStatus{
			DesiredReplicas: desired,
			CurrentMetrics: []autoscalingv2.MetricStatus{{ContainerResource: &autoscalingv2.ContainerResourceMetricStatus{
				Name: corev1.ResourceCPU, Current: autoscalingv2.MetricValueStatus{AverageUtilization: ptr.To[int32](34)},
			}}},
		},
	}
}

func (n *night) event(kind, name, reason, message, at string) {
	e := corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Name: fmt.Sprintf("%s.%d", name, len(n.events)), Namespace: build.Namespace},
		InvolvedObject: corev1.ObjectReference{Kind: kind, Namespace: build.Namespace, Name: name},
		Reason:         reason, Message: message, Type: corev1.EventTypeNormal,
		EventTime: metav1.NewMicroTime(rome(at)),
	}
	if reason == "Overruled" {
		e.Type = corev1.EventTypeWarning
	}
	n.events = append(n.events, e)
}

// early leaves out what has not happened days before.
func (n *night) early() *night {
	n.events = n.events[1:2]
	n.condition(v1alpha1.ConditionPrescaled, metav1.ConditionFalse, v1alpha1.ReasonWaiting)
	return n
}

// floors of web, app and phone, as they are and as the autoscalers have them.
func (n *night) floors(floors ...int32) *night {
	for i, floor := range floors {
		n.channels[i].Status.Floor.Replicas = floor
		n.channels[i].Status.Floor.Reason = fmt.Sprintf("floor %d = born-1946-1950 %d", floor, floor)
		n.scalers[i].Status.DesiredReplicas = floor
	}
	if floors[0] == 184 { // at the peak the next step is the release
		for _, c := range n.channels {
			c.Status.NextSteps[0].At, c.Status.NextSteps[0].Floor = stamp("2026-12-02 01:00:00"), c.Status.Floor.Replicas-1
		}
	}
	return n
}

func (n *night) ready(pods ...int32) *night {
	for i, ready := range pods {
		n.channels[i].Status.ReadyReplicas = ptr.To(ready)
		n.channels[i].Status.Replicas = ptr.To(n.channels[i].Status.Floor.Replicas)
	}
	return n
}

// proved Ready on the evening of 1 December; "" is not.
func (n *night) proved(clocks ...string) *night {
	all := true
	for i, clock := range clocks {
		if clock == "" {
			all = false
			continue
		}
		n.campaigns[0].Status.Channels[i].ProvedReadyAt = stamp("2026-12-01 " + clock)
	}
	if all {
		n.condition(v1alpha1.ConditionPrescaled, metav1.ConditionTrue, v1alpha1.ReasonProvedReady)
	} else {
		n.condition(v1alpha1.ConditionPrescaled, metav1.ConditionFalse, v1alpha1.ReasonNotProved)
	}
	return n
}

// lost pods of web on the evening of 1 December.
func (n *night) lost(clock string) *night {
	n.campaigns[0].Status.Channels[0].LostAt = stamp("2026-12-01 " + clock)
	n.condition(v1alpha1.ConditionPrescaled, metav1.ConditionFalse, v1alpha1.ReasonCapacityLost)
	return n
}

// refused says of web that the API server refuses its pods.
func (n *night) refused(message string) *night {
	for _, kind := range []string{v1alpha1.ConditionFloorHeld, v1alpha1.ConditionReady} {
		n.channels[0].Status.Conditions = append(n.channels[0].Status.Conditions, metav1.Condition{
			Type: kind, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonPodsRefused, Message: message,
		})
	}
	return n
}

func (n *night) condition(kind string, status metav1.ConditionStatus, reason string) {
	for i := range n.campaigns[0].Status.Conditions {
		if c := &n.campaigns[0].Status.Conditions[i]; c.Type == kind {
			c.Status, c.Reason = status, reason
		}
	}
}

func (n *night) paused(reason string) *night {
	n.campaigns[0].Spec.Pause.Reason = reason
	n.condition(v1alpha1.ConditionOpen, metav1.ConditionFalse, v1alpha1.ReasonPaused)
	return n
}

func (n *night) wrong(message string) *night {
	n.condition(v1alpha1.ConditionOpen, metav1.ConditionFalse, v1alpha1.ReasonInvalidSpec)
	for i := range n.campaigns[0].Status.Conditions {
		n.campaigns[0].Status.Conditions[i].Message = message
	}
	return n
}

func (n *night) open() *night {
	n.campaigns[0].Status.OpenedAt = stamp("2026-12-02 00:00:00")
	n.condition(v1alpha1.ConditionOpen, metav1.ConditionTrue, v1alpha1.ReasonOpened)
	return n
}

func (n *night) capped() *night {
	n.condition(v1alpha1.ConditionFeasible, metav1.ConditionFalse, v1alpha1.ReasonCapped)
	return n
}

func (n *night) unpublished() *night {
	n.platform.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionCatalogPublished, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonTooLarge}}
	return n
}

// another campaign of the same opening, paused.
func (n *night) another(name, reason string) *night {
	c := n.campaigns[0].DeepCopy()
	c.Name, c.Spec.Pause.Reason = name, reason
	n.campaigns = append(n.campaigns, c)
	return n
}

func (n *night) without(channel string) *night {
	n.channels = slices.DeleteFunc(n.channels, func(c *v1alpha1.BookingChannel) bool { return c.Name == channel })
	return n
}

func (n *night) hidden(kinds ...Kind) *night {
	n.rest.Hidden = map[Kind]string{}
	for _, kind := range kinds {
		n.rest.Hidden[kind] = fmt.Sprintf("not visible: no right to list %s in namespace %s", kind, build.Namespace)
		switch kind {
		case Autoscalers:
			n.scalers = nil
		case Events:
			n.events = nil
		case Channels:
			n.channels = nil
		case Platforms, Campaigns:
		}
	}
	return n
}

func (n *night) away(since string) *night {
	n.rest.Away, n.rest.Why = rome(since), "connection refused"
	return n
}

func (n *night) rival(manager string) *night {
	n.channels[0].Status.LastOverruled = v1alpha1.Overruled{Manager: manager, Field: "spec.minReplicas", Time: stamp("2026-12-01 23:30:02")}
	return n
}

// crowd adds channels that wait for nothing, the last of which is far behind.
func (n *night) crowd(count int) *night {
	for i := range count {
		c := n.channels[0].DeepCopy()
		c.Name = fmt.Sprintf("web-%02d", i)
		n.channels = append(n.channels, c)
	}
	last := n.channels[len(n.channels)-1]
	last.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionFloorHeld, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonBelowFloor, Message: "86 pods are Ready, the floor is 120",
	}}
	return n
}

func (n *night) scene() Scene {
	out := n.rest
	out.Platforms = []v1alpha1.BookingPlatform{*build.MakePlatform(build.Platform).With(func(p *v1alpha1.BookingPlatform) { p.Status = n.platform }).Obj()}
	for _, c := range n.campaigns {
		out.Campaigns = append(out.Campaigns, *c.DeepCopy())
	}
	for _, c := range n.channels {
		out.Channels = append(out.Channels, *c.DeepCopy())
	}
	out.Autoscalers, out.Events = n.scalers, n.events
	return out
}

func stamp(local string) *metav1.Time { return &metav1.Time{Time: rome(local)} }

func sorted(lines []string) []string {
	slices.SortFunc(lines, strings.Compare)
	return lines
}
