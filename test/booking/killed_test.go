/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

// Servers and PostgreSQL are killed in the middle of a crowd. What was acknowledged
// is there afterwards, and nothing that was not; no place is lost.
func TestKilledInTheCrowd(t *testing.T) {
	const serverKills, databaseKills, clients = 6, 4, 16
	random := chance(t)
	database := pgserver.Test(t, pgserver.Options{})
	w := newWorld(t, database.Database(t))
	c := makeCatalog(1, time.Now().Add(-time.Hour), 12)
	w.prepare(c, 60)
	crowd := &crowd{t: t, servers: []*instance{w.serve("web"), w.serve("app"), w.serveDesk("desk")}}
	for _, p := range crowd.servers {
		p.mount(c)
		p.start()
	}
	for _, p := range crowd.servers {
		p.ready()
	}
	crowd.servers[2].signIn()
	began := time.Now()
	finish := crowd.come(clients, random)
	kills := make([]bool, serverKills+databaseKills) // whether it is PostgreSQL's turn
	for i := range databaseKills {
		kills[i] = true
	}
	random.Shuffle(len(kills), func(i, j int) { kills[i], kills[j] = kills[j], kills[i] })
	for _, itself := range kills {
		crowd.books(10)
		rest(random, 1500*time.Millisecond)
		if itself {
			crash(t, database, random)
		} else {
			p := crowd.servers[random.IntN(len(crowd.servers))]
			p.kill()
			rest(random, 500*time.Millisecond)
			p.start()
		}
	}
	crowd.books(10)
	finish()
	t.Logf("in %v: %d people, %d requests acknowledged, %d of which nobody knew what became of them, %d answered as carried out before",
		time.Since(began).Round(time.Second), crowd.people.Load(), crowd.acknowledged.Load(), crowd.unknown.Load(), crowd.repeated.Load())
	if crowd.unknown.Load() == 0 {
		t.Error("nobody met a crash: they were not in the middle of the crowd")
	}

	rows := w.connect()
	if _, err := rows.Exec(t.Context(), "UPDATE booking SET expires_at = clock_timestamp() WHERE state = 'held'"); err != nil {
		t.Fatal(err)
	}
	crowd.servers[0].until("all holds are given back", func() bool {
		return query[int](t, rows, "SELECT count(*) FROM booking WHERE state = 'held'") == 0
	})
	crowd.check(t.Context())
	a, booked := w.audit(), crowd.booked()
	t.Logf("%d bookings were acknowledged and not cancelled; the audit: %+v", booked, a)
	if a.Booked != booked {
		t.Errorf("%d bookings, and %d were acknowledged", a.Booked, booked)
	}
	if taken := query[int64](t, rows, "SELECT sum(taken) FROM slot"); taken != 2*booked || a.Sold != 2*booked {
		t.Errorf("%d places are taken by the counters and %d by the rows, want 2 for each of %d bookings", taken, a.Sold, booked)
	}
	for _, p := range crowd.servers {
		p.noPanic()
	}
}

// crash kills PostgreSQL as a power cut would, and starts it again.
func crash(t *testing.T, database *pgserver.Server, random *rand.Rand) {
	t.Helper()
	if err := database.Kill(); err != nil {
		t.Fatal(err)
	}
	rest(random, 500*time.Millisecond)
	if err := database.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// books waits until the crowd has got a number of further answers.
func (c *crowd) books(more int64) {
	c.t.Helper()
	deadline := time.Now().Add(patience)
	for want := c.acknowledged.Load() + more; c.acknowledged.Load() < want && !c.t.Failed(); {
		if time.Now().After(deadline) {
			c.t.Fatalf("after %v the crowd still cannot book again", patience)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
