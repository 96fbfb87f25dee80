/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package identifier

import (
	"fmt"
	"strings"
	"unicode"
)

// Error says where a code is wrong and what to write instead, but never repeats the code.
type Error struct {
	Problem  Problem
	Position int    // from 1, without spaces; 0 for the whole code
	Wrong    string // completes the sentence: "is not a digit"
	Right    string // what to write instead
}

// Problem of a code, for readers that explain it in their own words.
type Problem string

// The problems.
const (
	Empty        Problem = "empty"        //
	Length       Problem = "length"       // too many or too few characters
	Symbol       Problem = "symbol"       // neither a letter nor a digit
	Letter       Problem = "letter"       // missing where there must be one
	Digit        Problem = "digit"        // missing where there must be one
	Month        Problem = "month"        // no letter of a month
	Day          Problem = "day"          // no day of the month
	Place        Problem = "place"        // no letter of a place
	Check        Problem = "check"        // the check character or digit is another
	Organisation Problem = "organisation" // the code cannot be a person's
)

// Error returns a sentence: identifier: character 9 is no letter of a month; write one of ….
func (e *Error) Error() string {
	if e.Position == 0 {
		return fmt.Sprintf("identifier %s; %s", e.Wrong, e.Right)
	}
	return fmt.Sprintf("identifier: character %d %s; %s", e.Position, e.Wrong, e.Right)
}

// Corrections that several errors share.
const (
	rightCode     = "a codice fiscale has 16 characters, a temporary one 11 digits, an STP or ENI code those letters and 13 digits"
	rightCopy     = "copy it from the card character by character: one is wrong, or two are swapped"
	rightDigit    = "write a digit from 0 to 9, not the letter O for 0 or I for 1"
	rightOmocodia = "write a digit from 0 to 9, not the letter O for 0 or I for 1, or the letter on the card"
	rightPerson   = "write the code of the person to be booked"
)

// longest is the maximum length of a text, with spaces.
const longest = 64

func wrongLength(n int) *Error {
	return &Error{Length, 0, fmt.Sprintf("has %d characters", n), rightCode}
}

// canonicalOf returns text in capitals, without spaces.
func canonicalOf(text string) (string, error) {
	if len(text) > longest {
		return "", &Error{Length, 0, "is too long", rightCode}
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
		case r >= 'a' && r <= 'z':
			b.WriteByte(byte(r) - 'a' + 'A')
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			b.WriteByte(byte(r))
		default:
			return "", &Error{Symbol, b.Len() + 1, "is neither a letter from A to Z nor a digit", "write only those, and spaces if you like"}
		}
	}
	if b.Len() == 0 {
		return "", &Error{Empty, 0, "is empty", rightCode}
	}
	return b.String(), nil
}
