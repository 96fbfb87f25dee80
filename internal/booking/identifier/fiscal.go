/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package identifier

import (
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// The alphabets of the decree. A month or an omocodia's digit is the place of its
// letter.
const (
	months   = "ABCDEHLMPRST"
	omocodia = "LMNPQRSTUV"
	shape    = "aaaaaa00a00a000a" // a stands for a letter, 0 for a digit
)

// odd is the value of the characters 0 to 9 and A to Z in odd places.
var odd = [36]int{
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
}

// femaleDays are added to a woman's day of birth.
const femaleDays = 40

func (c *code) readFiscal() error {
	c.kind = FiscalCode
	digits, err := plain(c.text)
	if err != nil {
		return err
	}
	if err := c.readBirth(digits); err != nil {
		return err
	}
	switch place := c.text[11]; {
	case place > 'M' && place != 'Z':
		return &Error{Place, 12, "is no letter of a place", "write A to M for a municipality, Z for a foreign state"}
	case c.text[15] != checkCharacter(c.text[:15]):
		return &Error{Check, 0, "does not agree with its check character, the last", rightCopy}
	}
	return nil
}

// readBirth decodes sex and birth date from a code in which omocodia is undone.
func (c *code) readBirth(digits string) error {
	month := strings.IndexByte(months, digits[8]) + 1
	if month == 0 {
		return &Error{Month, 9, "is no letter of a month", "write one of A B C D E H L M P R S T, for January to December"}
	}
	c.sex = Male
	day := number(digits[9:11])
	if day > femaleDays {
		c.sex, day = Female, day-femaleDays
	}
	year := number(digits[6:8])
	// Every fourth year from 2000 to 2096 is a leap year, but 1900 was not: a date that this
	// century does not have, no other century has.
	if civil.Date(2000+year, time.Month(month), day).IsZero() {
		return &Error{Day, 10, "and the next are no day of that month", "write the day of birth, such as 09, and for women 40 more, such as 49"}
	}
	c.born = date{year, month, day}
	return nil
}

// plain checks the shape and undoes omocodia, so that the digits can be decoded.
func plain(text string) (string, error) {
	digits := []byte(text)
	for i, c := range digits {
		replaced := strings.IndexByte(omocodia, c)
		switch {
		case shape[i] == 'a' && isLetter(c), shape[i] == '0' && isDigit(c):
		case shape[i] == 'a':
			return "", &Error{Letter, i + 1, "is not a letter", "in a codice fiscale it is a letter from A to Z"}
		case replaced < 0:
			return "", &Error{Digit, i + 1, "is not a digit, nor a letter that may replace one", rightOmocodia}
		default:
			digits[i] = '0' + byte(replaced)
		}
	}
	return string(digits), nil
}

// checkCharacter of the first 15 characters, with their letters.
func checkCharacter(text string) byte {
	sum := 0
	for i := range len(text) {
		value := int(text[i] - '0') // and its place in odd
		place := value
		if isLetter(text[i]) {
			value = int(text[i] - 'A')
			place = 10 + value
		}
		if i%2 == 0 { // the first is the 1st, an odd place
			value = odd[place]
		}
		sum += value
	}
	return 'A' + byte(sum%26)
}

// number of two digits.
func number(digits string) int { return int(digits[0]-'0')*10 + int(digits[1]-'0') }
