/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		width int
		want  []string
	}{
		"short":                     {"a b", 10, []string{"a b"}},
		"between words":             {"one two three", 7, []string{"one two", "three"}},
		"a word that is too long":   {"to abcdefghij or", 4, []string{"to", "abcd", "efgh", "ij", "or"}},
		"letters, not bytes":        {"città città", 11, []string{"città città"}},
		"nothing":                   {"", 10, []string{""}},
		"no room":                   {"ab", 0, []string{"a", "b"}},
		"orders to the terminal":    {"too\x1b[2Jfew\r\ndoses\x07", 80, []string{"too [2Jfew doses"}},
		"lines of its own are lost": {"one\ntwo\n", 80, []string{"one two"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, wrap(test.text, test.width)); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ from, to, want string }{
		"an instant":                {"2026-12-01T22:20:00Z", "2026-12-01T22:20:00Z", "23:20 CET"},
		"with seconds":              {"2026-12-01T22:20:30Z", "2026-12-01T22:20:30Z", "23:20:30 CET"},
		"within a day":              {"2026-12-01T22:20:00Z", "2026-12-01T22:44:00Z", "23:20 → 23:44 CET"},
		"across midnight":           {"2026-12-01T22:50:00Z", "2026-12-01T23:12:00Z", "23:50 → Wed 2 Dec 00:12 CET"},
		"across a change of clocks": {"2026-10-25T00:50:00Z", "2026-10-25T01:10:00Z", "02:50 CEST → 02:10 CET"},
	} {
		t.Run(name, func(t *testing.T) {
			from, err := time.Parse(time.RFC3339, test.from)
			if err != nil {
				t.Fatal(err)
			}
			to, err := time.Parse(time.RFC3339, test.to)
			if err != nil {
				t.Fatal(err)
			}
			if got := span(from, to, rome); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A climb is told in one line where it has no pause and no turn.
func TestRunLength(t *testing.T) {
	type point struct{ minute, floor int }
	for name, test := range map[string]struct {
		points []point
		want   int
	}{
		"a climb":                   {[]point{{0, 2}, {60, 5}, {61, 9}, {62, 12}}, 3},
		"two steps are told as two": {[]point{{0, 2}, {60, 5}, {61, 9}}, 1},
		"a pause ends it":           {[]point{{0, 2}, {60, 5}, {61, 9}, {62, 12}, {90, 15}}, 3},
		"a turn ends it":            {[]point{{0, 2}, {60, 5}, {61, 9}, {62, 12}, {63, 11}}, 3},
		"another reason ends it":    {[]point{{0, 2}, {60, 5}, {61, 9}, {62, 12}, {63, 12}}, 3},
		"a descent":                 {[]point{{0, 9}, {5, 8}, {10, 7}, {15, 5}, {20, 2}}, 4},
		"only the reason changes":   {[]point{{0, 9}, {1, 9}, {2, 9}, {3, 9}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var steps []Step
			for _, p := range test.points {
				steps = append(steps, Step{At: time.Unix(int64(p.minute)*60, 0), Floor: p.floor})
			}
			if got := runLength(steps); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
