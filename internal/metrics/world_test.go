/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package metrics

import (
	"context"
	"errors"
	"fmt"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// world is what a cache would hold.
type world struct {
	platforms []v1alpha1.BookingPlatform
	campaigns []v1alpha1.Campaign
	channels  []v1alpha1.BookingChannel
	scalers   []autoscalingv2.HorizontalPodAutoscaler
	// broken is the kind of list that cannot be read.
	broken client.ObjectList
}

func (w *world) Get(context.Context, client.ObjectKey, client.Object, ...client.GetOption) error {
	return errors.New("a scrape asks for lists only")
}

func (w *world) List(_ context.Context, list client.ObjectList, opts ...client.ListOption) error {
	if given := (&client.ListOptions{}).ApplyOptions(opts); !ptr.Deref(given.UnsafeDisableDeepCopy, false) {
		return errors.New("a scrape copies no objects")
	}
	if fmt.Sprintf("%T", list) == fmt.Sprintf("%T", w.broken) {
		return errors.New("the cache has stopped")
	}
	switch list := list.(type) {
	case *v1alpha1.BookingPlatformList:
		list.Items = w.platforms
	case *v1alpha1.CampaignList:
		list.Items = w.campaigns
	case *v1alpha1.BookingChannelList:
		list.Items = w.channels
	case *autoscalingv2.HorizontalPodAutoscalerList:
		list.Items = w.scalers
	default:
		return fmt.Errorf("a scrape has no use for %T", list)
	}
	return nil
}

// midnight is the opening of these tests; minutes before it are negative.
func midnight(minutes int) *metav1.Time {
	opening := time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	return &metav1.Time{Time: opening.Add(time.Duration(minutes) * time.Minute)}
}

func is(kind string, status metav1.ConditionStatus) metav1.Condition {
	return metav1.Condition{Type: kind, Status: status, Reason: "Any", LastTransitionTime: *midnight(-60)}
}

// lazio is a platform ten minutes before its opening: every metric has a value,
// and what is not known of one object is known of another.
func lazio() *world {
	return &world{
		platforms: []v1alpha1.BookingPlatform{*platform(), *build.MakePlatform("new").Obj()},
		campaigns: []v1alpha1.Campaign{*campaign(), *build.MakeCampaign("new").Paused("no doses").Obj()},
		channels:  []v1alpha1.BookingChannel{*web(), *app(), *phone(), *build.MakeChannel("new").Obj()},
		scalers: []autoscalingv2.HorizontalPodAutoscaler{
			scaler("web", "uid-web", 121), scaler("new", "uid-of-another", 7), scaler("app", "uid-app", 9), idle("phone", "uid-phone"),
		},
	}
}

func platform() *v1alpha1.BookingPlatform {
	return build.MakePlatform("lazio").With(func(p *v1alpha1.BookingPlatform) {
		p.Status = v1alpha1.BookingPlatformStatus{
			Conditions: []metav1.Condition{
				is(v1alpha1.ConditionReady, metav1.ConditionTrue),
				is(v1alpha1.ConditionConnectionsSufficient, metav1.ConditionFalse),
				is("SomebodyElses", metav1.ConditionTrue),
				is(v1alpha1.ConditionCatalogPublished, "Maybe"),
			},
			Catalog:            v1alpha1.CatalogStatus{ConfigMap: "lazio-catalog", Revision: 17, Digest: "x"},
			NextOpening:        v1alpha1.NextOpening{Campaign: "over-80", OpensAt: midnight(0)},
			PlannedConnections: 1984,
			Hubs:               ptr.To[int32](12), Campaigns: ptr.To[int32](2), Channels: ptr.To[int32](0),
		}
	}).Obj()
}

func campaign() *v1alpha1.Campaign {
	return build.MakeCampaign("over-80").With(func(c *v1alpha1.Campaign) {
		c.Status = v1alpha1.CampaignStatus{
			Conditions: []metav1.Condition{
				is(v1alpha1.ConditionFeasible, metav1.ConditionUnknown),
				is(v1alpha1.ConditionPrescaled, metav1.ConditionFalse),
				is(v1alpha1.ConditionScheduled, metav1.ConditionTrue),
			},
			OpensAt: midnight(0), ClosesAt: midnight(24 * 60),
			Supply: v1alpha1.SupplyStatus{ExpectedDoses: 492_000, ServedDoses: ptr.To[int64](0)},
			Channels: []v1alpha1.ChannelLaunch{
				{Channel: "web", PeakFloor: 120, Share: ptr.To[int32](70), RampStartsAt: midnight(-40), ProvedReadyAt: midnight(-20)},
				{Channel: "phone", PeakFloor: 8, Share: ptr.To[int32](0)},
				{Channel: "not-there-yet"},
			},
			LateSeconds: ptr.To[int64](0),
		}
	}).Obj()
}

func web() *v1alpha1.BookingChannel {
	return build.MakeChannel("web").With(func(c *v1alpha1.BookingChannel) {
		c.UID = "uid-web"
		c.Status = v1alpha1.BookingChannelStatus{
			Conditions: []metav1.Condition{
				is(v1alpha1.ConditionReady, metav1.ConditionTrue),
				is(v1alpha1.ConditionFloorHeld, metav1.ConditionFalse),
			},
			Replicas: ptr.To[int32](120), ReadyReplicas: ptr.To[int32](0),
			Floor: v1alpha1.FloorStatus{Replicas: 120, Reason: "floor 120 = over-80 120"}, Cap: 180,
			NextSteps: []v1alpha1.FloorStep{
				{At: midnight(60), Floor: 110, Reason: "released"}, {At: midnight(65), Floor: 100, Reason: "released"},
			},
			StartUpSeconds: 42,
			LastOverruled:  v1alpha1.Overruled{Manager: "keda", Field: "spec.minReplicas", Time: midnight(-11)},
		}
	}).Obj()
}

// app is driven by somebody else, so that an autoscaler of its name has no say.
func app() *v1alpha1.BookingChannel {
	return build.MakeChannel("app").External().With(func(c *v1alpha1.BookingChannel) {
		c.UID = "uid-app"
		c.Status.Asked = v1alpha1.AskedReplicas{Replicas: 33}
	}).Obj()
}

func phone() *v1alpha1.BookingChannel {
	return build.MakeChannel("phone").Desk(80, 200).With(func(c *v1alpha1.BookingChannel) {
		c.UID = "uid-phone"
		c.Status.CallCentre = v1alpha1.CallCentreStatus{
			OpensAt: midnight(0), OfferedErlangs: 117, ServiceLevelPercent: ptr.To[int32](7), AgentsNeeded: 124, LinesNeeded: 135,
		}
	}).Obj()
}

func scaler(name string, owner types.UID, desired int32) autoscalingv2.HorizontalPodAutoscaler {
	return autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: build.Namespace, Name: name,
			OwnerReferences: []metav1.OwnerReference{{UID: owner, Controller: ptr.To(true)}},
		},
		Status: autoscalingv2.HorizontalPodAutoscalerStatus{
			DesiredReplicas: desired, Conditions: []autoscalingv2.HorizontalPodAutoscalerCondition{{Type: autoscalingv2.ScalingActive}},
		},
	}
}

// idle is an autoscaler that nobody has looked at yet.
func idle(name string, owner types.UID) autoscalingv2.HorizontalPodAutoscaler {
	made := scaler(name, owner, 0)
	made.Status = autoscalingv2.HorizontalPodAutoscalerStatus{}
	return made
}
