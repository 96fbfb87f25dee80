/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package identifier

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

var today = civil.Date(2026, 11, 23)

func parse(t testing.TB, text string) Identifier {
	t.Helper()
	id, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestParse(t *testing.T) {
	for name, tc := range map[string]struct {
		text  string
		kind  Kind
		code  string
		sex   Sex
		dates string
	}{
		"the textbook's Mario Rossi":            {"RSSMRA85T10A562S", FiscalCode, "RSSMRA85T10A562S", Male, "1985-12-10"},
		"in small letters and with spaces":      {" rss mra 85t10 a562s\n", FiscalCode, "RSSMRA85T10A562S", Male, "1985-12-10"},
		"with spaces that are not ASCII":        {"RSSMRA\u00a085T10\u2003A562S", FiscalCode, "RSSMRA85T10A562S", Male, "1985-12-10"},
		"a published man":                       {"RCCMNL83S18D969H", FiscalCode, "RCCMNL83S18D969H", Male, "1983-11-18"},
		"a published woman":                     {"CNTCHR83T41D969D", FiscalCode, "CNTCHR83T41D969D", Female, "1983-12-01"},
		"a published man of Cesano Maderno":     {"RSSMRA79B11C566R", FiscalCode, "RSSMRA79B11C566R", Male, "1979-02-11"},
		"omocodia, no digit":                    {"CCCFBA85D03L219P", FiscalCode, "CCCFBA85D03L219P", Male, "1985-04-03"},
		"omocodia, one digit":                   {"CCCFBA85D03L21VE", FiscalCode, "CCCFBA85D03L21VE", Male, "1985-04-03"},
		"omocodia, two digits":                  {"CCCFBA85D03L2MVP", FiscalCode, "CCCFBA85D03L2MVP", Male, "1985-04-03"},
		"omocodia, the day too":                 {"CCCFBA85DLPLNMVL", FiscalCode, "CCCFBA85DLPLNMVL", Male, "1985-04-03"},
		"omocodia, all seven digits":            {"CCCFBAURDLPLNMVU", FiscalCode, "CCCFBAURDLPLNMVU", Male, "1985-04-03"},
		"omocodia, another published":           {"RSSMRAULRL1H50MM", FiscalCode, "RSSMRAULRL1H50MM", Male, "1980-10-01"},
		"born abroad":                           {withCheck("MHMLAI90A01Z352"), FiscalCode, withCheck("MHMLAI90A01Z352"), Male, "1990-01-01"},
		"either 20 or 120 years old":            {withCheck("RSSMRA06T10H501"), FiscalCode, withCheck("RSSMRA06T10H501"), Male, "1906-12-10 2006-12-10"},
		"120 today or born today":               {withCheck("RSSMRA26S23H501"), FiscalCode, withCheck("RSSMRA26S23H501"), Male, "1926-11-23 2026-11-23"},
		"born tomorrow, so a century ago":       {withCheck("RSSMRA26S24H501"), FiscalCode, withCheck("RSSMRA26S24H501"), Male, "1926-11-24"},
		"120 years, to the last day":            {withCheck("RSSMRA05S24H501"), FiscalCode, withCheck("RSSMRA05S24H501"), Male, "1905-11-24 2005-11-24"},
		"121 years since yesterday":             {withCheck("RSSMRA05S22H501"), FiscalCode, withCheck("RSSMRA05S22H501"), Male, "2005-11-22"},
		"121 years today":                       {withCheck("RSSMRA05S23H501"), FiscalCode, withCheck("RSSMRA05S23H501"), Male, "2005-11-23"},
		"a leap day of 2000, for 1900 had none": {withCheck("RSSMRA00B69H501"), FiscalCode, withCheck("RSSMRA00B69H501"), Female, "2000-02-29"},
		"a leap day of one century or another":  {withCheck("RSSMRA24B29H501"), FiscalCode, withCheck("RSSMRA24B29H501"), Male, "1924-02-29 2024-02-29"},
		"a surname that begins like STP":        {withCheck("STPMRA85T10A562"), FiscalCode, withCheck("STPMRA85T10A562"), Male, "1985-12-10"},
		"a surname that begins like ENI":        {withCheck("ENIMRA85T10A562"), FiscalCode, withCheck("ENIMRA85T10A562"), Male, "1985-12-10"},
		"a temporary code":                      {"12345670488", TemporaryFiscalCode, "12345670488", Unknown, ""},
		"a temporary code with spaces":          {"1234567 048 8", TemporaryFiscalCode, "12345670488", Unknown, ""},
		"a foreigner temporarily present":       {"stp 120 101 0000123", STP, "STP1201010000123", Unknown, ""},
		"a European not enrolled":               {"ENI1201010000123", ENI, "ENI1201010000123", Unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			id := parse(t, tc.text)
			type seen struct {
				Kind  Kind
				Code  string
				Sex   Sex
				Dates string
				Has   bool
			}
			want := seen{tc.kind, tc.code, tc.sex, tc.dates, tc.dates != ""}
			got := seen{id.Kind(), id.Reveal(), id.Sex(), words(id.BirthDates(today)), id.HasBirthDate()}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The same code, as the years go by.
func TestBirthDates(t *testing.T) {
	leapDay := withCheck("RSSMRA00B29H501")
	for name, tc := range map[string]struct{ code, today, want string }{
		"a man of 85, seen in 2071":                {"RSSMRA85T10A562S", "2071-01-01", "1985-12-10"},
		"the day before the next is born":          {"RSSMRA85T10A562S", "2085-12-09", "1985-12-10"},
		"the day on which the next is born":        {"RSSMRA85T10A562S", "2085-12-10", "1985-12-10 2085-12-10"},
		"the last day on which he may be alive":    {"RSSMRA85T10A562S", "2106-12-09", "1985-12-10 2085-12-10"},
		"the day after":                            {"RSSMRA85T10A562S", "2106-12-10", "2085-12-10"},
		"seen from another century than both":      {"RSSMRA85T10A562S", "2002-06-01", "1885-12-10 1985-12-10"},
		"a leap day of which there was but one":    {leapDay, "2110-01-01", "2000-02-29"},
		"a leap day after which there was none":    {leapDay, "2121-03-01", ""},
		"a leap day: 121 years later is 1 March":   {leapDay, "2121-02-28", "2000-02-29"},
		"a code of somebody who is not born yet":   {leapDay, "1999-12-31", ""},
		"a code without a birth date, at any time": {"12345670488", "2026-01-01", ""},
	} {
		t.Run(name, func(t *testing.T) {
			day, err := civil.Parse(tc.today)
			if err != nil {
				t.Fatal(err)
			}
			if got := words(parse(t, tc.code).BirthDates(day)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func words(days []civil.Day) string {
	var words []string
	for _, day := range days {
		words = append(words, day.String())
	}
	return strings.Join(words, " ")
}

func TestParseRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		text     string
		position int
		want     string
	}{
		"nothing":                           {"", 0, "identifier is empty; a codice fiscale has 16 characters, a temporary one 11 digits, an STP or ENI code those letters and 13 digits"},
		"nothing but spaces":                {" \t\u00a0", 0, "identifier is empty"},
		"one character too few":             {"RSSMRA85T10A562", 0, "identifier has 15 characters; a codice fiscale has 16"},
		"one too many":                      {"RSSMRA85T10A562SS", 0, "identifier has 17 characters"},
		"a book":                            {strings.Repeat("RSSMRA85T10A562S", 1000), 0, "identifier is too long"},
		"spaces without end":                {strings.Repeat(" ", 65), 0, "identifier is too long"},
		"a full stop":                       {"RSSMRA.85T10A562S", 7, "identifier: character 7 is neither a letter from A to Z nor a digit"},
		"an accent":                         {"RÒSMRA85T10A562S", 2, "is neither a letter from A to Z"},
		"a letter that only looks like S":   {"RſSMRA85T10A562S", 2, "is neither a letter from A to Z"},
		"digits of another script":          {"RSSMRA٨٥T10A562S", 7, "is neither a letter from A to Z"},
		"bytes that are no text":            {"RSS\xff\xfeA85T10A562S", 4, "is neither a letter from A to Z"},
		"a zero byte":                       {"RSSMRA85T10A562\x00", 16, "is neither a letter from A to Z"},
		"spaces do not count":               {"RSS MRA 85? 10", 9, "identifier: character 9 is neither"},
		"a digit in the surname":            {"R5SMRA85T10A562S", 2, "identifier: character 2 is not a letter; in a codice fiscale it is a letter from A to Z"},
		"the letter O for 0":                {"RSSMRA85T1OA562S", 11, "identifier: character 11 is not a digit, nor a letter that may replace one; write a digit from 0 to 9, not the letter O for 0 or I for 1, or the letter on the card"},
		"no such month":                     {"RSSMRA85F10A562S", 9, "identifier: character 9 is no letter of a month; write one of A B C D E H L M P R S T, for January to December"},
		"day 0":                             {"RSSMRA85T00A562S", 10, "identifier: character 10 and the next are no day of that month"},
		"day 32":                            {"RSSMRA85T32A562S", 10, "and for women 40 more, such as 49"},
		"day 40":                            {"RSSMRA85T40A562S", 10, "are no day of that month"},
		"day 72":                            {"RSSMRA85T72A562S", 10, "are no day of that month"},
		"31 November":                       {"RSSMRA85S31A562S", 10, "are no day of that month"},
		"29 February of a common year":      {"RSSMRA85B29A562S", 10, "are no day of that month"},
		"30 February in omocodia":           {"RSSMRA84BPLA562S", 10, "are no day of that month"},
		"a place that is none":              {"RSSMRA85T10N562S", 12, "identifier: character 12 is no letter of a place; write A to M for a municipality, Z for a foreign state"},
		"a wrong check character":           {"RSSMRA85T10A562T", 0, "identifier does not agree with its check character, the last; copy it from the card character by character: one is wrong, or two are swapped"},
		"a digit for the check character":   {"RSSMRA85T10A5625", 16, "is not a letter"},
		"two characters swapped":            {"RSSRMA85T10A562S", 0, "does not agree with its check character"},
		"omocodia with the old check":       {"CCCFBA85D03L21VP", 0, "does not agree with its check character"},
		"a letter in a temporary code":      {"1234567O488", 8, "identifier: character 8 is not a digit; write a digit from 0 to 9, not the letter O for 0 or I for 1"},
		"a wrong check digit":               {"12345670489", 0, "identifier does not agree with its check digit, the last"},
		"an organisation's code":            {"80012345674", 1, "is a digit with which only the codes of organisations begin; write the code of the person to be booked"},
		"number 0":                          {"00000000588", 0, "has a number that is never given"},
		"an STP code that is too short":     {"STP120101000012", 0, "identifier has 15 characters"},
		"an STP code with a letter":         {"STP12010100O0123", 12, "is not a digit"},
		"an ENI code that is much too long": {"ENI12010100001234567", 0, "identifier has 20 characters"},
		"a code that is none of these":      {"XYZ1201010000123", 4, "is not a letter"},
		"a database's language":             {"' OR 1=1; --", 1, "is neither a letter"},
	} {
		t.Run(name, func(t *testing.T) {
			id, err := Parse(tc.text)
			var wrong *Error
			if !errors.As(err, &wrong) || !id.IsZero() {
				t.Fatalf("got %q and error %v, want an *Error", id.Reveal(), err)
			}
			if wrong.Position != tc.position {
				t.Errorf("the position is %d, want %d", wrong.Position, tc.position)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("the error is\n\t%s\nwant\n\t%s", err, tc.want)
			}
			checkDiscreet(t, tc.text, err)
		})
	}
}

// checkDiscreet checks that an error repeats nothing of the input: no four characters in a
// row.
func checkDiscreet(t *testing.T, text string, err error) {
	t.Helper()
	written := strings.ToUpper(strings.Join(strings.Fields(text), ""))
	for i := 0; i+4 <= len(written); i++ {
		if strings.Contains(err.Error(), written[i:i+4]) && strings.Trim(written[i:i+4], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" {
			t.Errorf("the error says %q: %v", written[i:i+4], err)
		}
	}
}

// What another program writes is read back.
func TestParseReadsEveryPerson(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 16))
	for range 20_000 {
		p := randomPerson(random)
		text := p.fiscal()
		id, err := Parse(scribbled(text, random))
		if err != nil {
			t.Fatalf("%+v, %s: %v", p, text, err)
		}
		if id.Reveal() != text || (id.Sex() == Female) != p.female {
			t.Fatalf("%+v: read %s, sex %d", p, id.Reveal(), id.Sex())
		}
		dates := id.BirthDates(today)
		found := false
		for i, day := range dates {
			found = found || day == p.born
			if i > 0 && !dates[i-1].Before(day) || !Plausible(day, today) {
				t.Fatalf("%+v: dates %v", p, dates)
			}
		}
		if !found || len(dates) > 2 {
			t.Fatalf("%+v: dates %v", p, dates)
		}
	}
}

// The check character finds every single wrong character, except those with the same value,
// and no error repeats the code.
func TestOneWrongCharacter(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 17))
	tried, taken := 0, 0
	for range 300 {
		text := []byte(randomPerson(random).fiscal())
		for i := range text {
			right := text[i]
			for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") {
				if c == right {
					continue
				}
				tried++
				text[i] = c
				switch _, err := Parse(string(text)); {
				case err != nil:
					checkDiscreet(t, string(text), err)
				// A digit and the letter of omocodia may count the same.
				case isDigit(c) == isDigit(right):
					t.Errorf("%s is taken, with %c for %c at %d", text, c, right, i+1)
				default:
					taken++
				}
			}
			text[i] = right
		}
	}
	if taken*100 > tried {
		t.Errorf("%d of %d wrong codes are taken", taken, tried)
	}
}

func TestOneWrongDigit(t *testing.T) {
	text := []byte("12345670488")
	for i := range text {
		right := text[i]
		for c := byte('0'); c <= '9'; c++ {
			if text[i] = c; c != right {
				if id, err := Parse(string(text)); err == nil {
					t.Errorf("%s is taken", id.Reveal())
				}
			}
		}
		text[i] = right
	}
}

// Omocodia makes another person of it, not another spelling.
func TestOmocodiaIsAnotherPerson(t *testing.T) {
	p := randomPerson(rand.New(rand.NewPCG(4, 18)))
	seen := map[string]bool{}
	for p.mask = range 128 {
		id := parse(t, p.fiscal())
		if seen[id.Reveal()] {
			t.Errorf("%s twice", id.Reveal())
		}
		seen[id.Reveal()] = true
	}
}

func TestEqual(t *testing.T) {
	one, same, other := parse(t, "RSSMRA85T10A562S"), parse(t, "rss mra 85t10a562s"), parse(t, "RCCMNL83S18D969H")
	if !one.Equal(same) || one.Equal(other) || one.Equal(Identifier{}) || !(Identifier{}).Equal(Identifier{}) {
		t.Error("equal is not what is written alike")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"RSSMRA85T10A562S", "rss mra 85t10 a562s", "CCCFBAURDLPLNMVU", "12345670488", "STP1201010000123", "ENI1201010000123",
		"STPMRA85T10A562S", "RSSMRA00B29H501Y", "RSSMRA85T72A562S", "", "\xff", "RSSMRA85T1OA562S",
	} {
		f.Add(seed, int32(0))
		f.Add(seed, int32(-60_000))
	}
	f.Fuzz(func(t *testing.T, text string, later int32) {
		id, err := Parse(text)
		if err != nil {
			var wrong *Error
			if !errors.As(err, &wrong) || wrong.Right == "" || wrong.Position < 0 || wrong.Position > longest {
				t.Fatalf("error %#v", err)
			}
			checkDiscreet(t, text, err)
			return
		}
		if again := parse(t, id.Reveal()); !again.Equal(id) {
			t.Errorf("%q is read as %s, then as %s", text, id.Reveal(), again.Reveal())
		}
		day := today.Add(int(later))
		for _, born := range id.BirthDates(day) {
			if born.After(day) || born.Years(121).Compare(day) <= 0 {
				t.Errorf("born on %s, as seen on %s", born, day)
			}
		}
	})
}
