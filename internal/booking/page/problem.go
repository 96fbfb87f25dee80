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

// BornProblem says what is wrong with a birth date.
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

// IdentifierProblem says what is wrong with a code, and where.
func (l *Language) IdentifierProblem(err error) string {
	var wrong *identifier.Error
	if !errors.As(err, &wrong) {
		return l.Say("problem.identifier")
	}
	key := "identifier." + identifierProblems[wrong.Wrong]
	if _, known := l.texts[key]; !known {
		key = "identifier.length"
		if wrong.Position > 0 {
			key = "identifier.position"
		}
	}
	if wrong.Position > 0 {
		return l.Say("character", wrong.Position, l.Say(key))
	}
	return words.Capital(l.Say(key))
}

// identifierProblems are the keys of what may be wrong with a code.
var identifierProblems = map[string]string{
	"is empty": "empty",
	"is neither a letter from A to Z nor a digit":                 "symbol",
	"is no letter of a place":                                     "place",
	"does not agree with its check character, the last":           "check",
	"does not agree with its check digit, the last":               "check",
	"is no letter of a month":                                     "month",
	"and the next are no day of that month":                       "day",
	"is not a letter":                                             "letter",
	"is not a digit, nor a letter that may replace one":           "digit",
	"is not a digit":                                              "digit",
	"is a digit with which only the codes of organisations begin": "organisation",
	"has a number that is never given":                            "organisation",
}
