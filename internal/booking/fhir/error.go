/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import "fmt"

// Error says where in a request something cannot be read, and what would be right,
// but never what was written there: it may be somebody's.
type Error struct {
	Code       Code   // Malformed, Missing, WrongValue, TooLong, WrongIdentifier or WrongNumber
	Expression string // FHIRPath of the element
	Wrong      string // completes the sentence that begins with the element
	Right      string // what to write instead
	Position   int    // of the character, from 1; 0 where it is about the whole
}

func (e *Error) Error() string {
	if e.Position > 0 {
		return fmt.Sprintf("%s: character %d %s; %s", e.Expression, e.Position, e.Wrong, e.Right)
	}
	return fmt.Sprintf("%s %s; %s", e.Expression, e.Wrong, e.Right)
}

// Unknown is the error of a request that names a hub, at the place of its list from
// 0, that the catalog does not have.
func Unknown(hub int) error {
	return &Error{
		Code: WrongValue, Expression: fmt.Sprintf("%s[%d]", named(locationParameter), hub),
		Wrong: "is no hub", Right: "write one of those that are listed as Location",
	}
}

// named is the FHIRPath of the parameters of a name.
func named(name string) string { return "Parameters.parameter.where(name='" + name + "')" }
