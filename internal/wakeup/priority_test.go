/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package wakeup_test

import (
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

func TestPriority(t *testing.T) {
	for name, test := range map[string]struct {
		before time.Duration // an opening
		want   int
	}{
		"two days before":     {48 * time.Hour, 0},
		"a day before":        {24 * time.Hour, 100},
		"in a long ramp":      {5 * time.Hour, 200},
		"an hour before":      {time.Hour, 300},
		"over an hour before": {time.Hour + time.Second, 200},
		"a minute before":     {time.Minute, 400},
		"at the opening":      {0, 400},
		"in the peak":         {-40 * time.Minute, 300},
		"the day after":       {-25 * time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := wakeup.Priority(midnight.Add(-test.before), midnight); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
