/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package people

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// The alphabet of a codice fiscale, from the decree of 23 December 1976.
const (
	months = "ABCDEHLMPRST"
	// byOddValue lists the letters by their value in an odd place: the decree's table,
	// inverted. A digit counts as the letter of its number.
	byOddValue = "BAKPLCQDREVOSFTGUHMINJWZYX"
	femaleDays = 40
	// nowhere is a foreign state that does not exist, so that no code is a real person's.
	nowhere = "Z000"
)

// names is the number of different six-letter names. spread is coprime to it, so that
// multiples of spread reach each name once.
const (
	names  = 26 * 26 * 26 * 26 * 26 * 26
	spread = 122_820_761
)

// fiscalCode returns the code of a person with the nth name.
func fiscalCode(n uint64, born civil.Day, female bool) string {
	var code [16]byte
	letters := n % names * spread % names
	for i := range 6 {
		code[i] = 'A' + byte(letters%26)
		letters /= 26
	}
	year, month, day := born.Midnight().Date()
	if female {
		day += femaleDays
	}
	twoDigits(code[6:], year%100)
	code[8] = months[month-time.January]
	twoDigits(code[9:], day)
	copy(code[11:], nowhere)
	code[15] = checkCharacter(code[:15])
	return string(code[:])
}

func twoDigits(to []byte, n int) { to[0], to[1] = '0'+byte(n/10), '0'+byte(n%10) }

func checkCharacter(first15 []byte) byte {
	sum := 0
	for i, c := range first15 {
		if c <= '9' {
			c += 'A' - '0'
		}
		if i%2 == 1 {
			sum += int(c - 'A')
		} else {
			sum += oddValue[c-'A']
		}
	}
	return 'A' + byte(sum%26)
}

var oddValue = func() (values [26]int) {
	for value, letter := range []byte(byOddValue) {
		values[letter-'A'] = value
	}
	return values
}()
