/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

// TestKeysAreRotated has processes get a new key one after another, while one
// person's two processes book at once.
func TestKeysAreRotated(t *testing.T) {
	uri := server.Database(t)
	first, both, last := makeKeys(t, "2026-01"), makeKeys(t, "2026-01", "2026-02"), makeKeys(t, "2026-02")
	of := func(keys *keyring.Keys) world {
		d := openWith(t, uri, 2, keysOf(keys))
		d.catalog = d.MakeCatalog(9)
		return d
	}
	old := of(first)
	old = old.with(old.MakeCatalog(9))
	ready := func(d world, want string) {
		t.Helper()
		if err := d.Ready(t.Context()); !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("ready: %v, want %s", err, want)
		}
	}
	age := func() { // as if ten minutes had passed
		t.Helper()
		if err := old.sql("UPDATE identifier_key SET since = since - interval '11 minutes'", "DELETE FROM chore"); err != nil {
			t.Fatal(err)
		}
	}
	ready(old, "<nil>")
	contact := booking.Contact{Email: "maria@example.org", Language: "it"}
	request := old.wants(1, old.at(1, 9), old.at(3, 9))
	request.Contact = contact
	b := old.must(old.Book(t.Context(), request))
	age()

	renewed := of(both)
	ready(renewed, "<nil>")
	ready(old, "<nil>") // it has time to get the new one
	shared := func(want string) {
		t.Helper()
		if got, err := renewed.Shared(t.Context()); err != nil || got != want {
			t.Errorf("key %q is shared, %v; want %q", got, err, want)
		}
	}
	shared("2026-01")
	ready(of(last), "2026-01")
	for _, d := range []world{old, renewed} {
		d.refused(booking.AlreadyBooked, second(d.Book(t.Context(), d.wants(1, d.at(1, 10), d.at(3, 10)))))
	}
	renewed.must(renewed.Book(t.Context(), renewed.wants(2, old.at(1, 10), old.at(3, 10))))
	old.refused(booking.AlreadyBooked, second(old.Book(t.Context(), old.wants(2, old.at(1, 11), old.at(3, 11)))))
	old.must(old.Book(t.Context(), old.wants(3, old.at(1, 10), old.at(3, 10))))
	renewed.refused(booking.AlreadyBooked, second(renewed.Book(t.Context(), old.wants(3, old.at(1, 11), old.at(3, 11)))))

	rekey := func() {
		t.Helper()
		if did, err := renewed.Rekey(t.Context(), time.Minute); err != nil || !did {
			t.Fatalf("sealed again: %t, %v", did, err)
		}
	}
	rekey()
	ready(of(last), "2026-01") // other processes may still write by the old one only
	age()
	shared("2026-02")
	ready(old, "2026-02")
	rekey()
	ready(of(last), "<nil>")
	alone := of(last)
	alone.refused(booking.AlreadyBooked, second(alone.Book(t.Context(), alone.wants(1, old.at(1, 10), old.at(3, 10)))))
	if read, err := alone.Look(t.Context(), ref(alone, b, 1)); err != nil || read.Number != b.Number {
		t.Errorf("by the new key alone: %+v, %v", read, err)
	}
	alone.onlyNewKey(contact)
	alone.sound()
}

// onlyNewKey checks what a process can do, and says, that has the new key alone.
func (d world) onlyNewKey(contact booking.Contact) {
	d.tb.Helper()
	messages, err := d.ClaimDue(d.tb.Context(), 10)
	if err != nil || len(messages) != 1 || messages[0].Contact != contact {
		d.tb.Errorf("messages by the new key alone: %+v, %v", messages, err)
	}
	keys, err := d.KeysInUse(d.tb.Context())
	if err != nil || len(keys) != 2 {
		d.tb.Fatalf("keys in use: %+v, %v", keys, err)
	}
	for i, want := range []struct {
		retired bool
		people  int64
	}{{true, 0}, {false, 3}} {
		if keys[i].Retired.IsZero() == want.retired || keys[i].People != want.people {
			d.tb.Errorf("key %+v, want %+v", keys[i], want)
		}
	}
}

// TestNobodyIsReadable looks for people in all that the database has.
func TestNobodyIsReadable(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(9))
	request := d.wants(4711, d.at(1, 9), d.at(3, 9))
	request.Contact = booking.Contact{Email: "maria@example.org", Phone: "+39 06 4711"}
	request.By.Key = "a key of Maria's"
	b := d.must(d.Hold(t.Context(), request))
	d.must(d.Confirm(t.Context(), ref(d, b, 4711), booking.Change{Revision: 1, By: booking.By{Key: "another"}}))
	rows, err := d.connection().Query(t.Context(), "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 10 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, table := range tables {
		var all string
		if err := d.connection().QueryRow(t.Context(), "SELECT coalesce(string_agg(t::text, E'\n'), '') || coalesce(string_agg(encode(convert_to(t::text, 'UTF8'), 'escape'), ''), '') FROM "+table+" t").Scan(&all); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"STP", "4711", "maria", "1940-01-01", "aria's"} {
			if strings.Contains(all, secret) {
				t.Errorf("table %s shows %q", table, secret)
			}
		}
	}
}

// happened checks that a message tells of what was done after an instant, but not long.
func (d world) happened(after time.Time, m booking.Message) {
	d.tb.Helper()
	if since := m.At.Sub(after); since < 0 || since > time.Hour {
		d.tb.Errorf("the message is of %v after %v", since, after)
	}
}

func TestMessages(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(9))
	silent := d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	d.must(d.Cancel(t.Context(), ref(d, silent, 1), booking.Change{}))
	request := d.wants(2, d.at(1, 9), d.at(3, 9))
	request.Contact = booking.Contact{Email: "maria@example.org"}
	held := d.must(d.Hold(t.Context(), request))
	untold := func(want ...string) []booking.Message {
		t.Helper()
		messages, err := d.ClaimDue(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		var verbs []string
		for _, m := range messages {
			verbs = append(verbs, m.Verb)
		}
		if strings.Join(verbs, " ") != strings.Join(want, " ") {
			t.Errorf("messages: %v, want %v", verbs, want)
		}
		return messages
	}
	untold() // nobody is told of a hold, nor who left no address
	d.must(d.Confirm(t.Context(), ref(d, held, 2), booking.Change{Revision: 1}))
	first := untold("book")
	d.happened(held.MadeAt, first[0])
	untold() // it is being told
	if err := d.RetryLater(t.Context(), first[0].ID, first[0].Attempts+1); err != nil {
		t.Fatal(err)
	}
	untold() // not yet again
	if err := d.sql("UPDATE event SET tell_at = tell_at - interval '31 s' WHERE tell_at IS NOT NULL"); err != nil {
		t.Fatal(err)
	}
	again := untold("book")
	if len(again) != 1 || again[0].Attempts != 1 || again[0].Booking.Number != held.Number || len(again[0].Booking.Appointments) != 2 {
		t.Errorf("again: %+v", again)
	}
	if err := d.MarkSent(t.Context(), again[0].ID); err != nil {
		t.Fatal(err)
	}
	d.must(d.Move(t.Context(), ref(d, held, 2), booking.Change{Revision: 1, Places: []booking.Place{d.at(1, 9), d.at(4, 9)}}))
	d.must(d.Cancel(t.Context(), ref(d, held, 2), booking.Change{}))
	if waiting, _, err := d.Backlog(t.Context()); err != nil || waiting != 2 {
		t.Errorf("%d messages wait, %v; want 2", waiting, err)
	}
	last := untold("move", "cancel")
	if had := last[1].Booking.Appointments; len(had) != 2 || had[1].Place != d.at(4, 9) {
		t.Errorf("of the cancelled booking is told %+v, want what it had", had)
	}
}
