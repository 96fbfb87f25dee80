/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import (
	"cmp"
	"slices"
	"time"
)

// weekdays in the order in which they are written.
var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// byWeekday compares days by their place in the week; unknown days come first.
func byWeekday(a, b string) int {
	return cmp.Or(cmp.Compare(slices.Index(weekdays, a), slices.Index(weekdays, b)), cmp.Compare(a, b))
}

// isClock reports whether clock is a time of day, 00:00 to 24:00.
func isClock(clock string) bool {
	if clock == "24:00" {
		return true
	}
	_, err := time.Parse("15:04", clock)
	return err == nil && len(clock) == len("15:04")
}
