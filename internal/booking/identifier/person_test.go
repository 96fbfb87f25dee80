/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package identifier

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// person has the data that a codice fiscale is made of.
type person struct {
	names  string // six letters
	born   civil.Day
	female bool
	place  string
	mask   int // bit n: the nth of the seven digits, from the right, is a letter
}

// byOddValue is the decree's table the other way round: the letter that counts 0
// in an odd place, then 1, 2 ….
const byOddValue = "BAKPLCQDREVOSFTGUHMINJWZYX"

// fiscal writes the code, in another way than the package reads it.
func (p person) fiscal() string {
	t := p.born.Midnight()
	day := t.Day()
	if p.female {
		day += 40
	}
	letter := map[time.Month]string{
		time.January: "A", time.February: "B", time.March: "C", time.April: "D", time.May: "E", time.June: "H",
		time.July: "L", time.August: "M", time.September: "P", time.October: "R", time.November: "S", time.December: "T",
	}[t.Month()]
	text := []byte(fmt.Sprintf("%s%02d%s%02d%s", p.names, t.Year()%100, letter, day, p.place))
	for bit, i := range []int{14, 13, 12, 10, 9, 7, 6} {
		if p.mask&(1<<bit) != 0 {
			text[i] = "LMNPQRSTUV"[text[i]-'0']
		}
	}
	return withCheck(string(text))
}

// withCheck adds the check character.
func withCheck(first15 string) string {
	sum := 0
	for i, c := range first15 {
		if c <= '9' {
			c += 'A' - '0' // a digit counts as the letter of its number
		}
		if place := i + 1; place%2 == 0 {
			sum += int(c - 'A')
		} else {
			sum += strings.IndexRune(byOddValue, c)
		}
	}
	return first15 + string(rune('A'+sum%26))
}

func randomPerson(random *rand.Rand) person {
	names := make([]byte, 6)
	for i := range names {
		names[i] = 'A' + byte(random.IntN(26))
	}
	return person{
		names:  string(names),
		born:   civil.Date(1906, 11, 24).Add(random.IntN(120 * 365)),
		female: random.IntN(2) == 0,
		place:  fmt.Sprintf("%c%03d", "ABCDEFGHIJKLMZ"[random.IntN(14)], random.IntN(1000)),
		mask:   random.IntN(128) * random.IntN(2),
	}
}

// scribbled returns a text as people may type it.
func scribbled(text string, random *rand.Rand) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteString([]string{"", "", " ", "\t", "\u00a0"}[random.IntN(5)])
		if random.IntN(2) == 0 {
			c = []rune(strings.ToLower(string(c)))[0]
		}
		b.WriteRune(c)
	}
	return b.String() + "\n"
}
