/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// parseCalendar reads a calendar as RFC 5545 says, and gives the properties of each
// of its events.
func parseCalendar(t testing.TB, text string) []map[string]string {
	t.Helper()
	var events []map[string]string
	var open []string
	for _, line := range unfold(t, text) {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			t.Fatalf("no property: %q", line)
		}
		switch {
		case name == "BEGIN":
			open = append(open, value)
			if value == "VEVENT" {
				events = append(events, map[string]string{})
			}
		case len(open) == 0:
			t.Fatalf("outside of everything: %q", line)
		case name == "END":
			if open[len(open)-1] != value {
				t.Fatalf("%s ends, open are %q", value, open)
			}
			open = open[:len(open)-1]
		case slices.Contains(open, "VEVENT"):
			event := events[len(events)-1]
			if _, twice := event[name]; twice {
				t.Fatalf("%s twice", name)
			}
			event[name] = value
		}
	}
	if len(open) > 0 {
		t.Fatalf("not ended: %q", open)
	}
	for _, event := range events {
		checkEvent(t, event)
	}
	return events
}

// unfold gives a calendar's lines, and refuses what lines may not be.
func unfold(t testing.TB, text string) []string {
	t.Helper()
	body, ended := strings.CutSuffix(text, "\r\n")
	if !ended {
		t.Fatalf("the last line does not end: %q", text)
	}
	for _, line := range strings.Split(body, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsFunc(line, isControl) {
			t.Fatalf("a line of %d bytes, or broken in a character, or with a control character: %q", len(line), line)
		}
	}
	return strings.Split(strings.ReplaceAll(body, "\r\n ", ""), "\r\n")
}

// checkEvent looks for what an event must have by RFC 5545 and, for methods, 5546.
func checkEvent(t testing.TB, event map[string]string) {
	t.Helper()
	for _, name := range []string{"UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE"} {
		if event[name] == "" {
			t.Fatalf("an event without %s: %q", name, event)
		}
	}
	unescape(t, event["SUMMARY"])
	unescape(t, event["LOCATION"])
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// unescape undoes what a text is written with, and refuses what may not be in one.
func unescape(t testing.TB, value string) string {
	t.Helper()
	var out strings.Builder
	for i := 0; i < len(value); i++ {
		switch c := value[i]; c {
		case ';', ',':
			t.Fatalf("%c is not escaped in %q", c, value)
		case '\\':
			i++
			plain, ok := map[string]string{`\`: `\`, ";": ";", ",": ",", "n": "\n", "N": "\n"}[value[i:min(i+1, len(value))]]
			if !ok {
				t.Fatalf("nothing is escaped in %q", value)
			}
			out.WriteString(plain)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

func TestCalendar(t *testing.T) {
	out := calendar{
		at: now, sequence: 1 << 40, organizer: "bookings@example.org",
		description: "Numero di prenotazione: 1234-5678-9ABC",
		entries: []entry{{
			uid: "a@example.org", starts: time.Date(2026, 10, 25, 2, 58, 0, 0, rome), minutes: 8,
			summary:  `Vaccinazione, dose 1 di 2; \n is not the end of a line` + "\nbut this is",
			location: strings.Repeat("è", 100) + "\r\nEND:VCALENDAR",
		}},
	}
	events := parseCalendar(t, out.String())
	want := map[string]string{
		"UID": "a@example.org", "DTSTAMP": "20261201T230005Z", "SEQUENCE": "2147483647", "ORGANIZER": "mailto:bookings@example.org",
		"DTSTART": "20261025T015800Z", "DTEND": "20261025T020600Z", "STATUS": "CONFIRMED",
		"SUMMARY":     `Vaccinazione\, dose 1 di 2\; \\n is not the end of a line\nbut this is`,
		"LOCATION":    strings.Repeat("è", 100) + `\nEND:VCALENDAR`,
		"DESCRIPTION": "Numero di prenotazione: 1234-5678-9ABC",
	}
	if diff := cmp.Diff([]map[string]string{want}, events); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := unescape(t, events[0]["SUMMARY"]); got != out.entries[0].summary {
		t.Errorf("summary %q, want %q", got, out.entries[0].summary)
	}
}

// A move keeps the appointments' UIDs, so that calendars change them, and a
// cancellation takes them away.
func TestCalendarsFollow(t *testing.T) {
	var uids, sequences []string
	for id, verb := range []string{"book", "move", "cancel"} {
		letter, err := sender("").write(message(int64(100+id), verb, "maria@example.org"), from, now)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]string{"cancel": "METHOD:CANCEL\r\n"}[verb]; !strings.Contains(letter.calendar, want) {
			t.Errorf("%s: no %q in\n%s", verb, want, letter.calendar)
		}
		for _, event := range parseCalendar(t, letter.calendar) {
			uids, sequences = append(uids, event["UID"]), append(sequences, event["SEQUENCE"])
		}
	}
	if diff := cmp.Diff([]string{"100", "100", "101", "101", "102", "102"}, sequences); diff != "" {
		t.Errorf("sequences (-want +got):\n%s", diff)
	}
	if len(uids) != 6 || uids[0] == uids[1] || !slices.Equal(uids[:2], uids[2:4]) || !slices.Equal(uids[:2], uids[4:]) {
		t.Errorf("UIDs %q", uids)
	}
}

func FuzzCalendar(f *testing.F) {
	f.Add("Hub Fiera di Roma, Via Portuense 1645; Roma")
	f.Add(strings.Repeat("è", 80))
	f.Add("\r\nEND:VEVENT\r\n\x00\x7f\xff\\")
	f.Add(strings.Repeat("a", 66) + "𝄞")
	f.Fuzz(func(t *testing.T, text string) {
		out := calendar{at: now, organizer: "a@example.org", entries: []entry{{uid: "a", starts: now, summary: text, location: text}}}
		events := parseCalendar(t, out.String())
		var want strings.Builder
		for _, r := range text { // so that what is no character is one
			if !isControl(r) || r == '\n' {
				want.WriteRune(r)
			}
		}
		if got := unescape(t, events[0]["SUMMARY"]); len(events) != 1 || got != want.String() {
			t.Errorf("%d events, summary %q, want %q", len(events), got, fmt.Sprint(&want))
		}
	})
}
