/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"testing"
	"time"
)

func TestReach(t *testing.T) {
	tests := map[string]struct {
		pods      []int64
		wantWhole bool
		want      string
	}{
		"nobody yet":  {[]int64{4, 4}, false, "in force on 0 of 2 booking pods, 1.2s after it was written; they take up to 90 seconds to read the catalog, and until the first has, the announced opening stands"},
		"the first":   {[]int64{4, 5, 4}, false, "in force on 1 of 3 booking pods, 1.2s after it was written"},
		"all":         {[]int64{5, 6, 5}, true, "in force on 3 of 3 booking pods, 1.2s after it was written"},
		"all who say": {[]int64{5, 0, 0}, true, "in force on 1 of 1 booking pods, 1.2s after it was written; 2 did not report"},
		"none says":   {[]int64{0, 0}, true, "none of 2 booking pods reports its revision"},
		"no pods":     {nil, true, "no booking pod is running"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := ReachOf(5, test.pods)
			if words := got.Words(1234 * time.Millisecond); words != test.want || got.Whole() != test.wantWhole {
				t.Errorf("%t %q, want %t %q", got.Whole(), words, test.wantWhole, test.want)
			}
		})
	}
}
