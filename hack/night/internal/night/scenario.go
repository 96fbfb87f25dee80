/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night

import (
	"slices"
	"time"
)

// Scenario is one opening: what is declared, and the crowd that comes. Loads are
// small, for a machine of two cores, and pods smaller still, so that their number
// matters.
type Scenario struct {
	Zone     string    `json:"zone"`
	Hubs     []Hub     `json:"hubs"`
	Bands    []Band    `json:"bands"`
	Channels []Channel `json:"channels"`
	Launch   Launch    `json:"launch"`
	Curve    Curve     `json:"curve"`
	Crowd    Crowd     `json:"crowd"`
}

// Hub offers appointments every day from 08:00 to 20:00.
type Hub struct {
	Name     string `json:"name"`
	Display  string `json:"displayName"`
	Stations int32  `json:"stations"`
	Minutes  int32  `json:"minutesPerAppointment"`
}

// Band is an age band: a campaign of its own, all at the same instant.
type Band struct {
	Name   string `json:"name"`
	From   string `json:"bornFrom"`
	To     string `json:"bornTo"`
	People int64  `json:"eligiblePeople"`
}

// Kind of a channel, as the API has it.
type Kind string

// The kinds of channels.
const (
	Web        Kind = "Web"
	App        Kind = "App"
	CallCentre Kind = "CallCentre"
)

// Channel is one way to book, and the capacity of one of its pods.
type Channel struct {
	Name  string `json:"name"`
	Kind  Kind   `json:"kind"`
	Share int32  `json:"sharePercent"` // of all people
	// CPU is one pod's request and limit, in thousandths of a core.
	CPU      int64 `json:"cpuMillis"`
	Requests int32 `json:"requestsPerSecond,omitempty"` // of one pod, at full load
	Agents   int32 `json:"agents,omitempty"`            // rostered
	PerPod   int32 `json:"agentsPerPod,omitempty"`
	Least    int32 `json:"minReplicas"`
	Most     int32 `json:"maxReplicas"`
}

// Launch holds the platform's times around an opening.
type Launch struct {
	ReadyBefore time.Duration `json:"readyBefore"`
	KeepPeak    time.Duration `json:"keepPeak"`
	Starts      int32         `json:"podStartsPerMinute"`
	Target      int32         `json:"targetUtilizationPercent"`
}

// Curve is the shape of each band's demand: the share of its people who book in the
// end, the share of those in the first hour, and of those in the first minute.
type Curve struct {
	Uptake      int32 `json:"uptakePercent"`
	FirstHour   int32 `json:"firstHourPercent"`
	FirstMinute int32 `json:"firstMinutePercent"`
}

// Crowd describes who comes: the forecast's people, or a multiple of them on the web.
type Crowd struct {
	Seed     uint64        `json:"seed"`
	Lasts    time.Duration `json:"lasts"` // from the opening
	EarlyBy  time.Duration `json:"earlyBy"`
	Early    int           `json:"earlyPercent"`
	Think    time.Duration `json:"think"`
	Requests int32         `json:"requestsPerSession"`
	WebTimes int64         `json:"webTimes"` // people on the web, as a multiple of the forecast
	Calls    int           `json:"calls"`    // that agents take
	Handling time.Duration `json:"handling"` // of a call
}

// Reference is the night that `make night` runs. A pod is declared with the load at which
// it stays fast, not with its highest: its share of a core comes in portions, one every
// 100 ms, and a request that needs two waits for the second.
func Reference() Scenario {
	return Scenario{
		Zone: "Europe/Rome",
		Hubs: []Hub{
			{"fiera-di-roma", "Hub Fiera di Roma", 40, 20},
			{"termini", "Hub Stazione Termini", 30, 20},
			{"latina", "Hub Latina", 16, 20},
		},
		Bands: []Band{
			{"born-1946-1950", "1946-01-01", "1950-12-31", 28_000},
			{"born-1951-1955", "1951-01-01", "1955-12-31", 20_000},
		},
		Channels: []Channel{
			{Name: "web", Kind: Web, Share: 62, CPU: 40, Requests: 8, Least: 2, Most: 16},
			{Name: "app", Kind: App, Share: 26, CPU: 40, Requests: 8, Least: 1, Most: 8},
			{Name: "phone", Kind: CallCentre, Share: 12, CPU: 40, Agents: 20, PerPod: 10, Least: 1, Most: 3},
		},
		Launch: Launch{ReadyBefore: time.Minute, KeepPeak: 10 * time.Minute, Starts: 60, Target: 70},
		Curve:  Curve{Uptake: 60, FirstHour: 10, FirstMinute: 20},
		Crowd: Crowd{
			Seed: 5, Lasts: 5 * time.Minute, EarlyBy: time.Minute, Early: 10,
			Think: 7500 * time.Millisecond, Requests: 8, WebTimes: 1, Calls: 270, Handling: 20 * time.Second,
		},
	}
}

// Crowded multiplies the people and the requests that a pod is declared for: the same
// number of pods gets more load.
func (s Scenario) Crowded(times int32) Scenario {
	s.Bands, s.Channels = slices.Clone(s.Bands), slices.Clone(s.Channels)
	for i := range s.Bands {
		s.Bands[i].People *= int64(times)
	}
	for i := range s.Channels {
		s.Channels[i].Requests *= times
	}
	return s
}

// Shortened lets the crowd come for a shorter time, at the same pace. Within less
// than a minute, sessions are shorter, too.
func (s Scenario) Shortened(lasts time.Duration) Scenario {
	if lasts < time.Minute {
		s.Crowd.Requests, s.Crowd.Handling, s.Crowd.EarlyBy = s.Crowd.Requests/2, s.Crowd.Handling/3, s.Crowd.EarlyBy/2
	}
	s.Crowd.Calls = max(8, int(int64(s.Crowd.Calls)*int64(lasts)/int64(s.Crowd.Lasts)))
	s.Crowd.Lasts = lasts
	return s
}

// Citizens returns the channels that people use themselves.
func (s Scenario) Citizens() []Channel {
	var citizens []Channel
	for _, c := range s.Channels {
		if c.Kind != CallCentre {
			citizens = append(citizens, c)
		}
	}
	return citizens
}

// Desk returns the channel of the call centre.
func (s Scenario) Desk() (Channel, bool) {
	for _, c := range s.Channels {
		if c.Kind == CallCentre {
			return c, true
		}
	}
	return Channel{}, false
}

// Weight returns the percentage of the forecast's people who come by a channel.
func (s Scenario) Weight(c Channel) int64 {
	if c.Kind == Web {
		return int64(c.Share) * max(1, s.Crowd.WebTimes)
	}
	return int64(c.Share)
}

// Eligible returns the number of people of all bands who use these channels. It is a
// multiple of the forecast's if a multiple of the people comes.
func (s Scenario) Eligible(channels []Channel) int64 {
	people, weight := int64(0), int64(0)
	for _, b := range s.Bands {
		people += b.People
	}
	for _, c := range channels {
		weight += s.Weight(c)
	}
	return people * weight / 100
}

// Born returns the range of birth dates of all bands together.
func (s Scenario) Born() (from, to string) {
	for _, b := range s.Bands {
		if from == "" || b.From < from {
			from = b.From
		}
		to = max(to, b.To)
	}
	return from, to
}
