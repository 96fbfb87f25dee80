/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package declared holds the objects of one platform as one value, and derives from it,
// without a cluster or a clock: the planner's input, the resolved openings, the
// catalog, and what each campaign refers to.
package declared

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/kind"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// Set is one platform with everything that belongs to it.
type Set struct {
	Platform  *v1alpha1.BookingPlatform
	Hubs      []v1alpha1.VaccinationHub
	Campaigns []v1alpha1.Campaign
	Channels  []v1alpha1.BookingChannel
}

// PlatformOf returns the name of the platform that an object belongs to, or "".
func PlatformOf(o metav1.Object) string {
	switch o := o.(type) {
	case *v1alpha1.BookingPlatform:
		return o.Name
	case *v1alpha1.VaccinationHub:
		return o.Spec.PlatformRef.Name
	case *v1alpha1.Campaign:
		return o.Spec.PlatformRef.Name
	case *v1alpha1.BookingChannel:
		return o.Spec.PlatformRef.Name
	}
	return ""
}

// Plan returns the platform's plan at now, with at most `steps` steps for each channel,
// or plan.All. It leaves out a campaign without an opening in force; InForce returns
// why.
func (s Set) Plan(now time.Time, steps int) plan.Plan {
	return plan.Make(s.Input(now), now, steps)
}

// Input returns the planner's input for the set at now. It leaves out channels of an
// unknown type: they are Stalled, and what runs of them stays.
func (s Set) Input(now time.Time) plan.Input {
	in := plan.Input{
		StartsPerMinute: int(s.Platform.Spec.Launch.PodStartsPerMinute),
		Connections:     int(s.Platform.Spec.Database.MaxConnections),
	}
	for i := range s.Channels {
		if k, err := kind.Find(s.Channels[i].Spec.Type); err == nil {
			in.Channels = append(in.Channels, channel(&s.Channels[i], k))
		}
	}
	for i := range s.Campaigns {
		resolved, err := InForce(&s.Campaigns[i], s.Platform)
		if err != nil {
			continue
		}
		declared := campaign(&s.Campaigns[i], s.Platform, resolved)
		declared.Pauses = spans(Pauses(&s.Campaigns[i], now))
		in.Campaigns = append(in.Campaigns, declared)
		for _, moved := range movedLate(&s.Campaigns[i], resolved) {
			before := declared
			before.Opens, before.Announced = moved.OpensAt.UTC(), moved.Since.UTC()
			before.Pauses = nil // who did not hear comes by the clock
			in.Campaigns = append(in.Campaigns, before)
		}
	}
	return in
}

// Zone returns the platform's zone; UTC if it is unknown.
func (s Set) Zone() *time.Location {
	zone, err := opening.Zone(string(s.Platform.Spec.TimeZone))
	if err != nil {
		return time.UTC
	}
	return zone
}

// Replace returns the set with one of its campaigns in a newer state.
func (s Set) Replace(c *v1alpha1.Campaign) Set {
	campaigns := []v1alpha1.Campaign{*c}
	for i := range s.Campaigns {
		if s.Campaigns[i].Name != c.Name {
			campaigns = append(campaigns, s.Campaigns[i])
		}
	}
	s.Campaigns = campaigns
	return s
}

// Channel returns the channel of that name.
func (s Set) Channel(name string) (*v1alpha1.BookingChannel, bool) {
	for i := range s.Channels {
		if s.Channels[i].Name == name {
			return &s.Channels[i], true
		}
	}
	return nil, false
}

// MissingChannels returns the channels of a campaign's forecast that do not exist, in
// its order.
func (s Set) MissingChannels(c *v1alpha1.Campaign) []string {
	var missing []string
	for _, share := range c.Spec.Forecast.ChannelShares {
		if _, ok := s.Channel(share.Channel); !ok {
			missing = append(missing, share.Channel)
		}
	}
	return missing
}

// HubsFor returns the hubs at which a campaign's people may be served, as booking pods
// decide it. It fails if the campaign's selector is invalid.
func (s Set) HubsFor(c *v1alpha1.Campaign) ([]string, error) {
	if _, err := metav1.LabelSelectorAsSelector(c.Spec.HubSelector); err != nil {
		return nil, err
	}
	campaign := catalog.Campaign{Service: string(c.Spec.Service), HubSelector: catalogSelector(c.Spec.HubSelector)}
	var names []string
	for i := range s.Hubs {
		if campaign.Offers(catalogHub(&s.Hubs[i])) {
			names = append(names, s.Hubs[i].Name)
		}
	}
	return names, nil
}
