/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/ical"
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

const help = "https://prenota.example.org, telefono 800 000 000"

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
			got, err := notice(tc.message).Letter(help)
			if err != nil {
				t.Fatal(err)
			}
			if got.Subject != tc.subject {
				t.Errorf("subject %q, want %q", got.Subject, tc.subject)
			}
			golden(t, file+".txt", got.Text)
			for _, line := range strings.Split(got.Text, "\n") {
				if len([]rune(line)) > 90 || strings.TrimRight(line, " ") != line {
					t.Errorf("a line too long, or with spaces at its end: %q", line)
				}
			}
			if (got.Calendar == nil) != (len(tc.message.Booking.Appointments) == 0) {
				t.Fatalf("calendar %v", got.Calendar)
			}
			if got.Calendar != nil {
				got.Calendar.Domain, got.Calendar.Organizer = "example.org", "bookings@example.org"
				golden(t, file+".ics", got.Calendar.String())
			}
		})
	}
}

// A move keeps the keys of the appointments, so that calendars change them, and a
// cancellation takes them away.
func TestCalendarsFollow(t *testing.T) {
	var keys []string
	var sequences []int64
	for id, verb := range []string{"book", "move", "cancel"} {
		letter, err := notice(message(int64(100+id), verb, "maria@example.org")).Letter("")
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]ical.Method{"cancel": ical.Cancel, "move": ical.Publish, "book": ical.Publish}[verb]; letter.Calendar.Method != want {
			t.Errorf("%s: method %s, want %s", verb, letter.Calendar.Method, want)
		}
		sequences = append(sequences, letter.Calendar.Sequence)
		for _, event := range letter.Calendar.Events {
			keys = append(keys, event.Key)
		}
	}
	if diff := cmp.Diff([]int64{100, 101, 102}, sequences); diff != "" {
		t.Errorf("sequences (-want +got):\n%s", diff)
	}
	if len(keys) != 6 || keys[0] == keys[1] || !slices.Equal(keys[:2], keys[2:4]) || !slices.Equal(keys[:2], keys[4:]) {
		t.Errorf("keys %q", keys)
	}
}

// Texts of a catalog or a contact never add a line to a letter.
func FuzzLetterText(f *testing.F) {
	f.Add("it", "fiera-di-roma")
	f.Add("en\r\nBcc: ugo@example.org", "a\r\nb\n\n\nc")
	f.Add("", "\x00;,\\")
	f.Fuzz(func(t *testing.T, tag, hub string) {
		m := message(1, "book", "maria@example.org")
		plain, err := notice(m).Letter(help)
		if err != nil {
			t.Fatal(err)
		}
		m.Contact.Language, m.Booking.Appointments[0].Hub = tag, hub
		got, err := notice(m).Letter(help)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(got.Subject+got.ID+got.File, "\r\n\x00") || got.ID != plain.ID {
			t.Fatalf("%+v", got)
		}
		if len(languagesFor(tag)) == 1 && strings.Count(got.Text, "\n") > strings.Count(plain.Text, "\n") {
			t.Fatalf("the hub %q adds lines:\n%s", hub, got.Text)
		}
	})
}
