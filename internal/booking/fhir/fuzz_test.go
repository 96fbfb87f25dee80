/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"errors"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// seeds are bodies of every operation, right and wrong.
func seeds(f *testing.F) {
	f.Helper()
	for _, body := range [][]byte{
		asks(vaccination, born1946, slotOne, slotTwo, mariaSays),
		asks(mariaSays, numbered),
		asks(mariaSays, numbered, slotTwo),
		asks(vaccination, `{"name":"near","valueString":"41.89|12.51|20|km"}`, `{"name":"start","valueDateTime":"2026-12-01T23:00:00Z"}`, `{"name":"_count","valueInteger":3}`,
			`{"name":"location-reference","valueReference":{"reference":"Location/rieti"}}`),
		asks(mariaSays, held(`"identifier":{"value":"`+booked.String()+`"}`)),
		who(`"identifier":[{"system":"http://hl7.it/sid/stp","value":"STP1204561234567"}],"birthDate":"1946-05-31","telecom":[{"system":"email","value":"a@example.org"},{"system":"phone","value":"0612345"}],"communication":[{"language":{"coding":[{"code":"it"}]},"preferred":true}]`),
		[]byte(`{"resourceType":"Parameters","parameter":[{"name":"a","part":[[[[null]]]]}]}`),
	} {
		f.Add(body)
	}
}

// mistake checks that an error is one that a client can be told.
func mistake(t *testing.T, err error) {
	t.Helper()
	var wrong *Error
	if !errors.Is(err, booking.CodeTooLarge) && (!errors.As(err, &wrong) || wrong.Expression == "" || wrong.Wrong == "" || wrong.Right == "") {
		t.Errorf("an error that says nothing: %v", err)
	}
	p := booking.Explain(err)
	if text := Refuse(p, Situation{}).Issue[0].Details.Text; p.Status < 400 || p.Status > 499 || text == "" {
		t.Errorf("status %d and %q for %v", p.Status, text, err)
	}
}

func FuzzFind(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		read, err := ParseFind(body, rome)
		if err != nil {
			mistake(t, err)
			return
		}
		again, err := ParseFind(marshal(t, read.Parameters()), rome)
		if err != nil || !cmp.Equal(read, again, same) {
			t.Errorf("written and read again: %v\n%s", err, cmp.Diff(read, again, same))
		}
	})
}

func FuzzTake(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		read, err := ParseHold(body)
		book, booking := ParseBook(body)
		if err != nil {
			mistake(t, err)
			if booking != nil {
				mistake(t, booking)
			}
			return
		}
		if booking != nil || !cmp.Equal(&read, book.Take, same) {
			t.Errorf("held as %v, booked as %v, %v", read, book.Take, booking)
		}
		again, err := ParseHold(marshal(t, read.Parameters()))
		if err != nil || !cmp.Equal(read, again, same) {
			t.Errorf("written and read again: %v\n%s", err, cmp.Diff(read, again, same))
		}
	})
}

func FuzzChange(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		if read, err := ParseChange(body); err != nil {
			mistake(t, err)
		} else if again, err := ParseChange(marshal(t, read.Parameters())); err != nil || !cmp.Equal(read, again, same) {
			t.Errorf("written and read again: %v\n%s", err, cmp.Diff(read, again, same))
		}
		if read, err := ParseMove(body); err != nil {
			mistake(t, err)
		} else if again, err := ParseMove(marshal(t, read.Parameters())); err != nil || !cmp.Equal(read, again, same) {
			t.Errorf("written and read again: %v\n%s", err, cmp.Diff(read, again, same))
		}
	})
}

func FuzzSearch(f *testing.F) {
	f.Add(url.Values(Form(booked, maria)).Encode())
	f.Add("identifier=" + booked.Symbols() + "&patient:identifier=stp1204561234567")
	f.Add("identifier=%7c&patient.identifier=|")
	f.Fuzz(func(t *testing.T, form string) {
		read, err := ParseSearch([]byte(form))
		if err != nil {
			mistake(t, err)
			return
		}
		again, err := ParseSearch([]byte(url.Values(Form(read.Number, read.Identifier)).Encode()))
		if err != nil || !cmp.Equal(read, again, same) {
			t.Errorf("written and read again: %v\n%s", err, cmp.Diff(read, again, same))
		}
	})
}

func FuzzSlotID(f *testing.F) {
	f.Add("fiera-di-roma.20261202T070000Z")
	f.Add("a.b.00000101T000000Z")
	f.Fuzz(func(t *testing.T, id string) {
		if place, ok := ParseSlotID(id); ok && SlotID(place) != id {
			t.Errorf("%q is written as %q", id, SlotID(place))
		}
	})
}
