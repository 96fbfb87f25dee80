/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

// Conditions in the sense of kstatus, on every kind.
const (
	// ConditionReady: accepted, planned and feasible (campaign), or serving at its floor (channel).
	ConditionReady = "Ready"
	// ConditionReconciling: something is still missing or moving, and will be resolved
	// without a person.
	ConditionReconciling = "Reconciling"
	// ConditionStalled: nothing will change until a person changes something.
	ConditionStalled = "Stalled"
)

// Conditions of one kind.
const (
	// ConditionCatalogPublished (platform): the booking pods can read the newest catalog.
	ConditionCatalogPublished = "CatalogPublished"
	// ConditionConnectionsSufficient (platform): the store accepts every channel at its
	// base.
	ConditionConnectionsSufficient = "ConnectionsSufficient"
	// ConditionLaunching (platform, channel, campaign): a ramp has begun and its
	// campaign's window has not ended.
	ConditionLaunching = "Launching"
	// ConditionScheduled (campaign): the opening is resolved to an exact instant.
	ConditionScheduled = "Scheduled"
	// ConditionFeasible (campaign): the plan meets the forecast within every limit.
	ConditionFeasible = "Feasible"
	// ConditionPrescaled (campaign): every channel is proved Ready for the opening.
	ConditionPrescaled = "Prescaled"
	// ConditionOpen (campaign): people may book now.
	ConditionOpen = "Open"
	// ConditionSupplySufficient (campaign): the hubs' appointments cover the expected doses.
	ConditionSupplySufficient = "SupplySufficient"
	// ConditionAvailable (channel): enough pods are Ready for the base.
	ConditionAvailable = "Available"
	// ConditionFloorHeld (channel): the number of Ready pods reaches the floor.
	ConditionFloorHeld = "FloorHeld"
	// ConditionStaffingSufficient (channel): the roster meets the service level for the forecast.
	ConditionStaffingSufficient = "StaffingSufficient"
)

// Reasons that several conditions share.
const (
	// ReasonSucceeded: all is well.
	ReasonSucceeded = "Succeeded"
	// ReasonProgressing: work is under way.
	ReasonProgressing = "Progressing"
	// ReasonPlatformNotFound: spec.platformRef names no BookingPlatform of this namespace yet.
	ReasonPlatformNotFound = "PlatformNotFound"
	// ReasonChannelNotFound: the forecast names a channel that does not exist yet.
	ReasonChannelNotFound = "ChannelNotFound"
	// ReasonHubNotFound: no hub of the platform matches the selector and offers the service yet.
	ReasonHubNotFound = "HubNotFound"
	// ReasonInvalidSpec: a field is wrong in a way that the schema cannot detect.
	ReasonInvalidSpec = "InvalidSpec"
	// ReasonWriteFailed: the API server refused or lost a write; it is retried.
	ReasonWriteFailed = "WriteFailed"
	// ReasonNoForecast: there is no forecast to judge by.
	ReasonNoForecast = "NoForecast"
	// ReasonInLaunch: a ramp has begun and its campaign's window has not ended.
	ReasonInLaunch = "InLaunch"
	// ReasonNoLaunch: no campaign is being launched.
	ReasonNoLaunch = "NoLaunch"
)

// Reasons of a campaign's conditions.
const (
	// ReasonScheduled: the opening is resolved.
	ReasonScheduled = "Scheduled"
	// ReasonFits: the peak fits within every limit.
	ReasonFits = "Fits"
	// ReasonCapped: a channel's maxReplicas cuts the peak.
	ReasonCapped = "Capped"
	// ReasonConnectionsShort: the store's connections cut the peak.
	ReasonConnectionsShort = "ConnectionsShort"
	// ReasonTooLate: the opening was announced too late for its ramp.
	ReasonTooLate = "TooLate"
	// ReasonWaiting: the ramp has not begun.
	ReasonWaiting = "Waiting"
	// ReasonRamping: the floor is climbing or pods are starting, on schedule.
	ReasonRamping = "Ramping"
	// ReasonProvedReady: every channel has its peak floor of Ready pods.
	ReasonProvedReady = "ProvedReady"
	// ReasonNotProved: the deadline has passed and a channel is not Ready.
	ReasonNotProved = "NotProved"
	// ReasonCapacityLost: every channel was proved Ready, and pods have been lost since.
	ReasonCapacityLost = "CapacityLost"
	// ReasonSupplyCovers: the hubs' appointments cover the expected doses.
	ReasonSupplyCovers = "SupplyCovers"
	// ReasonSupplyShort: the hubs' appointments do not cover the expected doses.
	ReasonSupplyShort = "SupplyShort"
	// ReasonNotPublished: booking pods do not know the campaign as declared.
	ReasonNotPublished = "NotPublished"
	// ReasonNotYetOpen: the opening is still to come.
	ReasonNotYetOpen = "NotYetOpen"
	// ReasonOpened: the opening has come.
	ReasonOpened = "Opened"
	// ReasonOpenedInThePast: the opening was already over when it was first seen.
	ReasonOpenedInThePast = "OpenedInThePast"
	// ReasonPaused: spec.pause holds it.
	ReasonPaused = "Paused"
	// ReasonClosed: the closing has come.
	ReasonClosed = "Closed"
)

// Reasons of a channel's conditions.
const (
	// ReasonNoImage: neither the channel nor its platform names an image.
	ReasonNoImage = "NoImage"
	// ReasonMinimumReplicasAvailable: at least the base is Ready.
	ReasonMinimumReplicasAvailable = "MinimumReplicasAvailable"
	// ReasonMinimumReplicasUnavailable: fewer than the base are Ready.
	ReasonMinimumReplicasUnavailable = "MinimumReplicasUnavailable"
	// ReasonFloorReached: the number of Ready pods reaches the floor.
	ReasonFloorReached = "FloorReached"
	// ReasonPodsStarting: the floor has just been raised and pods are starting.
	ReasonPodsStarting = "PodsStarting"
	// ReasonBelowFloor: the number of Ready pods has been below the floor for longer
	// than pods need to start.
	ReasonBelowFloor = "BelowFloor"
	// ReasonReplicasOverruled: somebody has set fewer replicas than the floor within the last
	// two minutes; the message names them and their kind.
	ReasonReplicasOverruled = "ReplicasOverruled"
	// ReasonSecondAutoscaler: somebody's autoscaler targets a channel that has ours.
	ReasonSecondAutoscaler = "SecondAutoscaler"
	// ReasonRollingOut: not every pod has the newest pod template yet.
	ReasonRollingOut = "RollingOut"
	// ReasonRolloutPaused: somebody has paused the Deployment, so no change of its template
	// reaches a pod.
	ReasonRolloutPaused = "RolloutPaused"
	// ReasonRolloutStuck: the rollout has passed its deadline without progress.
	ReasonRolloutStuck = "RolloutStuck"
	// ReasonPodsRefused: the API server refuses missing pods, for a quota, a limit or a
	// PriorityClass; the message quotes it.
	ReasonPodsRefused = "PodsRefused"
	// ReasonPodsUnschedulable: missing pods find no node; the message quotes the scheduler.
	ReasonPodsUnschedulable = "PodsUnschedulable"
	// ReasonWaitsForConnections: the floor waits until other channels have released
	// connections to the store.
	ReasonWaitsForConnections = "WaitsForConnections"
	// ReasonAutoscalerBlind: the autoscaler has no metrics; the floor holds without them.
	ReasonAutoscalerBlind = "AutoscalerBlind"
	// ReasonRosterSufficient: agents and lines meet the service level, and at most 1 %
	// of callers find every line busy.
	ReasonRosterSufficient = "RosterSufficient"
	// ReasonRosterTooSmall: more agents are needed to meet the service level.
	ReasonRosterTooSmall = "RosterTooSmall"
	// ReasonLinesTooFew: there are enough agents, but too many callers find every line
	// busy.
	ReasonLinesTooFew = "LinesTooFew"
	// ReasonNameTaken: an object of the channel's name belongs to somebody else.
	ReasonNameTaken = "NameTaken"
	// ReasonRefused: the API server refuses an object of the channel as invalid.
	ReasonRefused = "Refused"
	// ReasonLaunchFreeze: a change of the pod template waits until the launch is over.
	ReasonLaunchFreeze = "LaunchFreeze"
)

// Reasons of a platform's conditions.
const (
	// ReasonPublished: the catalog holds every hub and campaign.
	ReasonPublished = "Published"
	// ReasonBasesFit: the store accepts every channel at its base.
	ReasonBasesFit = "BasesFit"
	// ReasonBasesExceedConnections: the channels' bases alone need more connections than the store accepts.
	ReasonBasesExceedConnections = "BasesExceedConnections"
	// ReasonTooLarge: the catalog is over its limit; the last good one stays.
	ReasonTooLarge = "TooLarge"
)
