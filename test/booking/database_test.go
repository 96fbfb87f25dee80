/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

// A process that starts before its database, or loses it, says so, sends people away
// to come again, and works when the database does.
func TestNoDatabase(t *testing.T) {
	database := pgserver.Test(t, pgserver.Options{})
	w := newWorld(t, database.Database(t))
	if err := database.Kill(); err != nil {
		t.Fatal(err)
	}
	p := w.serve("web")
	p.mount(makeCatalog(1, time.Now().Add(-time.Hour), 10))
	p.start()
	p.until("says that the database does not answer", func() bool {
		a, err := p.get("/readyz")
		return err == nil && a.status == http.StatusServiceUnavailable &&
			strings.Contains(a.text, `"check":"store","reason":"does not answer"`)
	})
	p.lives()
	p.turnsAway(100)

	restart(t, database)
	p.ready()
	now := time.Now()
	first := p.books(2, now)

	for outage := range 2 {
		if err := database.Kill(); err != nil {
			t.Fatal(err)
		}
		for n := range 20 {
			p.turnsAway(200 + 20*outage + n)
			time.Sleep(50 * time.Millisecond)
		}
		p.staysReady()
		if outage == 1 { // a long one
			time.Sleep(process.Outage)
			p.until("is not ready", func() bool { return p.status("/readyz") == http.StatusServiceUnavailable })
		}
		p.lives()
		restart(t, database)
		p.ready()
	}
	p.books(3, now)
	if a, err := p.look(t.Context(), first, 2); err != nil || a.statuses() != "booked" {
		t.Errorf("who was booked before: %v, %v", a, err)
	}
	p.noPanic()
	w.audit()
}

func restart(t *testing.T, database *pgserver.Server) {
	t.Helper()
	if err := database.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// staysReady waits until the process reports that it lost its database, and checks that it is
// still ready: all others have lost it too, and people need an answer.
func (p *instance) staysReady() {
	p.t.Helper()
	p.until("says that the database does not answer, and is ready", func() bool {
		a, err := p.get("/readyz")
		if err != nil || a.status != http.StatusOK {
			p.t.Fatalf("shortly after the database is lost the probe of readiness is answered %v, %v", a, err)
		}
		return strings.Contains(a.text, `"check":"store","reason":"does not answer"`)
	})
}

func (p *instance) lives() {
	p.t.Helper()
	if status := p.status("/livez"); status != http.StatusOK {
		p.t.Errorf("the probe of life is answered %d: the process would be started anew, for nothing", status)
	}
}

// turnsAway sends a booking, which must be answered with a Retry-After.
func (p *instance) turnsAway(who int) {
	p.t.Helper()
	a, err := p.post(p.t.Context(), "$book", "", takes(who, both(time.Now(), 0)))
	if err != nil || a.status != http.StatusServiceUnavailable || a.code != booking.CodeTryAgain || a.header.Get("Retry-After") == "" {
		p.t.Errorf("without a database somebody is answered %v, %v", a, err)
	}
}

// books books somebody, and returns the booking's number. A process that starts on an
// empty database is ready a little before it has made all slots.
func (p *instance) books(who int, now time.Time) (number string) {
	p.t.Helper()
	p.until("books", func() bool {
		a, err := p.post(p.t.Context(), "$book", "", takes(who, both(now, 0)))
		if err != nil || !a.done() && a.code != booking.CodeNoSlot && a.code != booking.CodeTooManyRequests {
			p.t.Fatalf("somebody who may book is answered %v, %v", a, err)
		}
		number = a.number()
		time.Sleep(200 * time.Millisecond)
		return a.done()
	})
	return number
}
