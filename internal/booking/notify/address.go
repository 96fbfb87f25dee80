/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"errors"
	netmail "net/mail"
	"regexp"
	"strings"
)

// longestAddress is what a path of SMTP holds: RFC 5321, 4.5.3.1.3, less < and >.
const longestAddress = 254

// plainAddress is what browsers take for an address: HTML, 4.10.5.1.5. Nothing in it
// can end a line, a header or a path of SMTP.
var plainAddress = regexp.MustCompile(
	"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?" +
		`(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$`)

// errAddress does not repeat what was written.
var errAddress = errors.New("is no e-mail address: write one such as name@example.org, without spaces or accents")

// ParseAddress reads an e-mail address that confirmations can be sent to. Its error
// completes a sentence that begins with the name of a field.
func ParseAddress(text string) (string, error) {
	address := strings.TrimSpace(text)
	if len(address) > longestAddress || !plainAddress.MatchString(address) {
		return "", errAddress
	}
	if _, err := netmail.ParseAddress(address); err != nil { // two dots, one after another
		return "", errAddress
	}
	return address, nil
}

// domain of an address.
func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
