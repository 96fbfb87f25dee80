/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package identifier reads the codes that identify people to the Italian health service.
// It checks their form, not whether they were issued. It reads no clock.
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
// Two people who would have the same codice fiscale get codes in which letters replace
// digits (omocodia): 0 to 9 become L M N P Q R S T U V, in any of the seven places of
// digits. Such a code is another person's, so the canonical text keeps the letters.
//
// # The century
//
// The two digits of the year leave the century open. The possible birth dates are those of
// people of 0 to 120 years on a given day. There are at most two; the person says which one
// is right.
//
// # Nothing leaks
//
// An identifier is personal data. No error repeats it; errors say only where it is wrong.
// An [Identifier] that is printed, logged or marshalled by mistake gives "[identifier]", or
// an address inside something else, but never the code. Only [Identifier.Reveal] returns
// the code, so a search for that word finds every use.
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

// Sex by the codice fiscale.
type Sex int

// The sexes; Unknown if the code does not contain it.
const (
	Unknown Sex = iota
	Male
	Female
)

// Identifier is one person's code. The zero Identifier is nobody's.
//
// Its code is inside a function, so that fmt cannot print it with any verb, even where fmt
// cannot call String. It also keeps == from compiling, which would not compare codes.
type Identifier struct{ held func() code }

type code struct {
	kind Kind
	text string
	sex  Sex
	born date
}

// date is a birth date without its century; zero if the code has none.
type date struct{ year, month, day int }

// Kind of the code; 0 of the zero Identifier.
func (i Identifier) Kind() Kind { return i.code().kind }

// Sex by the code.
func (i Identifier) Sex() Sex { return i.code().sex }

// IsZero reports whether i is the zero Identifier.
func (i Identifier) IsZero() bool { return i.held == nil }

// Equal reports whether two identifiers are the same code.
func (i Identifier) Equal(other Identifier) bool { return i.code() == other.code() }

// Reveal returns the code, in capitals and without spaces. It is personal data: it belongs
// in the store, encrypted or hashed, and nowhere else.
func (i Identifier) Reveal() string { return i.code().text }

func (i Identifier) code() code {
	if i.held == nil {
		return code{}
	}
	return i.held()
}

// OldestYears is the greatest age that is accepted.
const OldestYears = 120

// HasBirthDate reports whether the code contains a birth date.
func (i Identifier) HasBirthDate() bool { return i.code().born != date{} }

// BirthDates returns the possible birth dates on a given day, earliest first. There are
// none if the code contains no birth date.
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

// Plausible reports whether a birth date is possible on a given day.
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

// foreigner reports whether this is an STP or ENI code. A surname may begin with those
// letters too, but then letters follow.
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
		return &Error{Organisation, 1, "is a digit with which only the codes of organisations begin", rightPerson}
	case strings.HasPrefix(c.text, "0000000"):
		return &Error{Organisation, 0, "has a number that is never given", rightPerson}
	case luhn(c.text)%10 != 0:
		return &Error{Check, 0, "does not agree with its check digit, the last", rightCopy}
	}
	return nil
}

// allDigits checks that only digits come after a number of characters.
func allDigits(text string, after int) error {
	for i := after; i < len(text); i++ {
		if !isDigit(text[i]) {
			return &Error{Digit, i + 1, "is not a digit", rightDigit}
		}
	}
	return nil
}

// luhn sums the digits; it doubles every second one, and then sums that one's digits.
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
