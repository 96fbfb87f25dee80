/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package figures

import "testing"

func TestGrouped(t *testing.T) {
	for in, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1_234_567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := Grouped(in); got != want {
			t.Errorf("Grouped(%d) is %q, want %q", in, got, want)
		}
	}
}
