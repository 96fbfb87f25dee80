/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package contact

import (
	netmail "net/mail"
	"strings"
	"testing"
)

func TestParseEmail(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"plain":                      {"maria@example.org", "maria@example.org"},
		"with spaces around it":      {" maria@example.org\n", "maria@example.org"},
		"with a tag":                 {"maria+vaccine@example.org", "maria+vaccine@example.org"},
		"with what else may be":      {"o'neill_{x}-1@mail.example.co.uk", "o'neill_{x}-1@mail.example.co.uk"},
		"a domain in other letters":  {"maria@xn--citt-3na.it", "maria@xn--citt-3na.it"},
		"nothing":                    {"", ""},
		"no domain":                  {"maria@", ""},
		"no name":                    {"@example.org", ""},
		"two signs":                  {"maria@ugo@example.org", ""},
		"with a name":                {"Maria <maria@example.org>", ""},
		"with a comment":             {"maria@example.org(home)", ""},
		"quoted":                     {`"maria rossi"@example.org`, ""},
		"with an accent":             {"marià@example.org", ""},
		"a space in it":              {"maria rossi@example.org", ""},
		"the end of a line in it":    {"maria@example.org\nBcc:ugo@example.org", ""},
		"an address of the internet": {"maria@[127.0.0.1]", ""},
		"two dots":                   {"maria..rossi@example.org", ""},
		"a dot at the end":           {"maria.@example.org", ""},
		"a dot at the start":         {".maria@example.org", ""},
		"a domain with two dots":     {"maria@example..org", ""},
		"a domain with a dash":       {"maria@-example.org", ""},
		"another alphabet":           {"мария@example.org", ""},
		"longer than any":            {"m@" + strings.Repeat("a.", 126) + "it", ""},
		"the longest name":           {strings.Repeat("m", 64) + "@example.org", strings.Repeat("m", 64) + "@example.org"},
		"a longer name":              {strings.Repeat("m", 65) + "@example.org", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseEmail(tc.text)
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("%q, error %v; want %q", got, err, tc.want)
			}
			if err != nil && tc.text != "" && strings.Contains(err.Error(), "maria") {
				t.Errorf("the error has the address: %v", err)
			}
		})
	}
}

// The library that writes headers accepts every address that ParseEmail accepts, and none can
// end a line or an SMTP path.
func FuzzParseEmail(f *testing.F) {
	f.Add("maria@example.org")
	f.Add("maria..rossi@example.org")
	f.Add("\"a b\"@example.org")
	f.Add("=?utf-8?q?a=0d=0aBcc:x?=@example.org")
	f.Add("maria@example.org\r\nBcc: ugo@example.org")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseEmail(text)
		if err != nil {
			return
		}
		read, err := netmail.ParseAddress(got)
		if err != nil || read.Address != got || read.Name != "" {
			t.Fatalf("%q is read as %v, error %v", got, read, err)
		}
		if strings.ContainsAny(got, "\r\n\t <>,;:\"\\()[]\x00") || strings.Count(got, "@") != 1 || len(Domain(got)) == 0 {
			t.Fatalf("%q was taken for an address", got)
		}
	})
}

func TestParsePhone(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"plain":                   {"0612345678", "0612345678"},
		"of the country":          {"+39 06 12345678", "+390612345678"},
		"with what people write":  {"+39 (06) 123-45.678/9", "+39061234567" + "89"},
		"with a hard space":       {"06\u00a012345678", "0612345678"},
		"the shortest":            {"061234", "061234"},
		"too short":               {"06123", ""},
		"the longest":             {"+123456789012345", "+123456789012345"},
		"too long":                {"+1234567890123456", ""},
		"two signs":               {"++390612345678", ""},
		"a sign at the end":       {"0612345678+", ""},
		"no number":               {"call me", ""},
		"nothing":                 {"", ""},
		"digits of another kind":  {"٠٦١٢٣٤٥٦", ""},
		"the end of a line in it": {"061234\n5678", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParsePhone(tc.text)
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("%q, error %v; want %q", got, err, tc.want)
			}
			if err != nil && tc.text != "" && strings.Contains(err.Error(), tc.text) {
				t.Errorf("the error has the number: %v", err)
			}
		})
	}
}
