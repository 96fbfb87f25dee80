/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package ical writes appointments as files for calendars: RFC 5545. Instants are in UTC,
// so that no calendar needs to know a zone.
package ical

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Method tells a calendar what to do with the events: RFC 5546.
type Method string

// The methods. There is no REQUEST, because it would ask people to accept.
const (
	Publish Method = "PUBLISH"
	Cancel  Method = "CANCEL"
)

// status of the events under a method.
func (m Method) status() string {
	if m == Cancel {
		return "CANCELLED"
	}
	return "CONFIRMED"
}

// Calendar is the content of one file.
type Calendar struct {
	Method      Method
	At          time.Time // when it is written
	Sequence    int64     // grows with each file about the same events
	Domain      string    // of the UIDs: later files about the same events need the same
	Organizer   string    // an e-mail address, or ""
	Description string
	Events      []Event
}

// Event is one appointment.
type Event struct {
	Key      string // see [Key]
	Starts   time.Time
	Minutes  int // 0 if unknown
	Summary  string
	Location string
}

// Key returns the key of a dose of a booking, which does not show the booking's number.
func Key(symbols string, dose int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "mezzanotte %s %d", symbols, dose))
	return fmt.Sprintf("%x-%d", sum[:8], dose)
}

// Location returns a name and an address on one line; either may be "".
func Location(name, address string) string {
	return strings.Trim(oneLine(name)+", "+oneLine(address), ", ")
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// String returns the file.
func (c Calendar) String() string {
	var w lines
	w.add("BEGIN", "VCALENDAR")
	w.add("VERSION", "2.0")
	w.add("PRODID", "-//Mezzanotte//Booking//EN")
	w.add("METHOD", string(c.Method))
	for _, e := range c.Events {
		w.add("BEGIN", "VEVENT")
		w.add("UID", e.Key+"@"+c.Domain)
		w.add("DTSTAMP", instant(c.At))
		w.add("SEQUENCE", fmt.Sprint(min(c.Sequence, math.MaxInt32)))
		if c.Organizer != "" {
			w.add("ORGANIZER", "mailto:"+c.Organizer)
		}
		w.add("DTSTART", instant(e.Starts))
		if e.Minutes > 0 {
			w.add("DTEND", instant(e.Starts.Add(time.Duration(e.Minutes)*time.Minute)))
		}
		w.add("SUMMARY", escape(e.Summary))
		w.add("LOCATION", escape(e.Location))
		w.add("DESCRIPTION", escape(c.Description))
		w.add("STATUS", c.Method.status())
		w.add("END", "VEVENT")
	}
	w.add("END", "VCALENDAR")
	return w.String()
}

func instant(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

// escape writes a text as a value: RFC 5545, 3.3.11.
func escape(text string) string { return escapes.Replace(text) }

// widest is the most bytes of a line, without its end: RFC 5545, 3.1.
const widest = 75

// lines of a calendar.
type lines struct{ strings.Builder }

// add writes a property, folded between characters. It leaves out control characters: one
// could end the line and start a property of its own.
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
