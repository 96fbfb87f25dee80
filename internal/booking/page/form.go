/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/contact"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// Problem is a field that must be corrected, and why, in words.
type Problem struct{ Field, Text string }

// Problems of a form, in the order of its fields.
type Problems []Problem

// Problem returns the problem of a field, or "".
func (all Problems) Problem(field string) string {
	for _, each := range all {
		if each.Field == field {
			return each.Text
		}
	}
	return ""
}

// maxBodyBytes is larger than any of our forms.
const maxBodyBytes = 64 << 10

// ReadForm reads the body of a form, as browsers write it.
func ReadForm(r *http.Request) (url.Values, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	if err != nil || len(body) > maxBodyBytes {
		return nil, false
	}
	form, err := url.ParseQuery(string(body))
	return form, err == nil
}

// longestText is the length in bytes at which a field is cut.
const longestText = 200

// Field returns a field's text without spaces around it, cut at [longestText].
func Field(form url.Values, name string) string {
	text := strings.TrimSpace(strings.ToValidUTF8(form.Get(name), ""))
	if len(text) > longestText {
		text = strings.ToValidUTF8(text[:longestText], "")
	}
	return text
}

// ParseDay reads a day as browsers send it, or as people write it: 31/12/2026.
func ParseDay(text string) (civil.Day, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '.' || r == ' ' })
	if len(parts) == 3 {
		text = Pad(parts[2], 4) + "-" + Pad(parts[1], 2) + "-" + Pad(parts[0], 2)
	}
	return civil.Parse(text)
}

// ReadFirstDay reads the field "day": the first day on which people want a place, today if it
// is empty. For a wrong day it returns today and the key of the problem.
func ReadFirstDay(form url.Values, today civil.Day) (day civil.Day, problem string) {
	text := Field(form, "day")
	switch day, err := ParseDay(text); {
	case text == "":
		return today, ""
	case err != nil || day.After(today.Years(2)):
		return today, "problem.day"
	case day.Before(today):
		return today, "problem.past"
	default:
		return day, ""
	}
}

// ReadReference reads the number of a booking and its person's code from two fields.
func (l *Language) ReadReference(form url.Values, numberField, codeField string) (booking.Reference, Problems) {
	var problems Problems
	n, err := number.Parse(form.Get(numberField))
	if err != nil {
		problems = append(problems, Problem{Field: numberField, Text: l.Say("problem.number")})
	}
	id, err := identifier.Parse(form.Get(codeField))
	if err != nil {
		problems = append(problems, Problem{Field: codeField, Text: l.IdentifierProblem(err)})
	}
	return booking.Reference{Number: n, Identifier: id}, problems
}

// Pad puts zeros before digits until there are n.
func Pad(digits string, n int) string {
	if len(digits) >= n {
		return digits
	}
	return strings.Repeat("0", n-len(digits)) + digits
}

// ReadContact reads an e-mail address, a phone number and a language. If an address or a
// number is wrong, the contact has it as typed.
func (l *Language) ReadContact(form url.Values) (c booking.Contact, problems Problems) {
	read := func(field, problem string, parse func(string) (string, error)) string {
		text := Field(form, field)
		if text == "" {
			return ""
		}
		value, err := parse(text)
		if err != nil {
			problems = append(problems, Problem{Field: field, Text: problem})
			return text
		}
		return value
	}
	c.Email = read("email", l.Say("problem.email"), contact.ParseEmail)
	c.Phone = read("phone", l.Say("problem.phone"), contact.ParsePhone)
	if tag := Field(form, "letters"); slices.Contains(words.Languages, words.Language(tag)) {
		c.Language = tag
	}
	return c, problems
}
