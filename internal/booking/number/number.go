/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package number makes and reads booking numbers. They are short enough to be read out on
// the phone, and a check symbol detects misheard ones.
//
//	7K3M-Q9TX-4B2Z     11 symbols at random, 1 check symbol
//
// The symbols are those of Crockford's Base 32: the digits and letters without I,
// L, O and U. O is read as 0, I and L as 1, small letters as capitals; dashes and
// spaces may be anywhere.
//
// Symbols are elements of the field of 32 elements, GF(2)[x] / (x⁵ + x² + 1). With
// a = x, whose powers a⁰ … a³⁰ are all different, the number s₀ … s₁₁ is right when
//
//	Σ aⁱ·sᵢ = 0
//
// This detects every single wrong symbol and every swap of two symbols. Of all other
// mistakes it misses one in 32.
//
// A number has 55 random bits. With ten million bookings, the next number is already taken
// once in 3.6 thousand million times; the store keeps numbers unique and draws again. A
// number identifies a booking; it does not by itself permit anybody to see or change it.
package number

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Number is a booking's number: twelve symbols, without dashes. The zero Number is none.
type Number struct{ symbols string }

const (
	alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	length   = 12
	group    = 4 // symbols between dashes
)

// New returns a number made of 55 bits of random bytes.
func New(random [8]byte) Number {
	bits := binary.BigEndian.Uint64(random[:])
	var s [length]byte
	for i := range length - 1 {
		s[i] = byte(bits >> (5 * i) & 31)
	}
	// The last symbol makes the sum zero: it is sum / a¹¹ = sum · a²⁰, because a³¹ = 1 and
	// every element is its own negative.
	last := sum(s[:])
	for range 31 - (length - 1) {
		last = timesX(last)
	}
	s[length-1] = last
	for i := range s {
		s[i] = alphabet[s[i]]
	}
	return Number{string(s[:])}
}

// sum is Σ aⁱ·sᵢ, by Horner's rule.
func sum(symbols []byte) byte {
	var total byte
	for i := len(symbols) - 1; i >= 0; i-- {
		total = timesX(total) ^ symbols[i]
	}
	return total
}

// timesX multiplies by a = x, where x⁵ = x² + 1.
func timesX(element byte) byte {
	element <<= 1
	if element&32 != 0 {
		element ^= 0b100101
	}
	return element
}

// Parse reads a number as people write it. Its errors say where it is wrong, but do not
// repeat it.
func Parse(text string) (Number, error) {
	const longest = 64 // with dashes and spaces
	if len(text) > longest {
		return Number{}, errors.New("booking number is too long; write its 12 symbols")
	}
	var s []byte
	for _, r := range text {
		if isBetween(r) {
			continue
		}
		value := valueOf(r)
		if value < 0 {
			return Number{}, fmt.Errorf("booking number: symbol %d is none that is used; write digits and letters, but never U", len(s)+1)
		}
		s = append(s, byte(value))
	}
	switch {
	case len(s) != length:
		return Number{}, fmt.Errorf("booking number has %d symbols; write all %d, as in the confirmation", len(s), length)
	case sum(s) != 0:
		return Number{}, errors.New("booking number does not agree with its last symbol; compare it with the confirmation: one is wrong, or two are swapped")
	}
	for i := range s {
		s[i] = alphabet[s[i]]
	}
	return Number{string(s)}, nil
}

// isBetween reports whether people write r between symbols: spaces and all sorts of dashes.
func isBetween(r rune) bool {
	return strings.ContainsRune(" \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212", r)
}

// valueOf returns the field element of a symbol, or -1.
func valueOf(r rune) int {
	if r >= 'a' && r <= 'z' {
		r += 'A' - 'a'
	}
	switch r {
	case 'O':
		r = '0'
	case 'I', 'L':
		r = '1'
	}
	return strings.IndexRune(alphabet, r)
}

// IsZero reports whether n is the zero Number.
func (n Number) IsZero() bool { return n == Number{} }

// Symbols returns the twelve symbols without dashes, for the store.
func (n Number) Symbols() string { return n.symbols }

// String returns the number as people read it: 7K3M-Q9TX-4B2Z.
func (n Number) String() string {
	if n.IsZero() {
		return ""
	}
	return n.symbols[:group] + "-" + n.symbols[group:2*group] + "-" + n.symbols[2*group:]
}

// MarshalText returns the number as people read it.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads the number as [Parse] does.
func (n *Number) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err == nil {
		*n = parsed
	}
	return err
}

// LogValue keeps numbers out of logs: readers of logs need not find the person.
func (Number) LogValue() slog.Value { return slog.StringValue("[booking number]") }
