/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"testing"
	"time"
)

func BenchmarkInstant(b *testing.B) {
	for name, c := range map[string]Civil{
		"ordinary": {"2026-12-01", "24:00", "Europe/Rome"},
		"skipped":  {"2026-04-24", "00:00", "Africa/Cairo"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := c.Instant(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("zone at hand", func(b *testing.B) {
		loc := mustZone(b, "Europe/Rome")
		wall := time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC).Unix()
		for b.Loop() {
			first(wall, loc)
		}
	})
}

func BenchmarkWords(b *testing.B) {
	for name, tc := range map[string]struct {
		instant time.Time
		zone    string
	}{
		"noon":     {time.Date(2026, 12, 1, 11, 0, 0, 0, time.UTC), "Europe/Rome"},
		"midnight": {time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC), "Europe/Rome"},
		"twice":    {time.Date(2026, 11, 1, 4, 0, 0, 0, time.UTC), "America/Havana"},
	} {
		b.Run(name, func(b *testing.B) {
			loc := mustZone(b, tc.zone)
			for b.Loop() {
				Words(tc.instant, loc)
			}
		})
	}
}
