/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"fmt"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
)

// season has bands that open every other hour from Rome's midnight on, for
// n channels: web, app, a call centre and one in External mode, over and over.
func season(channels, campaigns int) Input {
	in := Input{StartsPerMinute: 120}
	for i := range channels {
		c := Channel{
			Name: fmt.Sprintf("channel-%02d", i), Base: 2, Max: 200, LoadPerReplica: 28_000,
			Session: demand.Session{Length: 5 * time.Minute, Requests: 30}, StartUp: 140 * time.Second,
		}
		switch i % 4 {
		case 2:
			c.CallCentre, c.Max, c.LoadPerReplica = 8, 30, 10_000
		case 3:
			c.Gentle = true
		}
		in.Channels = append(in.Channels, c)
	}
	for i := range campaigns {
		c := Campaign{
			Name: fmt.Sprintf("band-%02d", i), Opens: romanMidnight.Add(time.Duration(i) * 2 * time.Hour),
			ReadyBefore: 15 * time.Minute, KeepPeak: time.Hour,
			Forecast: demand.Forecast{People: 410_000, FirstHourPercent: 10, FirstMinutePercent: 20},
			Shares:   map[string]int{},
		}
		for _, channel := range in.Channels {
			c.Shares[channel.Name] = max(1, 100/channels)
		}
		in.Campaigns = append(in.Campaigns, c)
	}
	return in
}

func BenchmarkMake(b *testing.B) {
	sizes := map[string]Input{
		"3 channels, 2 campaigns":   season(3, 2),
		"4 channels, 2 campaigns":   season(4, 2),
		"20 channels, 40 campaigns": season(20, 40),
	}
	times := map[string]time.Time{
		"the day before":  romanMidnight.Add(-24 * time.Hour),
		"in the ramp":     romanMidnight.Add(-18 * time.Minute),
		"on the way down": romanMidnight.Add(8 * time.Hour),
	}
	for size, in := range sizes {
		for when, now := range times {
			b.Run(size+" "+when, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Make(in, now, 20)
				}
			})
		}
	}
}

// What one reconciler asks for: the plan of one channel, or the launches of three.
func BenchmarkOf(b *testing.B) {
	in := season(20, 40)
	for size, connections := range map[string]int{"enough connections": 0, "a store to be shared": 1_000} {
		in.Connections = connections
		b.Run("one of 20 channels, 40 campaigns, "+size, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ForChannel(in, "channel-07", romanMidnight.Add(-18*time.Minute), 20)
			}
		})
		b.Run("launches on 3 of 20 channels, 40 campaigns, "+size, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Launches(in, "channel-05", "channel-06", "channel-07")
			}
		})
	}
}

func BenchmarkMakeAll(b *testing.B) {
	in := season(3, 2)
	b.ReportAllocs()
	for b.Loop() {
		Make(in, romanMidnight.Add(-24*time.Hour), All)
	}
}
