/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// Report is the plans of some platforms at one time. Pipelines read its JSON, so it is an
// interface: times are RFC 3339 in UTC.
type Report struct {
	Now       time.Time  `json:"now"`
	Platforms []Platform `json:"platforms"`
}

// Platform is one platform's plan.
type Platform struct {
	// Name has the namespace as a prefix if several platforms have it.
	Name string `json:"name"`
	// Zone of the times that people read.
	Zone      *time.Location `json:"-"`
	Campaigns []Campaign     `json:"campaigns"`
	Channels  []Channel      `json:"channels"`
}

// Campaign is one opening and its feasibility.
type Campaign struct {
	Name string `json:"name"`
	// OpensAt is the opening; OpensAtLocal names it unambiguously. Both are missing if no
	// opening is in force.
	OpensAt      time.Time `json:"opensAt,omitzero"`
	OpensAtLocal string    `json:"opensAtLocal"`
	// Feasible is nil if it is unknown, for example without a forecast.
	Feasible *bool `json:"feasible"`
	// Message explains Feasible and suggests a remedy.
	Message string `json:"message"`
	// Supply compares the hubs' appointments with the expected doses.
	Supply string `json:"-"`
	// ReadyBy and KeepUntil: the peak floor holds between them.
	ReadyBy   time.Time `json:"-"`
	KeepUntil time.Time `json:"-"`
	// Paused is the reason of a pause, or "".
	Paused string `json:"-"`
	// Invalid is the error in the declared opening or closing, or "".
	Invalid string `json:"-"`
	// AlsoAt are earlier times of an opening that was moved on the day: capacity is kept
	// there, too.
	AlsoAt []time.Time `json:"-"`
	// Over reports that the launch is over: the rest is history.
	Over bool `json:"-"`
}

// Channel is the floor of one channel over time. Replicas throughout.
type Channel struct {
	Name string `json:"name"`
	// Cap is the maximum of replicas at the highest peak.
	Cap int `json:"cap"`
	// Peak is the highest floor from now on.
	Peak int `json:"peak"`
	// Steps of the floor; the first is at now, the last returns to the base.
	Steps []Step `json:"steps"`
	// Base is the floor outside every window.
	Base int `json:"-"`
	// Staffing compares a call centre's roster with the expected calls; "" for other
	// channels.
	Staffing string `json:"-"`
	// Launches of the campaigns that use the channel, soonest first.
	Launches []plan.Launch `json:"-"`
}

// Step is a floor and the time from which it holds.
type Step struct {
	At     time.Time `json:"at"`
	Floor  int       `json:"floor"`
	Reason string    `json:"reason"`
	// Wanted is the uncapped need.
	Wanted int `json:"-"`
	// Parts add up to Floor.
	Parts []plan.Part `json:"-"`
}
