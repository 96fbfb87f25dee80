/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"testing"
)

func TestExpireHolds(t *testing.T) {
	for name, test := range map[string]struct {
		expired []int // by each batch
		end     error
		want    int // batches
	}{
		"none":                    {[]int{0}, nil, 1},
		"less than a batch":       {[]int{199}, nil, 1},
		"two full batches":        {[]int{200, 200, 0}, nil, 3},
		"a store that then fails": {[]int{200, 200, 200}, errDown, 3},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			err := ExpireHolds(func(_ context.Context, most int) (int, error) {
				if most != 200 {
					t.Errorf("asked for %d at once", most)
				}
				n++
				if n == len(test.expired) {
					return test.expired[n-1], test.end
				}
				return test.expired[n-1], nil
			})(t.Context())
			if !errors.Is(err, test.end) || n != test.want {
				t.Errorf("%d batches and %v, want %d and %v", n, err, test.want, test.end)
			}
		})
	}
}
