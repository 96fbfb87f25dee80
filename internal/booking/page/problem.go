/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"errors"

	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// BornProblem explains why a birth date is missing or wrong. asked reports whether the form
// had the field.
func (l *Language) BornProblem(o eligibility.Outcome, asked bool) string {
	switch {
	case o == eligibility.BirthDateDisagrees:
		return l.Say("problem.born.disagrees")
	case o == eligibility.BirthDateImpossible:
		return l.Say("problem.born.impossible")
	case asked:
		return l.Say("problem.born")
	}
	return l.Say("problem.born.needed")
}

// IdentifierProblem explains what is wrong with a code, and where.
func (l *Language) IdentifierProblem(err error) string {
	var wrong *identifier.Error
	if !errors.As(err, &wrong) {
		return l.Say("problem.identifier")
	}
	text := l.Say("identifier." + string(wrong.Problem))
	if wrong.Position > 0 {
		return l.Say("character", wrong.Position, text)
	}
	return words.Capital(text)
}
