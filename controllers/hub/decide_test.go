/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package hub

import (
	"testing"

	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestNextDay: where clocks go back over midnight, the old day comes once more.
func TestNextDay(t *testing.T) {
	for name, test := range map[string]struct{ zone, now, want string }{
		"Rome":                         {"Europe/Rome", "2026-11-30T22:00:00Z", "2026-11-30T23:00:00Z"},
		"Rome, just after midnight":    {"Europe/Rome", "2026-11-30T23:00:00Z", "2026-12-01T23:00:00Z"},
		"Cairo, without a midnight":    {"Africa/Cairo", "2026-04-23T12:00:00Z", "2026-04-23T22:00:00Z"},
		"Havana, two midnights":        {"America/Havana", "2026-10-31T12:00:00Z", "2026-11-01T04:00:00Z"},
		"St John's back over midnight": {"America/St_Johns", "2006-10-29T02:31:00Z", "0001-01-01T00:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			seen := observed{build.MakeHub("fiera").Obj(), build.MakePlatform("lazio").Zone(test.zone).Obj()}
			got := decide(seen, at(test.now)).next
			if want := at(test.want); !got.Equal(want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}
