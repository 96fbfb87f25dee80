/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// endpoints is the time between a process's removal from the Service and its SIGTERM.
const endpoints = 300 * time.Millisecond

// A new version is rolled out under a crowd, and rolled back. It adds a table and a column,
// changes some functions, and gives one of them another parameter. No request fails, and
// nothing that was acknowledged is lost.
func TestRolloutForwardAndBack(t *testing.T) {
	const clients = 6
	next := buildNext(t)
	w := newWorld(t, shared.Database(t))
	c := makeCatalog(1, time.Now().Add(-time.Hour), 12)
	w.prepare(c, 60)
	crowd := &crowd{t: t, servers: []*instance{w.serve("web"), w.serve("web-2"), w.serve("web-3")}}
	for _, p := range crowd.servers {
		p.mount(c)
		p.start()
	}
	for _, p := range crowd.servers {
		p.ready()
	}
	rows := w.connect()
	own := schemas(t, rows)
	if len(own) != 1 {
		t.Fatalf("schemas of functions: %v, want one", own)
	}
	random := chance(t)
	finish := crowd.come(clients, random)
	crowd.books(20)

	for _, p := range crowd.servers {
		p.roll(next)
		crowd.books(20) // at both versions
	}
	both := schemas(t, rows)
	if len(both) != 2 || both[0] != own[0] {
		t.Errorf("after the rollout there are the functions of %v, want those of the version before, %s, and the next", both, own[0])
	}
	if n := byNext(t, rows); n == 0 {
		t.Error("the next version runs, and nobody was booked by its functions")
	}

	for _, p := range crowd.servers {
		p.roll(program)
		crowd.books(20)
	}
	before := byNext(t, rows)
	crowd.books(20)
	if after := byNext(t, rows); after != before {
		t.Errorf("taken back, the version before has booked %d people by the functions of the next", after-before)
	}
	if got := schemas(t, rows); len(got) != 2 || got[1] != both[1] {
		t.Errorf("taken back, there are the functions of %v, want those of %v", got, both)
	}
	finish()
	t.Logf("%d people, %d requests acknowledged, %d booked by the next version", crowd.people.Load(), crowd.acknowledged.Load(), before)
	if n := crowd.unknown.Load(); n > 0 {
		t.Errorf("%d requests failed", n)
	}
	crowd.nothingIsLost(w, rows)
}

// roll replaces a process by one of another version, as a Deployment does: the Service
// sends it no new requests, it finishes what was begun, and the new one is sent requests
// once it is ready.
func (p *instance) roll(to string) {
	p.t.Helper()
	p.away.Store(true)
	time.Sleep(endpoints)
	told := time.Now()
	p.signal(syscall.SIGTERM)
	p.exits(told)
	p.program = to
	p.start()
	p.ready()
	p.away.Store(false)
}

// nothingIsLost compares all that people were told with what there is.
func (c *crowd) nothingIsLost(w *world, rows *pgx.Conn) {
	c.t.Helper()
	if _, err := rows.Exec(c.t.Context(), "UPDATE booking SET expires_at = clock_timestamp() WHERE state = 'held'"); err != nil {
		c.t.Fatal(err)
	}
	c.servers[0].until("all holds are given up", func() bool {
		return query[int](c.t, rows, "SELECT count(*) FROM booking WHERE state = 'held'") == 0
	})
	c.check(c.t.Context())
	a, booked := w.audit(), c.booked()
	if a.Booked != booked {
		c.t.Errorf("%d bookings, and %d were acknowledged", a.Booked, booked)
	}
	if taken := query[int64](c.t, rows, "SELECT sum(taken) FROM slot"); taken != 2*booked || a.Sold != 2*booked {
		c.t.Errorf("%d places are taken by the counters and %d by the rows, want 2 for each of %d bookings", taken, a.Sold, booked)
	}
	for _, p := range c.servers {
		p.noPanic()
	}
}

// schemas lists the schemas of functions, the oldest first.
func schemas(t *testing.T, from *pgx.Conn) []string {
	t.Helper()
	return query[[]string](t, from, "SELECT array_agg(name ORDER BY installed_at) FROM function_schema JOIN pg_namespace ON nspname = name")
}

// byNext counts the bookings that the functions of the next version made.
func byNext(t *testing.T, from *pgx.Conn) int64 {
	t.Helper()
	return query[int64](t, from, "SELECT count(*) FROM of_next")
}

// edit is a change of a source file. A new file has nothing before.
type edit struct{ file, before, after string }

// nextVersion has the kinds of change that a next version may make.
var nextVersion = []edit{
	{"migrations/00099_next.sql", "", "-- +goose Up\nCREATE TABLE of_next (booking_id bigint PRIMARY KEY REFERENCES booking);\nALTER TABLE booking ADD COLUMN note text;\n"},
	{"functions/take_places.sql", "    outcome := 'done';\n", "    INSERT INTO of_next VALUES (of_booking);\n    UPDATE booking SET note = 'next' WHERE id = of_booking;\n    outcome := 'done';\n"},
	{"functions/cancel_booking.sql", "p_tell boolean", "p_notify boolean"},
	{"functions/cancel_booking.sql", "p_tell => p_tell AND", "p_tell => p_notify AND"},
	{"verbs.go", "FROM cancel_booking(\n\t\t\tp_number => @number, p_hashes => @hashes, p_tell => true", "FROM cancel_booking(\n\t\t\tp_number => @number, p_hashes => @hashes, p_notify => true"},
}

// buildNext builds the next version from the sources of this one, and returns its path.
func buildNext(t *testing.T) string {
	t.Helper()
	directory := t.TempDir()
	replaced := map[string]string{} // by the path of the source
	for _, e := range nextVersion {
		source := must(filepath.Abs(filepath.Join("../../internal/booking/postgres", e.file)))
		changed := filepath.Join(directory, strings.ReplaceAll(e.file, "/", "-"))
		text := e.after
		if e.before != "" {
			from := source
			if replaced[source] != "" {
				from = changed
			}
			now := string(must(os.ReadFile(from)))
			if strings.Count(now, e.before) != 1 {
				t.Fatalf("%s does not have %q once: change this test with it", e.file, e.before)
			}
			text = strings.Replace(now, e.before, e.after, 1)
		}
		replaced[source] = changed
		if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	overlay, to := filepath.Join(directory, "overlay.json"), filepath.Join(directory, "booking-next")
	err := os.WriteFile(overlay, must(json.Marshal(map[string]any{"Replace": replaced})), 0o600)
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-overlay="+overlay, "-o", to, "github.com/mezzanotte/mezzanotte/cmd/booking")
	build.Stderr = os.Stderr
	if err := errors.Join(err, build.Run()); err != nil {
		t.Fatal("build the next version: ", err)
	}
	return to
}
