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
	"regexp"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// Problem says what is wrong with a field, in words.
type Problem struct{ Field, Text string }

// Problems of a form, in the order of its fields.
type Problems []Problem

// Problem returns what is wrong with a field, or "".
func (all Problems) Problem(field string) string {
	for _, each := range all {
		if each.Field == field {
			return each.Text
		}
	}
	return ""
}

// maxBodyBytes is more than any form of ours has.
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

// longestText is the most bytes of one field that are read.
const longestText = 200

// Field returns a field's text without spaces around it, cut at 200 bytes.
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

// Pad puts zeros before digits until there are n.
func Pad(digits string, n int) string {
	if len(digits) >= n {
		return digits
	}
	return strings.Repeat("0", n-len(digits)) + digits
}

var phone = regexp.MustCompile(`^\+?[0-9]{6,15}$`)

// ParsePhone reads a telephone number, with whatever people put between digits.
func ParsePhone(text string) (string, bool) {
	number := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./()\u00a0", r) {
			return -1
		}
		return r
	}, text)
	return number, phone.MatchString(number)
}
