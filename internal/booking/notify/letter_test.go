/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"bytes"
	"encoding/base64"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

var update = flag.Bool("update", false, "renew the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("not as in %s (renew with -update) (-want +got):\n%s", file, diff)
	}
}

var from = settings{
	from: netmail.Address{Name: "Prenotazioni", Address: "bookings@example.org"},
	help: "https://prenota.example.org, telefono 800 000 000",
}

func TestLetter(t *testing.T) {
	spoken := func(m booking.Message, tag string) booking.Message {
		m.Contact.Language = tag
		return m
	}
	test := message(4, "book", "maria@example.org")
	test.Booking.Service, test.Booking.Appointments = "Test", test.Booking.Appointments[:1]
	test.Booking.Appointments[0].Hub = "gone-since"
	cancelled := message(5, "cancel", "maria@example.org")
	cancelled.Booking.State, cancelled.Booking.Appointments = booking.Cancelled, nil

	for file, tc := range map[string]struct {
		message booking.Message
		subject string
	}{
		"book.it":               {spoken(message(1, "book", "maria@example.org"), "it-IT"), "Prenotazione confermata"},
		"book.en":               {spoken(message(1, "book", "maria@example.org"), "EN"), "Booking confirmed"},
		"move.both":             {spoken(message(2, "move", "maria@example.org"), "de"), "Prenotazione spostata / Booking moved"},
		"cancel.both":           {spoken(message(3, "cancel", "maria@example.org"), ""), "Prenotazione annullata / Booking cancelled"},
		"one-dose.both":         {spoken(test, "none of them"), "Prenotazione confermata / Booking confirmed"},
		"cancel-forgotten.both": {spoken(cancelled, ""), "Prenotazione annullata / Booking cancelled"},
	} {
		t.Run(file, func(t *testing.T) {
			got, err := sender("").write(tc.message, from, now)
			if err != nil {
				t.Fatal(err)
			}
			if got.subject != tc.subject {
				t.Errorf("subject %q, want %q", got.subject, tc.subject)
			}
			golden(t, file+".txt", got.text)
			for _, line := range strings.Split(got.text, "\n") {
				if len([]rune(line)) > 90 || strings.TrimRight(line, " ") != line {
					t.Errorf("a line too long, or with spaces at its end: %q", line)
				}
			}
			if got.calendar == "" {
				if len(tc.message.Booking.Appointments) > 0 {
					t.Error("no calendar")
				}
				return
			}
			golden(t, file+".ics", got.calendar)
			parseCalendar(t, got.calendar)
		})
	}
}

// What arrives: these headers and no others, the text, and the calendar to the byte.
func TestWhatArrives(t *testing.T) {
	mails := &server{}
	m := message(9, "book", "maria@example.org")
	m.Contact.Language = ""
	s := sender(mails.start(t, none))
	if err := deliver(t, s, box(m)); err != nil {
		t.Fatal(err)
	}
	want, err := s.write(m, from, now)
	if err != nil {
		t.Fatal(err)
	}
	want.text = strings.ReplaceAll(want.text, from.help+"\n", "") // of which that directory has none

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
	if kind != "text/plain; charset=UTF-8" || strings.ReplaceAll(text, "\r\n", "\n") != want.text {
		t.Errorf("%s, and in its text (-want +got):\n%s", kind, cmp.Diff(want.text, text))
	}
	attached, kind := part(t, parts)
	raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(attached, "\r\n", ""))
	if err != nil || !strings.HasPrefix(kind, "text/calendar; charset=utf-8") || string(raw) != want.calendar {
		t.Errorf("%s, error %v, and in its calendar (-want +got):\n%s", kind, err, cmp.Diff(want.calendar, string(raw)))
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

// part gives the next, its quoted-printable undone.
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

// Whatever people write, and catalogs say, no header and no line of SMTP comes of it.
func FuzzLetter(f *testing.F) {
	f.Add("maria@example.org", "it", "Vaccination", "fiera-di-roma")
	f.Add("maria@example.org\r\nBcc: ugo@example.org", "en\r\nBcc: ugo@example.org", "Vaccination\r\n\r\nhello", "a\r\nb")
	f.Add("\"a b\"@example.org", "", "", "\x00;,\\")
	f.Add("=?utf-8?q?a=0d=0aBcc:x?=@example.org", "it", "\xff", "\u2028")
	f.Fuzz(func(t *testing.T, email, tag, service, hub string) {
		m := message(1, "book", email)
		m.Contact.Language, m.Booking.Service, m.Booking.Appointments[0].Hub = tag, service, hub
		letter, err := sender("").write(m, from, now)
		if err != nil {
			t.Fatal(err)
		}
		parseCalendar(t, letter.calendar)
		to, err := ParseAddress(email)
		if err != nil {
			return
		}
		if strings.ContainsAny(to, "\r\n\t <>,;:\"\\()[]\x00") || strings.Count(to, "@") != 1 {
			t.Fatalf("%q was taken for an address", to)
		}
		sent, err := letter.mime(from.from, to, now)
		if err != nil {
			t.Fatal(err)
		}
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

func TestParseAddress(t *testing.T) {
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
		"longer than any":            {"m@" + strings.Repeat("a.", 126) + "it", ""},
		"the longest name":           {strings.Repeat("m", 64) + "@example.org", strings.Repeat("m", 64) + "@example.org"},
		"a longer name":              {strings.Repeat("m", 65) + "@example.org", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseAddress(tc.text)
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("%q, error %v; want %q", got, err, tc.want)
			}
			if err != nil && tc.text != "" && strings.Contains(err.Error(), "maria") {
				t.Errorf("the error has the address: %v", err)
			}
		})
	}
}

func TestWords(t *testing.T) {
	for name, tc := range map[string]struct {
		at     time.Time
		in     *time.Location
		it, en string
	}{
		"a morning in winter": {
			at: time.Date(2026, 12, 14, 7, 40, 0, 0, time.UTC), in: rome,
			it: "lunedì 14 dicembre 2026 alle ore 08:40 (CET)",
			en: "Monday 14 December 2026 at 08:40 CET",
		},
		"an evening in summer": {
			at: time.Date(2027, 8, 1, 21, 55, 0, 0, time.UTC), in: rome,
			it: "domenica 1 agosto 2027 alle ore 23:55 (CEST)",
			en: "Sunday 1 August 2027 at 23:55 CEST",
		},
		"midnight": {
			at: time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC), in: rome,
			it: "venerdì 1 gennaio 2027 alle ore 00:00 (CET), nella notte tra giovedì 31 dicembre e venerdì 1 gennaio",
			en: "Friday 1 January 2027 at 00:00 CET, the midnight between Thursday 31 December 2026 and Friday 1 January 2027",
		},
		"the small hours": {
			at: time.Date(2026, 12, 14, 3, 59, 0, 0, time.UTC), in: rome,
			it: "lunedì 14 dicembre 2026 alle ore 04:59 (CET), nella notte tra domenica 13 dicembre e lunedì 14 dicembre",
			en: "Monday 14 December 2026 at 04:59 CET, in the night between Sunday 13 December and Monday 14 December",
		},
		"an hour that comes twice": {
			at: time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), in: rome,
			it: "domenica 25 ottobre 2026 alle ore 02:30 (CET), nella notte tra sabato 24 ottobre e domenica 25 ottobre",
			en: "Sunday 25 October 2026 at 02:30 CET, the second of two times that clocks read 02:30, because clocks go back from 03:00 to 02:00",
		},
		"another zone": {
			at: time.Date(2026, 12, 14, 12, 0, 0, 0, time.UTC), in: zone("Asia/Tokyo"),
			it: "lunedì 14 dicembre 2026 alle ore 21:00 (JST)",
			en: "Monday 14 December 2026 at 21:00 JST",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := italianWords(tc.at, tc.in); got != tc.it {
				t.Errorf("\n%s, want\n%s", got, tc.it)
			}
			if got := englishWords(tc.at, tc.in); got != tc.en {
				t.Errorf("\n%s, want\n%s", got, tc.en)
			}
		})
	}
}
