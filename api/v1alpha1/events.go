/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

// Reasons of the events of a channel.
const (
	// EventFloorRaised: the plan's next step raised the floor; the event says from what to what, and why.
	EventFloorRaised = "FloorRaised"
	// EventFloorLowered: the plan's next step lowered the floor; the event says from what to what, and why.
	EventFloorLowered = "FloorLowered"
	// EventDeploymentLifted (warning): the Deployment was found at no replicas, where
	// no autoscaler works, and was scaled to the floor.
	EventDeploymentLifted = "DeploymentLifted"
	// EventOverruled (warning): another writer's value of a field of ours was set back; the event names both.
	EventOverruled = "Overruled"
	// EventFreezeHolds: a change of the pod template waits until the launch is over.
	EventFreezeHolds = "FreezeHolds"
	// EventFreezeBroken (warning): the annotation break-freeze let a change of the pod template through in a launch.
	EventFreezeBroken = "FreezeBroken"
	// EventHandedOver: the channel now follows somebody else's autoscaler; what ran stays at first.
	EventHandedOver = "HandedOver"
	// EventAdopted: an object that Mezzanotte made, and whose owner is gone, as after a restore from a backup, belongs to the channel or the platform of its name again.
	EventAdopted = "Adopted"
	// EventNameTaken (warning): an object of the channel's name belongs to somebody else and is left alone.
	EventNameTaken = "NameTaken"
)

// Actions of the events of a channel: what the operator was doing.
const (
	// ActionScale sets floors and replicas.
	ActionScale = "Scale"
	// ActionApply writes the objects that a channel owns.
	ActionApply = "Apply"
)

// Reasons of the events of a campaign.
const (
	// EventScheduled: the opening was resolved to an exact instant for the first time.
	EventScheduled = "Scheduled"
	// EventRescheduled: the opening has moved; the event says from when to when.
	EventRescheduled = "Rescheduled"
	// EventInfeasible (warning): the plan cannot meet the forecast; the event says what to change.
	EventInfeasible = "Infeasible"
	// EventPrescaled: every channel was proved Ready for the opening.
	EventPrescaled = "Prescaled"
	// EventNotProved (warning): the deadline has passed and a channel is not Ready.
	EventNotProved = "NotProved"
	// EventCapacityLost (warning): every channel was proved Ready, and pods have been lost before the opening.
	EventCapacityLost = "CapacityLost"
	// EventOpened: the campaign has opened.
	EventOpened = "Opened"
	// EventPaused: spec.pause holds the opening or stops new bookings.
	EventPaused = "Paused"
	// EventResumed: spec.pause is gone.
	EventResumed = "Resumed"
	// EventClosed: the closing has come.
	EventClosed = "Closed"
	// EventPauseRequested: a person asked for a pause with kubectl mezzanotte; the event says who and why.
	EventPauseRequested = "PauseRequested"
	// EventResumeRequested: a person ended a pause with kubectl mezzanotte; the event says who and why.
	EventResumeRequested = "ResumeRequested"
	// EventPostponeRequested: a person moved the opening with kubectl mezzanotte; the event says who, from when to when, and why.
	EventPostponeRequested = "PostponeRequested"
)

// Actions of the events of a campaign: what the operator was doing.
const (
	// ActionSchedule resolves openings and plans for them.
	ActionSchedule = "Schedule"
	// ActionProve looks at pods before an opening.
	ActionProve = "Prove"
	// ActionOpen follows the clock through opening, pause and closing.
	ActionOpen = "Open"
	// ActionRequest is a person's, with kubectl mezzanotte.
	ActionRequest = "Request"
)

// Reasons of the events of a platform.
const (
	// EventCatalogPublished: a new revision of the catalog was published.
	EventCatalogPublished = "CatalogPublished"
	// EventCatalogNotPublished (warning): the catalog could not be published; the last good one stays.
	EventCatalogNotPublished = "CatalogNotPublished"
	// EventCampaignWithdrawn (warning): a campaign that was in the catalog no longer is.
	EventCampaignWithdrawn = "CampaignWithdrawn"
)

// ActionPublish is the action of these events: the operator publishes the catalog.
const ActionPublish = "Publish"
