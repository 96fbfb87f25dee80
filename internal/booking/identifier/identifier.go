/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package identifier reads the codes by which people are known to the Italian
// health service. It knows their form, not whom they were given to. It reads no
// clock.
//
//	codice fiscale    RSS MRA 85 T 10 A562 S     D.M. 23 December 1976, no. 13813
//	                   │   │  │  │ │   │   └ check character
//	                   │   │  │  │ │   └ where born: A to M a municipality, Z a foreign state
//	                   │   │  │  │ └ day of birth, women's plus 40
//	                   │   │  │  └ month of birth: A B C D E H L M P R S T
//	                   │   │  └ the last two digits of the year of birth
//	                   surname, given name
//	temporary one     7 digits of a number, 3 of an office, 1 check digit; persons' begin with 0 to 7
//	STP, ENI          the letters, 3 digits of a region, 3 of its authority, 7 of a number; no check
//	                  (foreigners temporarily present; Europeans not enrolled)
//
// The check character is Σ mod 26 as a letter, over the first 15 characters: those
// in even places count as their digit or their place in the alphabet, those in odd
// places as the decree's table says. The check digit makes the Luhn sum a multiple
// of 10.
//
// Two people who would have the same codice fiscale get codes in which digits are
// replaced by letters (omocodia): 0 to 9 become L M N P Q R S T U V, in any of the
// seven places of digits. Such a code is another person's, so letters stay as they
// are: the canonical text is never turned back into digits.
//
// # The century
//
// The two digits of the year leave the century open. The possible birth dates are
// those of the calendar on which nobody is yet to be born, or older than 120, on a
// day that is handed in. There are never more than two; which it is the person says.
//
// # Nothing leaks
//
// An identifier is personal data. No error says what was written, only where it is
// wrong; and an [Identifier] that is printed, logged or marshalled by mistake gives
// "[identifier]", or an address where it is hidden in something else, but never the
// code. [Identifier.Reveal] gives that, and a search for the word finds every place
// where it is used.
package identifier

import (
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// Kind is a kind of code.
type Kind int

// The kinds.
const (
	FiscalCode          Kind = iota + 1 // codice fiscale
	TemporaryFiscalCode                 // codice fiscale, numeric, until the other is given
	STP                                 // straniero temporaneamente presente
	ENI                                 // europeo non iscritto
)

// String names k.
func (k Kind) String() string {
	switch k {
	case FiscalCode:
		return "codice fiscale"
	case TemporaryFiscalCode:
		return "temporary codice fiscale"
	case STP:
		return "STP code"
	case ENI:
		return "ENI code"
	default:
		return "no identifier"
	}
}

// Sex is what a codice fiscale says of it.
type Sex int

// Unknown where the code does not say it.
const (
	Unknown Sex = iota
	Male
	Female
)

// Identifier is one person's code. The zero Identifier is nobody's.
//
// What it holds is within a function, so that fmt cannot print it, whatever the verb,
// even where it cannot call String; nor does == compile, which would not compare
// codes.
type Identifier struct{ held func() code }

type code struct {
	kind Kind
	text string
	sex  Sex
	born date
}

// date is a birth date without its century; zero where the code has none.
type date struct{ year, month, day int }

// Kind of the code; 0 of the zero Identifier.
func (i Identifier) Kind() Kind { return i.code().kind }

// Sex that the code says.
func (i Identifier) Sex() Sex { return i.code().sex }

// IsZero reports whether i is nobody's.
func (i Identifier) IsZero() bool { return i.held == nil }

// Equal reports whether two identifiers are the same code.
func (i Identifier) Equal(other Identifier) bool { return i.code() == other.code() }

// Reveal returns the code itself, in capitals and without spaces. It is personal
// data: it belongs into the store, encrypted or hashed, and nowhere else.
func (i Identifier) Reveal() string { return i.code().text }

func (i Identifier) code() code {
	if i.held == nil {
		return code{}
	}
	return i.held()
}

// OldestYears is the greatest age that anybody is taken to have.
const OldestYears = 120

// HasBirthDate reports whether the code says a birth date.
func (i Identifier) HasBirthDate() bool { return i.code().born != date{} }

// BirthDates returns the days on which the person may have been born, as seen on a
// given day, the earliest first. There are none where the code does not say it.
func (i Identifier) BirthDates(today civil.Day) []civil.Day {
	if !i.HasBirthDate() {
		return nil
	}
	born := i.code().born
	century := today.Midnight().Year() / 100 * 100
	var days []civil.Day
	for _, year := range []int{century - 200, century - 100, century} {
		day := civil.Date(year+born.year, time.Month(born.month), born.day)
		if !day.IsZero() && Plausible(day, today) {
			days = append(days, day)
		}
	}
	return days
}

// Plausible reports whether somebody may have been born on a day, as seen on another.
func Plausible(born, today civil.Day) bool {
	return !born.After(today) && born.Years(OldestYears+1).After(today)
}

// Parse reads a code as people write it, in letters of either case and with spaces
// anywhere. Its errors are of type *[Error].
func Parse(text string) (Identifier, error) {
	canonical, err := canonicalOf(text)
	if err != nil {
		return Identifier{}, err
	}
	c := code{text: canonical}
	switch {
	case foreigner(canonical):
		err = c.readForeigner()
	case len(canonical) == fiscalLength:
		err = c.readFiscal()
	case len(canonical) == temporaryLength:
		err = c.readTemporary()
	default:
		err = wrongLength(len(canonical))
	}
	if err != nil {
		return Identifier{}, err
	}
	return Identifier{held: func() code { return c }}, nil
}

// Lengths of the codes.
const (
	fiscalLength    = 16
	foreignerLength = 16
	temporaryLength = 11
)

// foreigner reports whether an STP or ENI code is meant. A surname may begin with
// those letters too, but then letters follow.
func foreigner(canonical string) bool {
	return (strings.HasPrefix(canonical, "STP") || strings.HasPrefix(canonical, "ENI")) &&
		len(canonical) > 3 && isDigit(canonical[3])
}

func (c *code) readForeigner() error {
	if len(c.text) != foreignerLength {
		return wrongLength(len(c.text))
	}
	c.kind = STP
	if c.text[0] == 'E' {
		c.kind = ENI
	}
	return allDigits(c.text, 3)
}

func (c *code) readTemporary() error {
	c.kind = TemporaryFiscalCode
	if err := allDigits(c.text, 0); err != nil {
		return err
	}
	switch {
	case c.text[0] >= '8':
		return wrongAt(1, "is a digit with which only the codes of organisations begin", rightPerson)
	case strings.HasPrefix(c.text, "0000000"):
		return &Error{Wrong: "has a number that is never given", Right: rightPerson}
	case luhn(c.text)%10 != 0:
		return &Error{Wrong: "does not agree with its check digit, the last", Right: rightCopy}
	}
	return nil
}

// allDigits checks that nothing but digits comes after so many characters.
func allDigits(text string, after int) error {
	for i := after; i < len(text); i++ {
		if !isDigit(text[i]) {
			return wrongAt(i+1, "is not a digit", rightDigit)
		}
	}
	return nil
}

// luhn sums the digits; of every second, twice it, less 9 where that has two.
func luhn(digits string) int {
	sum := 0
	for i := range len(digits) {
		n := int(digits[i] - '0')
		if i%2 == 1 {
			n = 2*n - 9*(n/5)
		}
		sum += n
	}
	return sum
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }
