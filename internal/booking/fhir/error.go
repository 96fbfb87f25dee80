/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"fmt"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// Error says where in a request something cannot be read, and what would be right,
// but never what was written there: it may be somebody's.
type Error struct {
	Code       booking.Code // Malformed, Missing, WrongValue, TooLong, WrongIdentifier or WrongNumber
	Expression string       // FHIRPath of the element
	Wrong      string       // completes the sentence that begins with the element
	Right      string       // what to write instead
	Position   int          // of the character, from 1; 0 where it is about the whole
}

func (e *Error) Error() string {
	if e.Position > 0 {
		return fmt.Sprintf("%s: character %d %s; %s", e.Expression, e.Position, e.Wrong, e.Right)
	}
	return fmt.Sprintf("%s %s; %s", e.Expression, e.Wrong, e.Right)
}

// Unwrap gives the code, for [booking.Explain].
func (e *Error) Unwrap() error { return e.Code }

// unknownHub is the error of a hub, from 0, that is not in the catalog.
func unknownHub(index int) *Error {
	return &Error{
		Code: booking.CodeWrongValue, Expression: fmt.Sprintf("%s[%d]", named(locationParameter), index),
		Wrong: "is no hub", Right: "write one of those that are listed as Location",
	}
}

// named is the FHIRPath of the parameters of a name.
func named(name string) string { return "Parameters.parameter.where(name='" + name + "')" }
