/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// grace is the default of --drain: the time that begun requests may take.
const grace = 20 * time.Second

// open is a world with one process, and a campaign that is open.
func open(t *testing.T) (*world, *instance) {
	t.Helper()
	w := newWorld(t, shared.Database(t))
	c := makeCatalog(1, time.Now().Add(-time.Hour), 1000)
	w.prepare(c, 20)
	p := w.serve("web")
	p.mount(c)
	p.start()
	p.ready()
	return w, p
}

// exits waits until the process has ended by itself, with status 0, in time.
func (p *instance) exits(told time.Time) {
	p.t.Helper()
	select {
	case <-p.Exited:
	case <-time.After(grace + 5*time.Second):
		p.t.Fatalf("the %s server does not end", p.name)
	}
	if took := time.Since(told); p.Err != nil || took > grace {
		p.t.Errorf("the %s server ended with %v, %v after it was told to", p.name, p.Err, took)
	}
}

// A server that shuts down finishes begun requests: those that wait for the database, and one
// that is only half sent.
func TestDrain(t *testing.T) {
	w, p := open(t)
	rows, other := w.connect(), w.connect()
	now := clock(t, rows)
	places := both(now, 0)
	lock, err := rows.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Exec(t.Context(), "SELECT FROM slot WHERE starts_at = $1 FOR UPDATE", places[0].StartsAt); err != nil {
		t.Fatal(err)
	}
	const begun = 5
	var all sync.WaitGroup
	for who := range begun {
		all.Go(func() {
			if a, err := p.post(t.Context(), "$book", "", takes(who, places)); err != nil || !a.done() {
				t.Errorf("a request that was begun: %v, %v", a, err)
			}
		})
	}
	p.until("all wait for the database", func() bool {
		return query[int](t, other, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == begun
	})
	half := p.half(t, takes(begun, both(now, 1)))
	base := p.url()
	told := time.Now()
	p.signal(syscall.SIGTERM)
	for {
		if status := probe(t.Context(), base); status != http.StatusOK {
			t.Logf("after %v the probe of readiness is answered %d (0: not at all)", time.Since(told).Round(time.Millisecond), status)
			break
		}
		if time.Since(told) > 5*time.Second {
			t.Fatal("the process was told to end, and is still ready")
		}
		time.Sleep(10 * time.Millisecond)
	}
	select {
	case <-p.Exited:
		t.Error("the process has ended before what was begun was finished")
	case <-time.After(500 * time.Millisecond):
	}
	if err := lock.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	if a := half(); !a.done() {
		t.Errorf("a request of which half had come: %v", a)
	}
	p.exits(told)
	if a := w.audit(); a.Booked != begun+1 {
		t.Errorf("%d are booked, want %d", a.Booked, begun+1)
	}
	p.noPanic()
}

func probe(ctx context.Context, base string) int {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
	if err != nil {
		return 0
	}
	a, err := send(r)
	if err != nil {
		return 0
	}
	return a.status
}

// half sends half of a request to book; the function that it returns sends the rest.
func (p *instance) half(t *testing.T, parameters any) func() answer {
	t.Helper()
	text := must(json.Marshal(parameters))
	connection, err := net.Dial("tcp", strings.TrimPrefix(p.url(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	write := func(text string) {
		if _, err := io.WriteString(connection, text); err != nil {
			t.Error(err)
		}
	}
	write(fmt.Sprintf("POST /fhir/Appointment/$book HTTP/1.1\r\nHost: here\r\nContent-Type: application/fhir+json\r\nContent-Length: %d\r\n\r\n", len(text)))
	write(string(text[:len(text)/2]))
	time.Sleep(100 * time.Millisecond) // it is read
	return func() answer {
		write(string(text[len(text)/2:]))
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Error(err)
			return answer{}
		}
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Error(err)
		}
		return read(response, text)
	}
}

// A server shuts down in the middle of a crowd: everybody who got an answer is booked, and
// nothing was started for the others.
func TestDrainInTheCrowd(t *testing.T) {
	w, p := open(t)
	rows := w.connect()
	now := clock(t, rows)
	var (
		all              sync.WaitGroup
		mu               sync.Mutex
		answered, not    []string // keys
		first            = make(chan struct{})
		once             sync.Once
		withinOneProcess = 6 // requests that may use the database at once
	)
	for i := range withinOneProcess {
		all.Go(func() {
			for who := 1_000_000 * (i + 1); ; who++ {
				key := fmt.Sprintf("a-key-of-person-%09d", who)
				a, err := p.post(t.Context(), "$book", key, takes(who, both(now, who%20)))
				mu.Lock()
				if err != nil {
					not = append(not, key)
					mu.Unlock()
					return
				}
				answered = append(answered, key)
				mu.Unlock()
				if !a.done() {
					t.Errorf("answered, but not booked: %v", a)
				}
				once.Do(func() { close(first) })
			}
		})
	}
	<-first
	rest(chance(t), time.Second)
	told := time.Now()
	if err := p.Signal(syscall.SIGTERM); err != nil { // everybody still knows its address
		t.Fatal(err)
	}
	all.Wait()
	p.exits(told)
	t.Logf("%d were answered, %d not; it took %v to end", len(answered), len(not), time.Since(told).Round(time.Millisecond))
	has := func(key string) bool {
		sum := sha256.Sum256([]byte(key))
		return query[bool](t, rows, "SELECT EXISTS (SELECT FROM event WHERE key = $1)", sum[:])
	}
	for _, key := range answered {
		if !has(key) {
			t.Errorf("%s was answered, and is not booked", key)
		}
	}
	for _, key := range not {
		if has(key) {
			t.Errorf("%s was begun, and not answered", key)
		}
	}
	if a := w.audit(); a.Booked != int64(len(answered)) {
		t.Errorf("%d are booked, and %d were answered", a.Booked, len(answered))
	}
	p.noPanic()
}
