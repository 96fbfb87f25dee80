/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package number

import (
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
)

func from(bits uint64) Number {
	var random [8]byte
	binary.BigEndian.PutUint64(random[:], bits)
	return New(random)
}

func TestNew(t *testing.T) {
	for name, tc := range map[string]struct {
		bits uint64
		want string
	}{
		"nothing but zeros":      {0, "0000-0000-0000"},
		"nothing but ones":       {1<<64 - 1, "ZZZZ-ZZZZ-ZZZ5"},
		"the first symbol alone": {1, "1000-0000-000C"},
		"what is over 55 bits":   {1 << 55, "0000-0000-0000"},
		"as it comes":            {0x0123456789abcdef, "FFKQ-T4YC-5T8T"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := from(tc.bits).String(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	for name, text := range map[string]string{
		"as it is written":       "1000-0000-000C",
		"without dashes":         "10000000000C",
		"in small letters":       "1000-0000-000c",
		"O for 0":                "1OoO-O0O0-o0oC",
		"I for 1":                "I000-0000-000C",
		"l for 1":                "l000-0000-000C",
		"spaces":                 " 1000 0000\u00a0000C\n",
		"dashes of a typesetter": "1000–0000—000C",
		"dashes anywhere":        "1-0-0-0-0-0-0-0-0-0-0-C-",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(text)
			if err != nil || got != from(1) || got.Symbols() != "10000000000C" {
				t.Errorf("got %q and error %v", got, err)
			}
		})
	}
}

// The number of the package comment, whose last symbol was found by another program.
func TestParseTheExample(t *testing.T) {
	const example = "7K3M-Q9TX-4B2Z"
	if got, err := Parse(example); err != nil || got.String() != example {
		t.Errorf("got %s and error %v", got, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"nothing":                  {"", "booking number has 0 symbols; write all 12, as in the confirmation"},
		"one symbol too few":       {"1000-0000-000", "has 11 symbols"},
		"one too many":             {"1000-0000-000C0", "has 13 symbols"},
		"a letter that is no part": {"1000-0000-00UC", "booking number: symbol 11 is none that is used; write digits and letters, but never U"},
		"a letter with an accent":  {"1000-é000-000C", "symbol 5 is none"},
		"a star":                   {"1000-0000-000*", "symbol 12 is none"},
		"one wrong":                {"2000-0000-000C", "booking number does not agree with its last symbol; compare it with the confirmation: one is wrong, or two are swapped"},
		"two swapped":              {"0100-0000-000C", "does not agree"},
		"a book":                   {strings.Repeat("1000-0000-000C ", 100), "booking number is too long; write its 12 symbols"},
		"bytes that are no text":   {"1000-\xff000-000C", "symbol 5 is none"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(tc.text)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !got.IsZero() {
				t.Errorf("got %q and error %v, want %s", got, err, tc.want)
			}
		})
	}
}

// One wrong symbol, and any two that are swapped, are always found.
func TestMistakesAreFound(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 32))
	for range 200 {
		right := from(random.Uint64()).Symbols()
		for i := range right {
			for _, c := range []byte(alphabet) {
				if c != right[i] {
					refused(t, right[:i]+string(c)+right[i+1:])
				}
			}
			for j := range i {
				wrong := []byte(right)
				wrong[i], wrong[j] = wrong[j], wrong[i]
				if right[i] != right[j] {
					refused(t, string(wrong))
				}
			}
		}
	}
}

func refused(t *testing.T, text string) {
	t.Helper()
	if _, err := Parse(text); err == nil {
		t.Errorf("%s is taken", text)
	}
}

// All of 55 bits make a difference, and no symbol is likelier than another.
func TestNumbersAreSpreadEvenly(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 33))
	seen := map[Number]bool{}
	var count [length]map[byte]int
	for i := range count {
		count[i] = map[byte]int{}
	}
	for range 55 {
		seen[from(1<<len(seen))] = true
	}
	if len(seen) != 55 {
		t.Errorf("55 bits give %d numbers", len(seen))
	}
	const draws = 32_000
	for range draws {
		for i, c := range []byte(from(random.Uint64()).Symbols()) {
			count[i][c]++
		}
	}
	for i := range count {
		for _, c := range []byte(alphabet) {
			if n := count[i][c]; n < draws/32*8/10 || n > draws/32*12/10 {
				t.Errorf("symbol %d is %c %d times in %d", i+1, c, n, draws)
			}
		}
	}
}

func TestMarshal(t *testing.T) {
	text, err := json.Marshal(map[string]Number{"number": from(1)})
	if err != nil || string(text) != `{"number":"1000-0000-000C"}` {
		t.Errorf("%s, %v", text, err)
	}
	var back struct{ Number Number }
	if err := json.Unmarshal([]byte(`{"number":"lOOO 0000 000c"}`), &back); err != nil || back.Number != from(1) {
		t.Errorf("%+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"number":"2OOO 0000 000c"}`), &back); err == nil || back.Number != from(1) {
		t.Errorf("%+v, %v", back, err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("booked", "number", from(1))
	if !strings.Contains(log.String(), `"number":"[booking number]"`) {
		t.Errorf("logged %s", log.String())
	}
	if (Number{}).String() != "" {
		t.Error("no number is written")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1000-0000-000C", "FFKQ-T4YC-5T8T", "zzzz zzzz zzz5", "Ooo0-IlIl-1111", "", "U", "\xff", "００００-0000-0000"} {
		f.Add(seed, uint64(len(seed)))
	}
	f.Fuzz(func(t *testing.T, text string, bits uint64) {
		if n, err := Parse(text); err == nil {
			again, err := Parse(n.String())
			if err != nil || again != n || len(n.Symbols()) != length {
				t.Errorf("%q is read as %s, then as %s: %v", text, n, again, err)
			}
		} else if !n.IsZero() {
			t.Errorf("%q: a number and an error", text)
		}
		n := from(bits)
		for _, written := range []string{n.String(), n.Symbols(), strings.ToLower(n.String())} {
			if got, err := Parse(written); err != nil || got != n {
				t.Errorf("%s is read as %s: %v", written, got, err)
			}
		}
	})
}
