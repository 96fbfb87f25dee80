/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package ical

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// parseCalendar reads a calendar as RFC 5545 says, and returns the properties of each
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

// unfold returns a calendar's lines, and refuses what lines may not be.
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
	for _, name := range []string{"UID", "DTSTAMP", "DTSTART", "SEQUENCE"} {
		if event[name] == "" {
			t.Fatalf("an event without %s: %q", name, event)
		}
	}
	unescape(t, event["SUMMARY"])
	unescape(t, event["LOCATION"])
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// unescape reads a text, and refuses characters that must not be in one.
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

var now = time.Date(2026, 12, 1, 23, 0, 5, 0, time.UTC)

func TestCalendar(t *testing.T) {
	out := Calendar{
		Method: Cancel, At: now, Sequence: 1 << 40, Domain: "example.org", Organizer: "bookings@example.org",
		Description: "Numero di prenotazione: 1234-5678-9ABC",
		Events: []Event{{
			Key: Key("123456789ABC", 1), Starts: time.Date(2026, 10, 25, 1, 58, 0, 0, time.UTC), Minutes: 8,
			Summary:  `Vaccinazione, dose 1 di 2; \n is not the end of a line` + "\nbut this is",
			Location: strings.Repeat("è", 100) + "\r\nEND:VCALENDAR",
		}},
	}
	events := parseCalendar(t, out.String())
	want := map[string]string{
		"UID": "11328f056c49468a-1@example.org", "DTSTAMP": "20261201T230005Z", "SEQUENCE": "2147483647", "ORGANIZER": "mailto:bookings@example.org",
		"DTSTART": "20261025T015800Z", "DTEND": "20261025T020600Z", "STATUS": "CANCELLED",
		"SUMMARY":     `Vaccinazione\, dose 1 di 2\; \\n is not the end of a line\nbut this is`,
		"LOCATION":    strings.Repeat("è", 100) + `\nEND:VCALENDAR`,
		"DESCRIPTION": "Numero di prenotazione: 1234-5678-9ABC",
	}
	if diff := cmp.Diff([]map[string]string{want}, events); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := unescape(t, events[0]["SUMMARY"]); got != out.Events[0].Summary {
		t.Errorf("summary %q, want %q", got, out.Events[0].Summary)
	}
	if !strings.Contains(out.String(), "METHOD:CANCEL\r\n") {
		t.Errorf("not cancelled:\n%s", out)
	}
}

// Unknown properties are left out. A calendar without an organizer is valid.
func TestLeastCalendar(t *testing.T) {
	out := Calendar{Method: Publish, At: now, Domain: "mezzanotte", Events: []Event{{Key: "a-1", Starts: now}}}
	want := map[string]string{
		"UID": "a-1@mezzanotte", "DTSTAMP": "20261201T230005Z", "SEQUENCE": "0", "DTSTART": "20261201T230005Z",
		"STATUS": "CONFIRMED", "SUMMARY": "", "LOCATION": "", "DESCRIPTION": "",
	}
	if diff := cmp.Diff([]map[string]string{want}, parseCalendar(t, out.String())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLocation(t *testing.T) {
	for _, tc := range []struct{ name, address, want string }{
		{"Hub Fiera", "Via Portuense 1645,\nRoma", "Hub Fiera, Via Portuense 1645, Roma"},
		{"Hub", "", "Hub"},
		{"", "Roma", "Roma"},
		{"", "", ""},
	} {
		if got := Location(tc.name, tc.address); got != tc.want {
			t.Errorf("%q, want %q", got, tc.want)
		}
	}
}

func FuzzCalendar(f *testing.F) {
	f.Add("Hub Fiera di Roma, Via Portuense 1645; Roma")
	f.Add(strings.Repeat("è", 80))
	f.Add("\r\nEND:VEVENT\r\n\x00\x7f\xff\\")
	f.Add(strings.Repeat("a", 66) + "𝄞")
	f.Fuzz(func(t *testing.T, text string) {
		out := Calendar{Method: Publish, At: now, Organizer: "a@example.org", Events: []Event{{Key: "a", Starts: now, Summary: text, Location: text}}}
		events := parseCalendar(t, out.String())
		var want strings.Builder
		for _, r := range text { // so that what is no character is one
			if !isControl(r) || r == '\n' {
				want.WriteRune(r)
			}
		}
		for _, name := range []string{"SUMMARY", "LOCATION"} {
			if got := unescape(t, events[0][name]); len(events) != 1 || got != want.String() {
				t.Errorf("%d events, %s %q, want %q", len(events), name, got, want.String())
			}
		}
	})
}
