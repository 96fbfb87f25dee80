/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package contact reads e-mail addresses and phone numbers. Pages, the desk, FHIR and the
// mail carrier take the same ones.
package contact

import (
	"regexp"
	"strings"
)

// Error describes a wrong address or number, and what would be right. It does not repeat
// what was written. Its text follows the name of a field: "email is not an e-mail address".
type Error struct{ Wrong, Right string }

func (e *Error) Error() string { return e.Wrong + ": " + e.Right }

var (
	errEmail = &Error{"is not an e-mail address", "write one such as name@example.org, without spaces or accents"}
	errPhone = &Error{"is not a phone number", "write 6 to 15 digits, such as +39 06 12345678"}
)

// MaxEmail is the most bytes of an address: RFC 5321, 4.5.3.1.3, without < and >.
const (
	MaxEmail = 254
	maxLocal = 64
)

// email matches addresses that browsers accept (HTML, 4.10.5.1.5) and RFC 5322 allows: every
// dot is between two characters. Nothing in them can end a line, a header or an SMTP path.
var email = regexp.MustCompile(
	"^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*" +
		"@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?" +
		`(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$`)

// ParseEmail reads an e-mail address. It ignores spaces around it.
func ParseEmail(text string) (string, error) {
	address := strings.TrimSpace(text)
	if len(address) > MaxEmail || strings.IndexByte(address, '@') > maxLocal || !email.MatchString(address) {
		return "", errEmail
	}
	return address, nil
}

// Domain returns what follows the @ of an address.
func Domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// phone has at most the 15 digits of E.164, and at least the 6 of the shortest numbers that
// reach a person.
var phone = regexp.MustCompile(`^\+?[0-9]{6,15}$`)

// ParsePhone reads a phone number and leaves out what people put between digits.
func ParsePhone(text string) (string, error) {
	number := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./()\u00a0", r) {
			return -1
		}
		return r
	}, text)
	if !phone.MatchString(number) {
		return "", errPhone
	}
	return number, nil
}
