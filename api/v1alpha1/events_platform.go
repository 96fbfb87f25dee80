/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

// Reasons of the events of a platform.
const (
	// EventCatalogPublished: a new revision of the catalog was published.
	EventCatalogPublished = "CatalogPublished"
	// EventCatalogNotPublished (warning): the catalog could not be published; the last good one stays.
	EventCatalogNotPublished = "CatalogNotPublished"
	// EventCampaignWithdrawn (warning): a campaign that was in the catalog no longer is.
	EventCampaignWithdrawn = "CampaignWithdrawn"
)

// ActionPublish is what the operator was doing: it publishes the catalog.
const ActionPublish = "Publish"
