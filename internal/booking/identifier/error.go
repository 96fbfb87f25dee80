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
	Position int    // from 1, without spaces; 0 for the whole code
	Wrong    string // completes the sentence: "is not a digit"
	Right    string // what to write instead
}

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

func wrongAt(position int, wrong, right string) *Error {
	return &Error{Position: position, Wrong: wrong, Right: right}
}

func wrongLength(n int) *Error {
	return &Error{Wrong: fmt.Sprintf("has %d characters", n), Right: rightCode}
}

// canonicalOf returns text in capitals, without spaces.
func canonicalOf(text string) (string, error) {
	if len(text) > longest {
		return "", &Error{Wrong: "is too long", Right: rightCode}
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
			return "", wrongAt(b.Len()+1, "is neither a letter from A to Z nor a digit", "write only those, and spaces if you like")
		}
	}
	if b.Len() == 0 {
		return "", &Error{Wrong: "is empty", Right: rightCode}
	}
	return b.String(), nil
}
