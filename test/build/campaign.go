/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// CampaignBuilder makes a Campaign.
type CampaignBuilder struct{ obj v1alpha1.Campaign }

// MakeCampaign makes a vaccination campaign for everyone, with one dose at any hub and
// without a forecast. It opens at the midnight that ends 1 December 2026.
func MakeCampaign(name string) *CampaignBuilder {
	return &CampaignBuilder{v1alpha1.Campaign{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: Namespace},
		Spec: v1alpha1.CampaignSpec{
			PlatformRef: v1alpha1.PlatformReference{Name: Platform},
			Service:     v1alpha1.ServiceVaccination,
			Opening:     v1alpha1.CivilTime{Date: "2026-12-01", Time: "24:00"},
		},
	}}
}

// In puts it into a namespace.
func (b *CampaignBuilder) In(namespace string) *CampaignBuilder {
	b.obj.Namespace = namespace
	return b
}

// Of puts it on a platform.
func (b *CampaignBuilder) Of(platform string) *CampaignBuilder {
	b.obj.Spec.PlatformRef.Name = platform
	return b
}

// Opens at a civil date and time, in the platform's zone.
func (b *CampaignBuilder) Opens(date, time string) *CampaignBuilder {
	b.obj.Spec.Opening.Date, b.obj.Spec.Opening.Time = v1alpha1.Date(date), time
	return b
}

// Zone of the opening.
func (b *CampaignBuilder) Zone(zone string) *CampaignBuilder {
	b.obj.Spec.Opening.TimeZone = v1alpha1.TimeZone(zone)
	return b
}

// Closes at a civil date and time, in the platform's zone.
func (b *CampaignBuilder) Closes(date, time string) *CampaignBuilder {
	b.obj.Spec.Closing.Date, b.obj.Spec.Closing.Time = v1alpha1.Date(date), time
	return b
}

// Born between two dates, both included.
func (b *CampaignBuilder) Born(from, to string) *CampaignBuilder {
	b.obj.Spec.AgeBand = v1alpha1.AgeBand{BornFrom: v1alpha1.Date(from), BornTo: v1alpha1.Date(to)}
	return b
}

// Doses sets the doses of one booking, and the days between them.
func (b *CampaignBuilder) Doses(count, minDays, maxDays int32) *CampaignBuilder {
	b.obj.Spec.Doses = v1alpha1.Doses{Count: count, MinIntervalDays: minDays, MaxIntervalDays: maxDays}
	return b
}

// AtHubs with this label only.
func (b *CampaignBuilder) AtHubs(key, value string) *CampaignBuilder {
	b.obj.Spec.HubSelector = &metav1.LabelSelector{MatchLabels: map[string]string{key: value}}
	return b
}

// Expects a number of people, of whom 60 % book, 10 % in the first hour, and 20 %
// of these in its first minute.
func (b *CampaignBuilder) Expects(people int64) *CampaignBuilder {
	forecast := &b.obj.Spec.Forecast
	forecast.EligiblePeople = people
	forecast.UptakePercent, forecast.FirstHourPercent, forecast.FirstMinutePercent = 60, 10, 20
	return b
}

// Through a channel comes the given percentage of them. The percentages of all channels
// add up to 100.
func (b *CampaignBuilder) Through(channel string, percent int32) *CampaignBuilder {
	forecast := &b.obj.Spec.Forecast
	forecast.ChannelShares = append(forecast.ChannelShares, v1alpha1.ChannelShare{Channel: channel, Percent: percent})
	return b
}

// Paused for a reason.
func (b *CampaignBuilder) Paused(reason string) *CampaignBuilder {
	b.obj.Spec.Pause.Reason = reason
	return b
}

// With changes anything else.
func (b *CampaignBuilder) With(change func(c *v1alpha1.Campaign)) *CampaignBuilder {
	change(&b.obj)
	return b
}

// Obj returns a copy of the campaign; later sentences do not change it.
func (b *CampaignBuilder) Obj() *v1alpha1.Campaign { return b.obj.DeepCopy() }
