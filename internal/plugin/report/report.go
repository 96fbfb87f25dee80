/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// Report is what the plans of some platforms come to at one instant. Its JSON is
// an interface that people's pipelines rest on: instants in RFC 3339 and UTC.
type Report struct {
	Now       time.Time  `json:"now"`
	Platforms []Platform `json:"platforms"`
}

// Platform is one platform's plan.
type Platform struct {
	// Name, after its namespace and a slash where several platforms have it.
	Name string `json:"name"`
	// Zone in which people are told the time.
	Zone      *time.Location `json:"-"`
	Campaigns []Campaign     `json:"campaigns"`
	Channels  []Channel      `json:"channels"`
}

// Campaign is one opening and whether it can be met.
type Campaign struct {
	Name string `json:"name"`
	// OpensAt is the instant; OpensAtLocal says it in unmistakable words. Both are
	// missing where no opening is in force.
	OpensAt      time.Time `json:"opensAt,omitzero"`
	OpensAtLocal string    `json:"opensAtLocal"`
	// Feasible is nil where nothing can be said, as without a forecast.
	Feasible *bool `json:"feasible"`
	// Message says why, and what would help.
	Message string `json:"message"`
	// Supply says whether the hubs' appointments are expected to cover its doses.
	Supply string `json:"-"`
	// ReadyBy and KeepUntil lie around the opening: the peak floor holds between them.
	ReadyBy   time.Time `json:"-"`
	KeepUntil time.Time `json:"-"`
	// Paused is the reason of a pause, or "".
	Paused string `json:"-"`
	// Invalid says what is wrong with the declared opening or closing, or nothing.
	Invalid string `json:"-"`
	// AlsoAt are the instants from which the opening was moved on the day: capacity
	// is kept there, too.
	AlsoAt []time.Time `json:"-"`
	// Over says that the launch is: what is said of it is history.
	Over bool `json:"-"`
}

// Channel is the floor of one channel over time. Replicas throughout.
type Channel struct {
	Name string `json:"name"`
	// Cap is the most that may run at the highest peak.
	Cap int `json:"cap"`
	// Peak is the highest floor from now on.
	Peak int `json:"peak"`
	// Steps of the floor; the first is at now, the last is where the floor is back at its base.
	Steps []Step `json:"steps"`
	// Base is the floor outside every window.
	Base int `json:"-"`
	// Staffing holds a call centre's roster against the calls; "" for other channels.
	Staffing string `json:"-"`
	// Launches of the campaigns that use the channel, soonest first.
	Launches []plan.Launch `json:"-"`
}

// Step is a floor and the instant from which it holds.
type Step struct {
	At     time.Time `json:"at"`
	Floor  int       `json:"floor"`
	Reason string    `json:"reason"`
	// Wanted is what the campaigns need where the cap cuts it; otherwise Floor.
	Wanted int `json:"-"`
	// Parts add up to Floor.
	Parts []plan.Part `json:"-"`
}
