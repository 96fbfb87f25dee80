/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// calendarOf returns a booking as RFC 5545 has it. Instants are in UTC, so that no
// calendar needs to know a zone. An appointment's UID tells the booking apart without
// saying its number.
func (v *visit) calendarOf(b *page.Booked) string {
	var w lines
	w.add("BEGIN", "VCALENDAR")
	w.add("VERSION", "2.0")
	w.add("PRODID", "-//Mezzanotte//Booking//EN")
	w.add("METHOD", "PUBLISH")
	for i, s := range b.Spots {
		hub := v.scene().Hub(s.Hub)
		sum := sha256.Sum256(fmt.Appendf(nil, "mezzanotte %s %d", strings.ReplaceAll(b.Number, "-", ""), i+1))
		summary := v.words.Service(b.Service)
		if len(b.Spots) > 1 {
			summary += ", " + v.words.Say("dose", i+1, len(b.Spots))
		}
		w.add("BEGIN", "VEVENT")
		w.add("UID", fmt.Sprintf("%x-%d@mezzanotte", sum[:8], i+1))
		w.add("DTSTAMP", instant(v.now))
		w.add("SEQUENCE", fmt.Sprint(b.Moved%(1<<31)))
		w.add("DTSTART", instant(s.At()))
		if s.Minutes > 0 {
			w.add("DTEND", instant(s.At().Add(time.Duration(s.Minutes)*time.Minute)))
		}
		w.add("SUMMARY", escape(summary))
		w.add("LOCATION", escape(strings.Trim(hub.DisplayName+", "+hub.Address, ", ")))
		w.add("DESCRIPTION", escape(v.words.Say("calendar.number", b.Number)))
		w.add("STATUS", "CONFIRMED")
		w.add("END", "VEVENT")
	}
	w.add("END", "VCALENDAR")
	return w.String()
}

func instant(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// escape writes a text as a value: RFC 5545, 3.3.11.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// widest is how many bytes a line has at most, without its end: RFC 5545, 3.1.
const widest = 75

// lines of a calendar.
type lines struct{ strings.Builder }

// add writes a property, folded between characters, without control characters.
func (w *lines) add(name, value string) {
	width := 0
	for _, r := range name + ":" + value {
		if r < ' ' && r != '\t' || r == 0x7f {
			continue
		}
		if n := utf8.RuneLen(r); width+n > widest {
			w.WriteString("\r\n ")
			width = 1 + n
		} else {
			width += n
		}
		w.WriteRune(r)
	}
	w.WriteString("\r\n")
}
