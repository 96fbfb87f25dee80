/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package svg

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestCutAndWrap(t *testing.T) {
	short := func(s string) bool { return utf8.RuneCountInString(s) <= 10 }
	for in, want := range map[string]string{
		"": "", "short": "short", "exactly 10": "exactly 10", "one letter more": "one lette…", "twelve   abc": "twelve…",
		"àèìòùàèìòùàèìòù": "àèìòùàèìò…",
	} {
		if got := Cut(in, short); got != want {
			t.Errorf("Cut(%q) is %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string][]string{
		"":                          nil,
		"one two three":             {"one two", "three"},
		"one two three four five":   {"one two", "three fou…"},
		"incomprehensibilities two": {"incompreh…", "two"},
		strings.Repeat("m", 253):    {"mmmmmmmmm…"},
	} {
		if diff := cmp.Diff(want, Wrap(in, 2, short)); diff != "" {
			t.Errorf("Wrap(%q) (-want +got):\n%s", in, diff)
		}
	}
}

func TestLength(t *testing.T) {
	for in, want := range map[Length]string{0: "0", 10: "1", -10: "-1", 5: "0.5", -5: "-0.5", 1234: "123.4"} {
		if got := in.String(); got != want {
			t.Errorf("%d is %q, want %q", int64(in), got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for in, want := range map[float64]string{0: "0 ms", 1.5: "1.5 ms", 22.4: "22 ms", 1000: "1 s", 2400: "2.4 s", 12_000: "12 s"} {
		if got := Duration(in); got != want {
			t.Errorf("Duration(%g) is %q, want %q", in, got, want)
		}
	}
}

func TestEscaped(t *testing.T) {
	for in, want := range map[string]string{"a<b>&\"": "a&lt;b&gt;&amp;&#34;", "a\xffb": "a\uFFFDb", "a\x1b[2J": "a\uFFFD[2J", "a\u202eb": "a\uFFFDb", "a\nb": "a b"} {
		if got := Escaped(in); got != want {
			t.Errorf("Escaped(%q) is %q, want %q", in, got, want)
		}
	}
}
