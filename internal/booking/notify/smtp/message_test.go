/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package smtp

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/contact"
)

var from = settings{from: netmail.Address{Name: "Prenotazioni", Address: "bookings@example.org"}}

// What arrives: these headers and no others, the text, and the calendar to the byte.
func TestWhatArrives(t *testing.T) {
	mails := &server{}
	m := message(9, "book", "maria@example.org")
	m.Contact.Language = ""
	s := sender(mails.start(t, none))
	if err := deliver(t, s, box(m)); err != nil {
		t.Fatal(err)
	}
	want, err := notice(m).Letter("") // that directory has no help
	if err != nil {
		t.Fatal(err)
	}
	want.Calendar.Domain, want.Calendar.Organizer = "example.org", "bookings@example.org"

	got, err := netmail.ReadMessage(bytes.NewReader(mails.mails()[0].content))
	if err != nil {
		t.Fatal(err)
	}
	checkHeaders(t, got.Header)

	_, of, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(got.Body, of["boundary"])
	text, kind := part(t, parts)
	if kind != "text/plain; charset=UTF-8" || strings.ReplaceAll(text, "\r\n", "\n") != want.Text {
		t.Errorf("%s, and in its text (-want +got):\n%s", kind, cmp.Diff(want.Text, text))
	}
	attached, kind := part(t, parts)
	raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(attached, "\r\n", ""))
	if err != nil || !strings.HasPrefix(kind, "text/calendar; charset=utf-8") || string(raw) != want.Calendar.String() {
		t.Errorf("%s, error %v, and in its calendar (-want +got):\n%s", kind, err, cmp.Diff(want.Calendar.String(), string(raw)))
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("more than two parts, or error %v", err)
	}
}

// checkHeaders of a mail to maria@example.org.
func checkHeaders(t *testing.T, header netmail.Header) {
	t.Helper()
	var names []string
	for name, values := range header {
		names = append(names, name)
		if len(values) > 1 {
			t.Errorf("%s twice: %q", name, values)
		}
	}
	slices.Sort(names)
	wantNames := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
	if diff := cmp.Diff(wantNames, names); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if date, err := header.Date(); err != nil || !date.Equal(now) {
		t.Errorf("date %s, error %v", date, err)
	}
	sender, err := header.AddressList("From")
	if err != nil || sender[0].Name != "Prenotazioni Città di Prova" {
		t.Errorf("from %v, error %v", sender, err)
	}
	if to := header.Get("To"); to != "<maria@example.org>" {
		t.Errorf("to %q", to)
	}
}

// part returns the next, its quoted-printable undone.
func part(t *testing.T, parts *multipart.Reader) (content, kind string) {
	t.Helper()
	p, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(all), p.Header.Get("Content-Type")
}

// No text of people or catalogs becomes a header or a line of SMTP.
func FuzzLetter(f *testing.F) {
	f.Add("maria@example.org", "it", "Vaccination", "fiera-di-roma")
	f.Add("maria@example.org\r\nBcc: ugo@example.org", "en\r\nBcc: ugo@example.org", "Vaccination\r\n\r\nhello", "a\r\nb")
	f.Add("\"a b\"@example.org", "", "", "\x00;,\\")
	f.Add("=?utf-8?q?a=0d=0aBcc:x?=@example.org", "it", "\xff", "\u2028")
	f.Fuzz(func(t *testing.T, email, tag, service, hub string) {
		m := message(1, "book", email)
		m.Contact.Language, m.Booking.Service, m.Booking.Appointments[0].Hub = tag, service, hub
		letter, err := notice(m).Letter("")
		if err != nil {
			t.Fatal(err)
		}
		to, err := contact.ParseEmail(email)
		if err != nil {
			return
		}
		sent, err := from.message(letter, to)
		if err != nil {
			t.Fatal(err)
		}
		sent.SetDateWithValue(now)
		var out bytes.Buffer
		if _, err := sent.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		got, err := netmail.ReadMessage(&out)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Header) != 8 || len(got.Header["To"]) != 1 || got.Header.Get("To") != "<"+to+">" {
			t.Fatalf("headers %q", got.Header)
		}
	})
}
