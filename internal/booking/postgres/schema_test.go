/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
)

// connection is somebody at the database with rows of their own to write.
func (d world) connection() *pgx.Conn {
	d.tb.Helper()
	c, err := pgx.Connect(d.tb.Context(), d.uri)
	if err != nil {
		d.tb.Fatal(err)
	}
	d.tb.Cleanup(func() { _ = c.Close(context.WithoutCancel(d.tb.Context())) })
	return c
}

// sql carries out statements in one transaction.
func (d world) sql(statements ...string) error {
	d.tb.Helper()
	return pgx.BeginFunc(d.tb.Context(), d.connection(), func(tx pgx.Tx) error {
		for _, statement := range statements {
			if _, err := tx.Exec(d.tb.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestTheSchemaItselfRefuses writes rows by hand that must never be.
func TestTheSchemaItselfRefuses(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(1))
	b := d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	d.must(d.Hold(t.Context(), d.wants(2, d.at(1, 10), d.at(3, 10))))
	const copied = `INSERT INTO booking (number, person_id, service, campaign, revision, opens_at, doses, min_days, max_days, channel, state, made_at, expires_at)
		SELECT '000000000000', person_id, %, campaign, revision, opens_at, doses, min_days, max_days, channel, state, made_at, expires_at FROM booking WHERE state = `
	for name, test := range map[string]struct {
		constraint string
		statements []string
	}{
		"a place more than there is": {"slot_not_oversold", []string{
			"UPDATE appointment SET starts_at = (SELECT min(starts_at) FROM appointment WHERE dose = 1) WHERE booking_id = 2 AND dose = 1"}},
		"a counter beyond the places":  {"slot_not_oversold", []string{"UPDATE slot SET taken = 2"}},
		"a second booking of a person": {"booking_one_live", []string{strings.Replace(copied, "%", "service", 1) + "'booked'"}},
		"a second hold of a person":    {"booking_one_hold", []string{strings.Replace(copied, "%", "'Test'", 1) + "'held'"}},
		"a booking without doses":      {"booking_whole", []string{strings.Replace(copied, "%", "'Test'", 1) + "'booked'"}},
		"a booking with one of two doses": {"booking_whole", []string{
			"DELETE FROM appointment WHERE booking_id = 1 AND dose = 2"}},
		"a dose more": {"appointment_due", []string{
			"INSERT INTO appointment SELECT 1, 3, 2, hub_id, starts_at, day, false FROM slot WHERE taken = 0 AND starts_at > now() LIMIT 1"}},
		"a dose more than its booking is to have": {"appointment_of_booking", []string{
			"INSERT INTO appointment SELECT 1, 3, 3, hub_id, starts_at, day, false FROM slot WHERE taken = 0 AND starts_at > now() LIMIT 1"}},
		"doses too near to each other": {"booking_whole", []string{
			"UPDATE appointment a SET starts_at = s.starts_at, day = s.day FROM slot s WHERE a.booking_id = 1 AND a.dose = 2 AND s.taken = 0 AND s.day = (SELECT day FROM appointment WHERE booking_id = 1 AND dose = 1)"}},
		"a cancelled booking that keeps its places": {"appointment_of_booking", []string{"UPDATE booking SET state = 'cancelled' WHERE id = 1"}},
		"a booking before its opening":              {"booking_not_early", []string{"UPDATE booking SET made_at = opens_at - interval '1 ms' WHERE id = 1"}},
		"a hold without an end":                     {"booking_hold_expires", []string{"UPDATE booking SET expires_at = NULL WHERE id = 2"}},
		"a slot that goes from under a booking":     {"appointment_hub_id_starts_at_fkey", []string{"DELETE FROM slot"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := d
			d.tb = t
			err := d.sql(test.statements...)
			var pg *pgconn.PgError
			if !errors.As(err, &pg) || pg.ConstraintName != test.constraint {
				t.Errorf("got %v, want it refused by %s", err, test.constraint)
			}
		})
	}
	if read, err := d.Look(t.Context(), ref(d, b, 1)); err != nil || read.State != booking.Booked {
		t.Errorf("after all that the booking is %+v, %v", read, err)
	}
	d.sound()
}

// TestTheRecountFinds breaks what the schema keeps whole, with its triggers and
// checks off, and has the recount say so.
func TestTheRecountFinds(t *testing.T) {
	const without = "SET LOCAL session_replication_role = replica"
	for name, test := range map[string]struct {
		statements []string
		found      func(booking.Audit) int64
		want       int64
	}{
		"places sold twice": {[]string{
			"UPDATE appointment a SET starts_at = o.starts_at, day = o.day FROM appointment o WHERE a.booking_id = 2 AND o.booking_id = 1 AND o.dose = a.dose"},
			func(a booking.Audit) int64 { return a.Oversold }, 2},
		"counters that went astray": {[]string{"UPDATE slot SET taken = 0 WHERE taken = 1"},
			func(a booking.Audit) int64 { return a.Astray }, 4},
		"half a booking": {[]string{"DELETE FROM appointment WHERE booking_id = 1 AND dose = 1"},
			func(a booking.Audit) int64 { return a.Broken }, 1},
		"doses on the wrong days": {[]string{"UPDATE appointment SET day = day + 30 WHERE booking_id = 1 AND dose = 2"},
			func(a booking.Audit) int64 { return a.Broken }, 1},
		"a person twice": {[]string{"DROP INDEX booking_one_live", "UPDATE booking SET person_id = 1"},
			func(a booking.Audit) int64 { return a.Duplicates }, 1},
		"a booking before the opening of its catalog": {[]string{"UPDATE campaign SET opens_at = now() + interval '1 minute'"},
			func(a booking.Audit) int64 { return a.Early }, 2},
		"a hold that nobody gave back": {[]string{"UPDATE booking SET state = 'held', expires_at = now() - interval '6 s' WHERE id = 1"},
			func(a booking.Audit) int64 { return a.Overdue }, 1},
		"people without a place": {[]string{"UPDATE slot SET stations = 0"},
			func(a booking.Audit) int64 { return a.Displaced }, 4},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, 2)
			d = d.with(d.MakeCatalog(1))
			d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
			d.must(d.Book(t.Context(), d.wants(2, d.at(1, 10), d.at(3, 10))))
			if a := d.sound(); test.found(a) != 0 {
				t.Fatalf("found before anything is wrong: %+v", a)
			}
			if err := d.sql(append([]string{without}, test.statements...)...); err != nil {
				t.Fatal(err)
			}
			a, err := d.Recount(t.Context())
			if err != nil || test.found(a) != test.want {
				t.Errorf("found %d, %v, want %d: %+v", test.found(a), err, test.want, a)
			}
			if sound := name == "people without a place"; a.Sound() != sound {
				t.Errorf("sound: %t, want %t", a.Sound(), sound)
			}
		})
	}
}

// TestFiftyMigrateAtOnce starts fifty processes on an empty database.
func TestFiftyMigrateAtOnce(t *testing.T) {
	uri := server.Database(t)
	keys := makeKeys(t, "2026-01")
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			s, err := postgres.Open(t.Context(), postgres.Options{URI: uri, Connections: 1, Keys: keysOf(keys)})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if err := s.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
			if err := s.Ready(t.Context()); err != nil {
				t.Errorf("migrated, it is not ready: %v", err)
			}
		})
	}
	all.Wait()
}

func TestNotReady(t *testing.T) {
	keys := makeKeys(t, "2026-01")
	s, err := postgres.Open(t.Context(), postgres.Options{URI: server.Database(t), Connections: 1, Keys: keysOf(keys)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ready(t.Context()); !errors.Is(err, postgres.ErrNotMigrated) {
		t.Errorf("on an empty database: %v, want %v", err, postgres.ErrNotMigrated)
	}
	gone, err := postgres.Open(t.Context(), postgres.Options{URI: "postgres://127.0.0.1:1/none?password=hunter2", Connections: 1, Keys: keysOf(keys)})
	if err != nil {
		t.Fatal(err)
	}
	defer gone.Close()
	if err := gone.Ready(t.Context()); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("without a database: %v", err)
	}
	for _, uri := range []string{"postgres://u:hunter2@h:port/x", "host=h password=hunter2 port=no", "%", "mysql://hunter2@x"} {
		if s, err := postgres.Open(t.Context(), postgres.Options{URI: uri, Connections: 1, Keys: keysOf(keys)}); err == nil {
			s.Close()
			t.Errorf("%s is taken for a URI", uri)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

// TestMigrationsOnlyAdd keeps pods that still run, while a rollout migrates, from finding
// something gone. A trigger's function may be replaced by one that suits them too.
func TestMigrationsOnlyAdd(t *testing.T) {
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d migrations, %v", len(files), err)
	}
	takesAway := regexp.MustCompile(`(?im)^\s*(DROP|ALTER TABLE .*\b(DROP|RENAME|ALTER COLUMN)|ALTER FUNCTION|TRUNCATE)\b.*`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		if found := takesAway.FindString(up); found != "" {
			t.Errorf("%s: %q: what runs may still use it; write it a version later, and add it here", file, found)
		}
	}
}

// TestANewerSchemaIsNoError has the next version migrate while this one runs.
func TestANewerSchemaIsNoError(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(1))
	if err := d.sql("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)", "ALTER TABLE booking ADD COLUMN weather text"); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Error(err)
	}
	if err := d.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
}
