/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// entry is an appointment as calendars take it.
type entry struct {
	uid      string
	starts   time.Time
	minutes  int // 0 where nobody knows any more
	summary  string
	location string
}

// calendar is what goes into one file.
type calendar struct {
	cancelled   bool
	at          time.Time
	sequence    int64 // later ones of an entry have greater ones
	organizer   string
	description string
	entries     []entry
}

// String gives the calendar as RFC 5545 has it. Instants are in UTC, so that no
// calendar needs to know a zone.
func (c calendar) String() string {
	var w lines
	method, status := "PUBLISH", "CONFIRMED"
	if c.cancelled {
		method, status = "CANCEL", "CANCELLED"
	}
	w.add("BEGIN", "VCALENDAR")
	w.add("VERSION", "2.0")
	w.add("PRODID", "-//Mezzanotte//Booking//EN")
	w.add("METHOD", method)
	for _, e := range c.entries {
		w.add("BEGIN", "VEVENT")
		w.add("UID", e.uid)
		w.add("DTSTAMP", instant(c.at))
		w.add("SEQUENCE", fmt.Sprint(min(c.sequence, math.MaxInt32)))
		w.add("ORGANIZER", "mailto:"+c.organizer)
		w.add("DTSTART", instant(e.starts))
		if e.minutes > 0 {
			w.add("DTEND", instant(e.starts.Add(time.Duration(e.minutes)*time.Minute)))
		}
		w.add("SUMMARY", escape(e.summary))
		w.add("LOCATION", escape(e.location))
		w.add("DESCRIPTION", escape(c.description))
		w.add("STATUS", status)
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

// add writes a property, folded between characters. A control character that got in
// would end the line, or the trust of who reads it: it is left out.
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
