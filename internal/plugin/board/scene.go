/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"cmp"
	"slices"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// Scene is the last known state of a cluster.
type Scene struct {
	Platforms   []v1alpha1.BookingPlatform
	Campaigns   []v1alpha1.Campaign
	Channels    []v1alpha1.BookingChannel
	Autoscalers []autoscalingv2.HorizontalPodAutoscaler
	Events      []corev1.Event
	// Hidden has the reason for each kind that cannot be read.
	Hidden map[Kind]string
	// Pending reports that some kinds have not been read yet.
	Pending bool
	// Away is the time of the last answer if the API server does not answer now, and Why
	// the error.
	Away time.Time
	Why  string
}

// Kind is a resource that a board reads, as RBAC names it.
type Kind string

// The kinds.
const (
	Platforms   Kind = "bookingplatforms"
	Campaigns   Kind = "campaigns"
	Channels    Kind = "bookingchannels"
	Autoscalers Kind = "horizontalpodautoscalers"
	Events      Kind = "events"
)

// Place is the namespace and name of a platform.
type Place struct{ Namespace, Name string }

func (p Place) String() string {
	if p == (Place{}) {
		return "no platform"
	}
	return p.Namespace + "/" + p.Name
}

// Places lists all platforms, in order.
func (s Scene) Places() []Place {
	places := make([]Place, 0, len(s.Platforms))
	for i := range s.Platforms {
		places = append(places, Place{s.Platforms[i].Namespace, s.Platforms[i].Name})
	}
	slices.SortFunc(places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return places
}

// view is one platform with its objects, at one instant.
type view struct {
	Place
	now         time.Time
	platform    *v1alpha1.BookingPlatform
	zone        *time.Location
	campaigns   []*v1alpha1.Campaign
	channels    []*v1alpha1.BookingChannel
	autoscalers map[string]*autoscalingv2.HorizontalPodAutoscaler
	events      []*corev1.Event
	scene       Scene
}

// view selects one platform and its objects, sorted by name.
func (s Scene) view(at Place, now time.Time) (view, bool) {
	out := view{Place: at, now: now, zone: time.UTC, scene: s, autoscalers: map[string]*autoscalingv2.HorizontalPodAutoscaler{}}
	i := slices.IndexFunc(s.Platforms, func(p v1alpha1.BookingPlatform) bool { return p.Namespace == at.Namespace && p.Name == at.Name })
	if i < 0 {
		return out, false
	}
	out.platform = &s.Platforms[i]
	if zone, err := opening.Zone(string(out.platform.Spec.TimeZone)); err == nil {
		out.zone = zone
	}
	for i := range s.Campaigns {
		if c := &s.Campaigns[i]; c.Namespace == at.Namespace && c.Spec.PlatformRef.Name == at.Name {
			out.campaigns = append(out.campaigns, c)
		}
	}
	for i := range s.Channels {
		if c := &s.Channels[i]; c.Namespace == at.Namespace && c.Spec.PlatformRef.Name == at.Name {
			out.channels = append(out.channels, c)
		}
	}
	for i := range s.Autoscalers {
		if h := &s.Autoscalers[i]; h.Namespace == at.Namespace {
			out.autoscalers[h.Name] = h
		}
	}
	slices.SortFunc(out.campaigns, func(a, b *v1alpha1.Campaign) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(out.channels, func(a, b *v1alpha1.BookingChannel) int { return cmp.Compare(a.Name, b.Name) })
	out.events = out.eventsOf(s.Events)
	return out, true
}

// channel returns the channel of that name, or nil.
func (s view) channel(name string) *v1alpha1.BookingChannel {
	for _, c := range s.channels {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// readyBefore and keepPeak are the platform's, before and after each opening.
func (s view) readyBefore() time.Duration {
	return time.Duration(s.platform.Spec.Launch.ReadyBeforeMinutes) * time.Minute
}

func (s view) keepPeak() time.Duration {
	return time.Duration(s.platform.Spec.Launch.KeepPeakMinutes) * time.Minute
}
