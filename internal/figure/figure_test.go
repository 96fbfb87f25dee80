/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package figure_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/figure"
)

// TestShare compares with arithmetic of unlimited size.
func TestShare(t *testing.T) {
	dice := rand.New(rand.NewPCG(6, 12))
	any63 := func() int64 { return dice.Int64N(math.MaxInt64) >> dice.IntN(62) }
	for range 100_000 {
		n, total := any63(), 1+any63()
		part := dice.Int64N(total + 1)
		product := new(big.Int).Mul(big.NewInt(n), big.NewInt(part))
		if got, want := figure.Share(n, part, total), new(big.Int).Div(product, big.NewInt(total)); got != want.Int64() {
			t.Fatalf("⌊%d·%d/%d⌋: got %d, want %d", n, part, total, got, want)
		}
		nearest := new(big.Int).Div(product.Add(product, big.NewInt(total/2)), big.NewInt(total))
		if got := figure.ShareNearest(n, part, total); got != nearest.Int64() {
			t.Fatalf("%d·%d/%d, to the nearest: got %d, want %d", n, part, total, got, nearest)
		}
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 999: "999", 1000: "1,000", 2134: "2,134", 123_456: "123,456", 1_000_000: "1,000,000",
		-1: "-1", -999: "-999", -1000: "-1,000", -123_456: "-123,456", math.MaxInt64: "9,223,372,036,854,775,807",
	} {
		if got := figure.Grouped(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
