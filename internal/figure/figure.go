/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package figure computes shares of whole numbers exactly, whatever their size, and
// writes numbers for people.
package figure

import (
	"math/bits"
	"strconv"
)

// Share returns ⌊n·part/total⌋, for n ≥ 0 and 0 ≤ part ≤ total > 0.
func Share(n, part, total int64) int64 { return mulDiv(n, part, total, 0) }

// ShareNearest returns n·part/total rounded to the nearest whole number.
func ShareNearest(n, part, total int64) int64 { return mulDiv(n, part, total, total/2) }

// mulDiv does not overflow: the product has 128 bits.
func mulDiv(n, part, total, add int64) int64 {
	high, low := bits.Mul64(uint64(n), uint64(part))
	low, carry := bits.Add64(low, uint64(add), 0)
	quotient, _ := bits.Div64(high+carry, low, uint64(total))
	return int64(quotient)
}

// Grouped writes a number in groups of three digits: 2,134.
func Grouped[N int | int32 | int64](n N) string {
	text := strconv.FormatInt(int64(n), 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
