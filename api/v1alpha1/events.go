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
