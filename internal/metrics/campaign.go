/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package metrics

import (
	"slices"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

var campaignLabels = []string{"namespace", "platform", "campaign"}

var campaigns = newSubject(campaignLabels,
	metric[*v1alpha1.Campaign]{"campaign_opening_timestamp_seconds", unitInstant,
		"Instant from which people may book.",
		func(c *v1alpha1.Campaign) (float64, bool) { return instant(c.Status.OpensAt) }},
	metric[*v1alpha1.Campaign]{"campaign_closing_timestamp_seconds", unitInstant,
		"Instant from which people may no longer book. Absent if none is declared.",
		func(c *v1alpha1.Campaign) (float64, bool) { return instant(c.Status.ClosesAt) }},
	metric[*v1alpha1.Campaign]{"campaign_paused", unitBoolean,
		"1 if spec.pause holds the opening or, once open, new bookings; otherwise 0.",
		func(c *v1alpha1.Campaign) (float64, bool) { return number(c.Spec.Pause != (v1alpha1.Pause{})), true }},
	metric[*v1alpha1.Campaign]{"campaign_late_seconds", unitSeconds,
		"Delay with which the last channel was proved Ready; 0 if all were in time. Absent until all are proved.",
		func(c *v1alpha1.Campaign) (float64, bool) { return given(c.Status.LateSeconds) }},
	metric[*v1alpha1.Campaign]{"campaign_expected_doses", unitDoses,
		"Appointments that the campaign's people are expected to book. Absent without a forecast.",
		func(c *v1alpha1.Campaign) (float64, bool) { return positive(c.Status.Supply.ExpectedDoses) }},
	metric[*v1alpha1.Campaign]{"campaign_served_doses", unitDoses,
		"Expected doses that are forecast to find an appointment at the campaign's hubs before it closes or, if it does not, within a year.",
		func(c *v1alpha1.Campaign) (float64, bool) { return given(c.Status.Supply.ServedDoses) }},
)

var campaignConditions = newConditions("campaign_condition",
	"Conditions of the campaign: 1 for the current status, 0 for the others.",
	campaignLabels,
	v1alpha1.ConditionReady, v1alpha1.ConditionFeasible, v1alpha1.ConditionPrescaled,
	v1alpha1.ConditionOpen, v1alpha1.ConditionLaunching, v1alpha1.ConditionSupplySufficient)

var launchLabels = slices.Concat(campaignLabels, []string{"channel"})

// launches are the metrics of one campaign's opening on one channel.
var launches = newSubject(launchLabels,
	metric[*v1alpha1.ChannelLaunch]{"campaign_channel_peak_floor_replicas", unitReplicas,
		"Floor of the channel at the opening, for all its campaigns together. Do not sum it over campaigns.",
		func(l *v1alpha1.ChannelLaunch) (float64, bool) { return positive(l.PeakFloor) }},
	metric[*v1alpha1.ChannelLaunch]{"campaign_channel_share_replicas", unitReplicas,
		"This campaign's share of the peak floor.",
		func(l *v1alpha1.ChannelLaunch) (float64, bool) { return given(l.Share) }},
	metric[*v1alpha1.ChannelLaunch]{"campaign_channel_ramp_start_timestamp_seconds", unitInstant,
		"Instant at which the channel's floor begins to climb for the opening. Absent if it need not climb.",
		func(l *v1alpha1.ChannelLaunch) (float64, bool) { return instant(l.RampStartsAt) }},
	metric[*v1alpha1.ChannelLaunch]{"campaign_channel_proved_ready_timestamp_seconds", unitInstant,
		"Instant at which the last pod of the peak floor turned Ready. Absent until then.",
		func(l *v1alpha1.ChannelLaunch) (float64, bool) { return instant(l.ProvedReadyAt) }},
)

func sayCampaign(to *sink, c *v1alpha1.Campaign) {
	platform := c.Spec.PlatformRef.Name
	campaigns.say(to, c, c.Namespace, platform, c.Name)
	campaignConditions.say(to, c.Status.Conditions, c.Namespace, platform, c.Name)
	for i := range c.Status.Channels {
		l := &c.Status.Channels[i]
		launches.say(to, l, c.Namespace, platform, c.Name, l.Channel)
	}
}

var platformLabels = []string{"namespace", "platform"}

var platforms = newSubject(platformLabels,
	metric[*v1alpha1.BookingPlatform]{"platform_catalog_revision", unitRevision,
		"Revision of the published catalog; it grows by one with every change.",
		func(p *v1alpha1.BookingPlatform) (float64, bool) { return positive(p.Status.Catalog.Revision) }},
	metric[*v1alpha1.BookingPlatform]{"platform_planned_connections", unitConnections,
		"Most connections to the store that all channels together may hold now: each at its cap with one more pod in a rollout, plus 20 in reserve.",
		func(p *v1alpha1.BookingPlatform) (float64, bool) { return positive(p.Status.PlannedConnections) }},
	metric[*v1alpha1.BookingPlatform]{"platform_max_connections", unitConnections,
		"Connections that the store accepts (spec.database.maxConnections).",
		func(p *v1alpha1.BookingPlatform) (float64, bool) { return positive(p.Spec.Database.MaxConnections) }},
	metric[*v1alpha1.BookingPlatform]{"platform_next_opening_timestamp_seconds", unitInstant,
		"Instant of the next opening on the platform. Absent if there is none.",
		func(p *v1alpha1.BookingPlatform) (float64, bool) { return instant(p.Status.NextOpening.OpensAt) }},
	metric[*v1alpha1.BookingPlatform]{"platform_hubs", unitObjects,
		"Hubs of the platform.",
		func(p *v1alpha1.BookingPlatform) (float64, bool) { return given(p.Status.Hubs) }},
	metric[*v1alpha1.BookingPlatform]{"platform_campaigns", unitObjects,
		"Campaigns of the platform.",
		func(p *v1alpha1.BookingPlatform) (float64, bool) { return given(p.Status.Campaigns) }},
	metric[*v1alpha1.BookingPlatform]{"platform_channels", unitObjects,
		"Channels of the platform.",
		func(p *v1alpha1.BookingPlatform) (float64, bool) { return given(p.Status.Channels) }},
)

var platformConditions = newConditions("platform_condition",
	"Conditions of the platform: 1 for the current status, 0 for the others.",
	platformLabels,
	v1alpha1.ConditionReady, v1alpha1.ConditionCatalogPublished,
	v1alpha1.ConditionConnectionsSufficient, v1alpha1.ConditionLaunching)

func sayPlatform(to *sink, p *v1alpha1.BookingPlatform) {
	platforms.say(to, p, p.Namespace, p.Name)
	platformConditions.say(to, p.Status.Conditions, p.Namespace, p.Name)
}
