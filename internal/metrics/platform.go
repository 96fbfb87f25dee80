/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package metrics

import "github.com/mezzanotte/mezzanotte/api/v1alpha1"

var platformLabels = []string{"namespace", "platform"}

var platforms = newSubject(platformLabels,
	metric[*v1alpha1.BookingPlatform]{"platform_catalog_revision", unitRevision,
		"Revision of the published catalog; it grows by one with every change.",
		func(p *v1alpha1.BookingPlatform) (float64, bool) { return positive(p.Status.Catalog.Revision) }},
	metric[*v1alpha1.BookingPlatform]{"platform_planned_connections", unitConnections,
		"Connections to the store that all channels together may hold now, each at its cap and with one pod more in a rollout, and 20 in reserve.",
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
	"Conditions of the platform: 1 for the status that each has, 0 for the others.",
	platformLabels,
	v1alpha1.ConditionReady, v1alpha1.ConditionCatalogPublished,
	v1alpha1.ConditionConnectionsSufficient, v1alpha1.ConditionLaunching)

func sayPlatform(to *sink, p *v1alpha1.BookingPlatform) {
	platforms.say(to, p, p.Namespace, p.Name)
	platformConditions.say(to, p.Status.Conditions, p.Namespace, p.Name)
}
