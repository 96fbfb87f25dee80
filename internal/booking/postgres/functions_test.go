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
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

// list reads one column of texts.
func (d world) list(query string) []string {
	d.tb.Helper()
	rows, err := d.connection().Query(d.tb.Context(), query)
	if err != nil {
		d.tb.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		d.tb.Fatal(err)
	}
	return found
}

// schemas lists the schemas of functions, and checks that their table lists the same.
func (d world) schemas() []string {
	d.tb.Helper()
	found := d.list(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'booking\_%' ORDER BY nspname`)
	if diff := cmp.Diff(found, d.list("SELECT name FROM function_schema ORDER BY name")); diff != "" {
		d.tb.Errorf("schemas (-there are +the table has):\n%s", diff)
	}
	return found
}

// TestFunctionsAreInstalledOnce migrates again, as every new process does, and after the
// functions were dropped.
func TestFunctionsAreInstalledOnce(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(2))
	const installed = "SELECT installed_at::text FROM function_schema"
	before := d.list(installed)
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	own := d.schemas()
	if len(own) != 1 || !slices.Equal(d.list(installed), before) {
		t.Errorf("migrated again, there are %v, installed at %v; want one, installed at %v", own, d.list(installed), before)
	}
	if err := d.sql("DROP SCHEMA " + own[0] + " CASCADE"); err != nil {
		t.Fatal(err)
	}
	if err := d.Ready(t.Context()); !errors.Is(err, postgres.ErrNotMigrated) {
		t.Errorf("without its functions: %v, want %v", err, postgres.ErrNotMigrated)
	}
	if err := second(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9)))); !errors.Is(err, postgres.ErrNotMigrated) {
		t.Errorf("without its functions somebody who books hears %v, want %v", err, postgres.ErrNotMigrated)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	d.schemas()
}

// TestMigratingLeavesNoConnection counts them: a process has no more than it was given.
func TestMigratingLeavesNoConnection(t *testing.T) {
	const own = "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'mezzanotte'"
	d := open(t, 1)
	var got []string
	for range 50 { // a server process ends a little later than its connection
		if got = d.list(own); slices.Equal(got, []string{"1"}) {
			return
		}
		if err := d.sql("SELECT pg_sleep(0.1)"); err != nil {
			t.Fatal(err)
		}
	}
	t.Errorf("%v connections are open, want 1", got)
}

// TestOldFunctionsGo installs beside schemas of other versions. Schemas that were unused for
// long are dropped, except the one that was used last.
func TestOldFunctionsGo(t *testing.T) {
	d := open(t, 2)
	own := d.schemas()[0]
	others := []string{
		"CREATE SCHEMA booking_oldest", "INSERT INTO function_schema VALUES ('booking_oldest', now() - interval '9 days', now() - interval '3 days')",
		"CREATE FUNCTION booking_oldest.take() RETURNS int RETURN 1",
		"CREATE SCHEMA booking_before", "INSERT INTO function_schema VALUES ('booking_before', now() - interval '8 days', now() - interval '2 days')",
		"DELETE FROM function_schema WHERE name = '" + own + "'", // as if it came only now
	}
	if err := d.sql(others...); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{own, "booking_before"}, sortedLast(d.schemas(), "booking_before")); diff != "" {
		t.Errorf("schemas (-want +got):\n%s", diff)
	}

	// Two other versions are in use: an older and a newer one.
	if err := d.sql(
		"CREATE SCHEMA booking_newer", "INSERT INTO function_schema VALUES ('booking_newer')",
		"UPDATE function_schema SET used_at = now() - interval '1 hour' WHERE name = 'booking_before'",
		"DELETE FROM function_schema WHERE name = '"+own+"'",
	); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := d.schemas(); len(got) != 3 {
		t.Errorf("of three versions that are in use, %v have their functions", got)
	}
}

// sortedLast moves one to the end.
func sortedLast(all []string, last string) []string {
	return append(slices.DeleteFunc(all, func(s string) bool { return s == last }), last)
}

// TestUseIsNoted keeps the functions of a process that runs from being dropped.
func TestUseIsNoted(t *testing.T) {
	d := open(t, 2)
	const age = "SELECT (extract(epoch FROM clock_timestamp() - used_at) < 5)::text FROM function_schema"
	if err := d.sql("UPDATE function_schema SET used_at = now() - interval '2 days'"); err != nil {
		t.Fatal(err)
	}
	if err := d.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := d.list(age); !slices.Equal(got, []string{"true"}) {
		t.Error("a process is ready, and its functions are not noted as used")
	}
}

// TestFunctionsFixTheirSearchPath: functions that are called from outside do; the functions
// that they call use theirs.
func TestFunctionsFixTheirSearchPath(t *testing.T) {
	files, err := filepath.Glob("functions/*.sql")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d functions, %v", len(files), err)
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, source := range sources {
		if !strings.HasSuffix(source, "_test.go") {
			code.WriteString(read(t, source))
		}
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		text := read(t, file)
		if got := regexp.MustCompile(`(?m)^CREATE FUNCTION (\w+)`).FindAllStringSubmatch(text, -1); len(got) != 1 || got[0][1] != name {
			t.Errorf("%s creates %v, want one function of the file's name", file, got)
		}
		if !strings.HasPrefix(text, "-- "+name+" ") {
			t.Errorf("%s does not begin with a comment on %s", file, name)
		}
		if lines := strings.Count(text, "\n"); lines > 60 {
			t.Errorf("%s has %d lines, want at most 60", file, lines)
		}
		inlined := name == "free_places" // TestFreePlacesAreInlined
		called := regexp.MustCompile(`\b` + name + `\(`).MatchString(code.String())
		if fixed := strings.Contains(text, "SET search_path FROM CURRENT"); !inlined && fixed != called {
			t.Errorf("%s: called from Go: %t, fixes its search_path: %t; want the same", name, called, fixed)
		}
	}
}

// TestFreePlacesAreInlined: a search looks at each slot, and calls nothing for it.
func TestFreePlacesAreInlined(t *testing.T) {
	d := open(t, 1)
	own := d.schemas()[0]
	plan := strings.Join(d.list("EXPLAIN (VERBOSE) SELECT "+own+".free_places(slot, false, now()) FROM slot WHERE "+own+".free_places(slot, true, now()) > 0"), "\n")
	if strings.Contains(plan, "free_places") || !strings.Contains(plan, "desk_until") {
		t.Errorf("the plan calls free_places:\n%s", plan)
	}
}

// TestColumnsMayGo: functions of a version before must not keep a migration from dropping
// a column that no version uses any more.
func TestColumnsMayGo(t *testing.T) {
	d := open(t, 1)
	columns := d.list(`SELECT format('ALTER TABLE %I DROP COLUMN %I', relname, attname) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 ORDER BY 1`)
	if len(columns) < 50 {
		t.Fatalf("only %d columns", len(columns))
	}
	for _, drop := range columns {
		// Other tables may need the column, functions may not.
		var pg *pgconn.PgError
		if err := d.sql(drop, "ROLLBACK"); errors.As(err, &pg) && strings.Contains(pg.Detail, "function ") {
			t.Errorf("%s: %s: %s", drop, pg.Message, pg.Detail)
		}
	}
}

// TestMigratingDoesNotHoldUpBookings: a migration that waits for a table has all bookings
// wait behind it, so it gives up soon and is tried again.
func TestMigratingDoesNotHoldUpBookings(t *testing.T) {
	d := open(t, 1)
	if err := d.sql("DELETE FROM goose_db_version WHERE version_id = 5", "DROP TABLE function_schema"); err != nil {
		t.Fatal(err)
	}
	audit, err := d.connection().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := audit.Exec(t.Context(), "LOCK TABLE goose_db_version IN SHARE MODE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	var pg *pgconn.PgError
	const lockNotAvailable = "55P03"
	if err := d.Migrate(ctx); !errors.As(err, &pg) || pg.Code != lockNotAvailable {
		t.Errorf("%v, want the database's error %s after 1 s", err, lockNotAvailable)
	}
	if err := audit.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Migrate(t.Context()), d.Ready(t.Context())); err != nil {
		t.Error(err)
	}
}

// TestFunctionsOutOfReach: they are installed, but this process's role may not use them.
// A pooler that ignores the search_path of a connection has the same effect.
func TestFunctionsOutOfReach(t *testing.T) {
	d := open(t, 1)
	own := d.schemas()[0]
	if err := d.sql("DO $$ BEGIN CREATE ROLE out_of_reach LOGIN; EXCEPTION WHEN duplicate_object THEN END $$", "GRANT ALL ON ALL TABLES IN SCHEMA public TO out_of_reach"); err != nil {
		t.Fatal(err)
	}
	s, err := postgres.Open(t.Context(), postgres.Options{
		URI: strings.Replace(d.uri, pgserver.Superuser+"@", "out_of_reach@", 1), Connections: 1, Keys: keysOf(makeKeys(t, "2026-01")),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ready(t.Context()); err == nil || errors.Is(err, postgres.ErrNotMigrated) || !strings.Contains(err.Error(), own) {
		t.Errorf("got %v, want an error that names %s", err, own)
	}
	if err := d.sql("GRANT USAGE ON SCHEMA " + own + " TO out_of_reach"); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestVersionFourIsUpgraded has a database whose functions are in public, as migrations
// 2 to 4 made them once, and people who book while this version comes.
func TestVersionFourIsUpgraded(t *testing.T) {
	uri := server.Database(t)
	d := world{tb: t, uri: uri}
	statements := []string{strings.ReplaceAll(read(t, "migrations/00001_tables.sql"), "-- +goose Up", ""), read(t, "testdata/version4.sql"),
		"CREATE TABLE goose_db_version (id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT now())",
		"INSERT INTO goose_db_version (version_id, is_applied) SELECT v, true FROM generate_series(0, 4) v"}
	if err := d.sql(statements...); err != nil {
		t.Fatal(err)
	}
	const old = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
	before := d.list(old)
	d = openAt(t, uri, 2)
	d = d.with(d.MakeCatalog(2))
	if err := d.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	d.must(d.Move(t.Context(), ref(d, b, 1), booking.Change{Revision: 1, Places: []booking.Place{d.at(1, 9), d.at(4, 9)}}))
	if diff := cmp.Diff(before, d.list(old)); diff != "" {
		t.Errorf("functions that the version before calls (-before +after):\n%s", diff)
	}
	if got := d.list("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc LIKE '%public.%' ORDER BY 1"); !slices.Equal(got, []string{"appointment_place", "booking_whole"}) {
		t.Errorf("the functions of triggers that are replaced: %v", got)
	}
	// A pod of the version before books and gives up.
	if err := d.sql(
		`SELECT take(ARRAY[sha256('b')], ARRAY['2026-01'], 'x', '2026-01', '000000000001', 'Vaccination', 'over-80', 1, 2, 4,
			array_agg(hub_id ORDER BY starts_at), array_agg(starts_at ORDER BY starts_at), false, NULL, NULL, false, 'web', NULL, NULL, NULL) FROM appointment`,
		"SELECT cancel('000000000001', ARRAY[sha256('b')], false, 'web', NULL, NULL, NULL)",
	); err != nil {
		t.Fatal(err)
	}
	if got := d.list("SELECT state FROM booking ORDER BY id"); !slices.Equal(got, []string{"booked", "cancelled"}) {
		t.Errorf("the bookings are %v", got)
	}
	d.sound()
}
