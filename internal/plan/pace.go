/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"cmp"
	"slices"
)

// shares divides the platform's pace between its channels in proportion to
// their caps, in whole starts per minute. Each gets at least one: only where
// there are more channels than starts does the sum exceed the pace.
func shares(pace int, channels []Channel) []int {
	total := int64(0)
	for _, c := range channels {
		total += int64(c.Max)
	}
	out := make([]int, len(channels))
	remainders := make([]int64, len(channels))
	left := pace
	for i, c := range channels {
		exact := int64(pace) * int64(c.Max)
		out[i], remainders[i] = max(1, int(exact/total)), exact%total
		if exact < total {
			remainders[i] = -1
		}
		left -= out[i]
	}
	order := make([]int, len(channels))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for i := 0; left > 0 && i < len(order); i++ {
		out[order[i]]++
		left--
	}
	for left < 0 {
		i := largest(out)
		if out[i] <= 1 {
			return out
		}
		out[i]--
		left++
	}
	return out
}

func largest(xs []int) int {
	at := 0
	for i, x := range xs {
		if x > xs[at] {
			at = i
		}
	}
	return at
}
