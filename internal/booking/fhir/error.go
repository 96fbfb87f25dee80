/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"fmt"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// Error says what in a request cannot be read and how to correct it. It never repeats the
// value, which may be personal.
type Error struct {
	Code       booking.Code // Malformed, Missing, WrongValue, TooLong, WrongIdentifier or WrongNumber
	Expression string       // FHIRPath of the element
	Wrong      string       // ends the sentence that begins with the element
	Right      string       // what to write instead
	Position   int          // of the character, from 1; 0: the whole value
}

func (e *Error) Error() string {
	if e.Position > 0 {
		return fmt.Sprintf("%s: character %d %s; %s", e.Expression, e.Position, e.Wrong, e.Right)
	}
	return fmt.Sprintf("%s %s; %s", e.Expression, e.Wrong, e.Right)
}

// Unwrap returns the code, for [booking.Explain].
func (e *Error) Unwrap() error { return e.Code }

// unknownHub is the error of a hub, from 0, that is not in the catalog.
func unknownHub(index int) *Error {
	return &Error{
		Code: booking.CodeWrongValue, Expression: fmt.Sprintf("%s[%d]", named(locationParameter), index),
		Wrong: "is no hub", Right: "write one of those that are listed as Location",
	}
}

// named returns the FHIRPath of the parameters of a name.
func named(name string) string { return "Parameters.parameter.where(name='" + name + "')" }
