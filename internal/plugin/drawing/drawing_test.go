/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/plugin/drawing"
	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
	"github.com/mezzanotte/mezzanotte/test/golden"
)

func TestPictures(t *testing.T) {
	for name, r := range nights(t) {
		t.Run(name, func(t *testing.T) {
			picture := svg(t, r)
			checkXML(t, picture)
			golden.Check(t, name+".svg", string(picture))
			golden.Check(t, name+".txt", string(chart(t, r, 80)))
		})
	}
}

// What a person must see at a glance is said in words, too.
func TestPictureSays(t *testing.T) {
	tests := map[string][]string{
		"two bands at one midnight": {
			"opens Wed 2 Dec 00:00 CET<", "ramp 23:41<", "Ready by 23:45<", "born-1946-1950  35<", "born-1951-1955  29<",
			"cap 200<", "the agent roster  8<", "back at the base Thu 3 Dec 00:00 CET<", "<desc", "role=\"img\"",
		},
		"a cap cuts": {
			"opens Wed 2 Dec 00:00 CET: NO-GO<", "40 of 64: 24 missing<", "cap 40<", "by maxReplicas<", `fill="url(#mz-hatch)"`,
			">NO-GO</tspan> born-1946-1950, born-1951-1955, Wed 2 Dec 00:00 CET: web needs 64",
		},
		"two nights, the later paused": {
			"opens Wed 2 Dec 00:00 CET<", "paused, not opening Fri 4 Dec 00:00 CET<", ">Paused</tspan> born-1951-1955", "1 d 22 h<",
		},
		"clocks go back":                 {"opens Sun 25 Oct 02:30 CEST<", "Sun 25 Oct CEST<", "Sun 25 Oct CET<", "opens Sun 25 Oct 02:30 CET<", ">no-forecast</tspan>", "02:30 CET, not known<"},
		"forty bands on twenty channels": {" other campaigns<"},
		"a floor of ten thousand":        {"10,000 of 25,000: 15,000 missing<"},
		"a channel without campaigns":    {"There is no opening to come. Every channel stays at its base: web 3<"},
		"a platform without channels":    {"There is no channel, so there is nothing to plan.<", "opens Fri 4 Dec 00:00 CET: born-1946-1950<"},
		"no platform":                    {"There is no platform, so there is nothing to plan.<"},
	}
	all := nights(t)
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			picture := string(svg(t, all[name]))
			for _, words := range want {
				if !strings.Contains(picture, words) {
					t.Errorf("nowhere says %q", words)
				}
			}
		})
	}
}

// A campaign has one colour in all panels, and shares it with nothing that is
// drawn on the same axis.
func TestColours(t *testing.T) {
	area := regexp.MustCompile(`<path fill="(#[0-9a-f]{6})"[^>]*><title>([^<]*)</title>`)
	for name, r := range nights(t) {
		t.Run(name, func(t *testing.T) {
			fills := map[string]string{}
			for _, strip := range strings.Split(string(svg(t, r)), `class="mz-strip"`)[1:] {
				causes := map[string]string{}
				for _, found := range area.FindAllStringSubmatch(strip, -1) {
					fill, cause := found[1], found[2]
					if before, ok := fills[cause]; ok && before != fill {
						t.Errorf("%s is %s and %s", cause, before, fill)
					}
					if other, ok := causes[fill]; ok && other != cause {
						t.Errorf("%s and %s are both %s", cause, other, fill)
					}
					fills[cause], causes[fill] = fill, cause
				}
				if len(causes) == 0 {
					t.Error("a strip without a floor")
				}
			}
		})
	}
}

// Names and messages come from outside.
func TestHostileWords(t *testing.T) {
	hostile := map[string]string{
		"a tag":                 `<script>alert(1)</script>`,
		"an entity":             `&amp; & &#0; &nbsp;`,
		"quotes":                `"' onload="x`,
		"the end of a CDATA":    `]]> -->`,
		"an escape sequence":    "\x1b[2J\x1b]0;x\x07",
		"not UTF-8":             "a\xff\xfeb\x00",
		"a change of direction": "abc\u202edef\u2066",
		"253 characters":        strings.Repeat("m", 253),
		"a format's verbs":      "%s%d%!%[9]s%n",
		"lines":                 "one\ntwo\r\nthree\tfour",
		"nothing":               "",
	}
	for name, words := range hostile {
		t.Run(name, func(t *testing.T) {
			c := infeasible(campaign(words, midnight), words)
			c.Paused = words
			p := report.Platform{Name: words, Campaigns: []report.Campaign{c}, Channels: []report.Channel{
				channel(words, 2, 40, wave{at: midnight, parts: []plan.Part{share(words, 40)}, wanted: 60}),
				channel(words, 2, 40),
			}}
			p.Channels[0].Steps[2].Reason = words
			r := report.Report{Now: midnight.Add(-time.Hour), Platforms: []report.Platform{p}}
			checkXML(t, svg(t, r))
			checkLines(t, chart(t, r, 80), 80)
		})
	}
}

// A writer that fails is reported.
func TestWriterFails(t *testing.T) {
	broken := errors.New("no space left")
	w := writer(func([]byte) (int, error) { return 0, broken })
	r := nights(t)["a cap cuts"]
	if err := drawing.SVG(w, r); !errors.Is(err, broken) {
		t.Errorf("SVG: got %v", err)
	}
	if err := drawing.Chart(w, r, 80); !errors.Is(err, broken) {
		t.Errorf("Chart: got %v", err)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestChartKeepsItsWidth(t *testing.T) {
	for name, r := range nights(t) {
		for _, width := range []int{80, 100, 132, 200} {
			t.Run(fmt.Sprintf("%s in %d columns", name, width), func(t *testing.T) {
				checkLines(t, chart(t, r, width), width)
			})
		}
		for _, width := range []int{-1, 0, 1, 1 << 30} {
			chart(t, r, width)
		}
	}
}

func svg(t testing.TB, r report.Report) []byte {
	t.Helper()
	var out, again bytes.Buffer
	if err := errors.Join(drawing.SVG(&out, r), drawing.SVG(&again, r)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Fatal("drawn twice, and not the same")
	}
	return out.Bytes()
}

func chart(t testing.TB, r report.Report, width int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := drawing.Chart(&out, r, width); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// checkXML checks that a picture is well formed and holds only what it should.
func checkXML(t testing.TB, picture []byte) {
	t.Helper()
	elements := []string{"svg", "title", "desc", "style", "defs", "pattern", "rect", "g", "path", "text", "tspan"}
	decoder := xml.NewDecoder(bytes.NewReader(picture))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(elements, start.Name.Local) {
			t.Fatalf("unexpected element %s", start.Name.Local)
		}
		for _, a := range start.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Name.Local, "href") {
				t.Fatalf("unexpected attribute %s", a.Name.Local)
			}
		}
	}
}

// checkLines checks that no line is too long for a terminal or does anything to it.
func checkLines(t testing.TB, text []byte, width int) {
	t.Helper()
	if !utf8.Valid(text) {
		t.Fatal("not UTF-8")
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > width {
			t.Errorf("%d columns: %s", n, line)
		}
		for _, letter := range line {
			if letter != ' ' && !unicode.IsPrint(letter) {
				t.Fatalf("%U in %q", letter, line)
			}
		}
	}
}
