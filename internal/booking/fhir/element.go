/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// element is an element of a request and its position. All elements of a request share the
// first problem found in it: a parser reads one after another and checks at the end. A
// missing element reads as its zero value.
type element struct {
	path    string
	fields  object
	problem **Error
}

// err returns the first problem, if any.
func (e element) err() error {
	if *e.problem == nil {
		return nil
	}
	return *e.problem
}

// wrong records a problem of the element of a name within e, or of e itself if the name
// is "".
func (e element) wrong(name string, code booking.Code, wrong, right string) {
	if *e.problem == nil {
		*e.problem = &Error{Code: code, Expression: e.at(name), Wrong: wrong, Right: right}
	}
}

func (e element) at(name string) string {
	if name == "" {
		return e.path
	}
	return e.path + "." + name
}

// has reports whether e has an element of a name.
func (e element) has(name string) bool {
	_, ok := e.fields[name]
	return ok
}

// text reads a string; "" if it is missing.
func (e element) text(name string, most int) string {
	value, ok := e.fields[name]
	if !ok {
		return ""
	}
	text, ok := value.(string)
	switch {
	case !ok:
		e.wrong(name, booking.CodeMalformed, "is "+kindOf(value), "write a string")
	case strings.TrimSpace(text) == "":
		e.wrong(name, booking.CodeWrongValue, "is empty", "write it, or leave the element out")
	case len(text) > most:
		e.wrong(name, booking.CodeTooLong, "is too long", fmt.Sprintf("write at most %d bytes", most))
	default:
		return text
	}
	return ""
}

// flag reads a boolean; false if it is missing.
func (e element) flag(name string) bool {
	value, ok := e.fields[name]
	if !ok {
		return false
	}
	flag, ok := value.(bool)
	if !ok {
		e.wrong(name, booking.CodeMalformed, "is "+kindOf(value), "write true or false")
	}
	return flag
}

// whole reads an integer within bounds.
func (e element) whole(name string, least, most int) int {
	right := fmt.Sprintf("write a whole number from %d to %d", least, most)
	number, ok := e.fields[name].(json.Number)
	if !ok {
		e.wrong(name, booking.CodeMalformed, "is "+kindOf(e.fields[name]), right)
		return 0
	}
	n, err := strconv.Atoi(number.String())
	if err != nil || n < least || n > most {
		e.wrong(name, booking.CodeWrongValue, "is no number that is taken here", right)
		return 0
	}
	return n
}

// child reads an object; an empty one if it is missing.
func (e element) child(name string) element {
	child := element{path: e.at(name), problem: e.problem}
	value, ok := e.fields[name]
	if !ok {
		return child
	}
	if child.fields, ok = value.(object); !ok {
		e.wrong(name, booking.CodeMalformed, "is "+kindOf(value), "write an object")
	}
	return child
}

// list reads an array of objects.
func (e element) list(name string, most int) []element {
	value, ok := e.fields[name]
	if !ok {
		return nil
	}
	values, ok := value.([]any)
	switch {
	case !ok:
		e.wrong(name, booking.CodeMalformed, "is "+kindOf(value), "write an array")
		return nil
	case len(values) > most:
		e.wrong(name, booking.CodeTooLong, "has too many elements", fmt.Sprintf("write at most %d", most))
		return nil
	}
	var list []element
	for i, value := range values {
		at := element{path: fmt.Sprintf("%s[%d]", e.at(name), i), problem: e.problem}
		if at.fields, ok = value.(object); !ok {
			at.wrong("", booking.CodeMalformed, "is "+kindOf(value), "write an object")
			return nil
		}
		list = append(list, at)
	}
	return list
}

// day reads a date, or the date of an instant in a zone.
func (e element) day(name string, loc *time.Location) civil.Day {
	text := e.text(name, 64)
	if text == "" {
		return civil.Day{}
	}
	if loc != nil && strings.Contains(text, "T") {
		instant, err := time.Parse(time.RFC3339, text)
		if err != nil {
			e.wrong(name, booking.CodeWrongValue, "is no instant", "write it with its offset, such as 2026-12-02T08:00:00+01:00, or a day alone")
			return civil.Day{}
		}
		return civil.On(instant, loc)
	}
	day, err := civil.Parse(text)
	if err != nil {
		e.wrong(name, booking.CodeWrongValue, "is no day of the calendar", "write YYYY-MM-DD, such as 1946-05-31")
	}
	return day
}

// matching reads a string that matches a pattern.
func (e element) matching(name string, form *regexp.Regexp, right string) string {
	text := e.text(name, maxText)
	if text != "" && !form.MatchString(text) {
		e.wrong(name, booking.CodeWrongValue, "has not the form that it needs", right)
		return ""
	}
	return text
}
