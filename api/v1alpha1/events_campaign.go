/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

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
