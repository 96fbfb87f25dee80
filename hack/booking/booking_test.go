/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

func TestSample(t *testing.T) {
	opens := time.Date(2026, 11, 23, 9, 17, 3, 5, time.UTC)
	c, err := sample(opens)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Encode(); err != nil {
		t.Errorf("the sample is no catalog: %v", err)
	}
	rules, err := eligibility.New(c)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		who  band
		now  time.Time
		want eligibility.Outcome
	}{
		"Ada, long before her band opens in the middle": {bands.opened, opens.Add(-23 * time.Hour), eligibility.Eligible},
		"Ugo, a second before":                          {bands.opens, opens.Truncate(time.Second).Add(-time.Second), eligibility.YourBandOpens},
		"Ugo, at the instant":                           {bands.opens, opens.Truncate(time.Second), eligibility.Eligible},
		"Eva, six days later":                           {bands.nextWeek, opens.AddDate(0, 0, 6), eligibility.YourBandOpens},
		"Eva, nine days later":                          {bands.nextWeek, opens.AddDate(0, 0, 9), eligibility.Eligible},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			id, err := test.who.identifier()
			if err != nil {
				t.Fatal(err)
			}
			born, err := civil.Parse(test.who.born)
			if err != nil {
				t.Fatal(err)
			}
			got := rules.Decide(eligibility.Request{Service: service, Identifier: id, Born: born}, test.now)
			if got.Outcome != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestPlaceKept(t *testing.T) {
	kept := t.TempDir()
	var revisions []int64
	var keys [2][]byte
	for run := range keys {
		p, err := openPlace(kept)
		if err != nil {
			t.Fatal(err)
		}
		c, err := p.prepare("postgres://", time.Unix(1_800_000_000+int64(run), 0))
		if err != nil {
			t.Fatal(err)
		}
		revisions = append(revisions, c.Revision)
		if keys[run], err = os.ReadFile(p.path("keys", "sample")); err != nil {
			t.Fatal(err)
		}
		if err := p.close(); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]int64{1, 2}, revisions); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
	if !cmp.Equal(keys[0], keys[1]) {
		t.Error("the key was made anew: nobody would be found again")
	}
	text, err := os.ReadFile(filepath.Join(kept, "catalog", "catalog.json"))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := catalog.Decode(text); err != nil || c.Revision != 2 {
		t.Errorf("kept revision %d, error %v; want 2", c.Revision, err)
	}
}

func TestPlaceTemporary(t *testing.T) {
	p, err := openPlace("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.prepare("postgres://", time.Unix(1_800_000_000, 0)); err != nil {
		t.Error(err)
	}
	if err := p.close(); err != nil {
		t.Error(err)
	}
	if left, err := filepath.Glob(p.directory + "*"); err != nil || len(left) > 0 {
		t.Errorf("%q is left, error %v", left, err)
	}
}

// What is written into files is what servers read.
func TestRequests(t *testing.T) {
	p := place{directory: t.TempDir()}
	if err := os.Mkdir(p.path("requests"), 0o700); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 12, 3, 8, 0, 0, 0, time.UTC)
	places := []booking.Place{{Hub: "rieti", StartsAt: at}, {Hub: "rieti", StartsAt: at.AddDate(0, 0, 21)}}
	if err := writeRequests(p, places); err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		text, err := os.ReadFile(p.path("requests", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.ReplaceAll(text, []byte(anyNumber), []byte("7K3M-Q9TX-4B2Z"))
	}
	zone, err := time.LoadLocation(timeZone)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"ada", "ugo", "eva"} {
		if _, err := fhir.ParseFind(read(who+"-find"), zone); err != nil {
			t.Errorf("%s's $find: %v", who, err)
		}
		take, err := fhir.ParseHold(read(who + "-hold"))
		if diff := cmp.Diff(places, take.Places); err != nil || diff != "" {
			t.Errorf("%s's $hold: %v; places (-want +got):\n%s", who, err, diff)
		}
	}
	if book, err := fhir.ParseBook(read("ada-book")); err != nil || book.Confirm == nil || book.Confirm.Number.IsZero() {
		t.Errorf("$book: %v, of no number: %t", err, book.Confirm == nil)
	}
	if change, err := fhir.ParseChange(read("ada-cancel")); err != nil || change.Number.IsZero() {
		t.Errorf("$cancel: %v, of no number: %t", err, change.Number.IsZero())
	}
}

func TestOffered(t *testing.T) {
	at := time.Date(2026, 12, 3, 8, 0, 0, 0, time.UTC)
	want := []booking.Place{{Hub: "rieti", StartsAt: at}, {Hub: "termini", StartsAt: at.AddDate(0, 0, 21)}}
	c, err := sample(at)
	if err != nil {
		t.Fatal(err)
	}
	directory, err := fhir.NewDirectory(c)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(directory.Offers(fhir.Subject{Service: service}, [][]booking.Slot{{{Place: want[0]}, {Place: want[1]}}}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := offered(string(text))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v; places (-want +got):\n%s", err, diff)
	}
	if _, err := offered(`{"entry": [{"resource": {"slot": [{"reference": "Slot/nowhere"}]}}]}`); err == nil {
		t.Error("a slot that is none is read")
	}
}
