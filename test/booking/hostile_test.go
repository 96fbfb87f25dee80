/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// personal returns the personal data in a request, which no log may contain.
var personal = regexp.MustCompile(`STP[0-9]{10}|[0-9]@example|` + wrongFiscal + "|" + rightFiscal + `|CNTCHR83|DROP TABLE|1948-05-21`)

// Ten thousand hostile requests are each answered with a 4xx, none with a 5xx, and no log
// contains anything from them.
func TestHostile(t *testing.T) {
	const requests, workers = 10_000, 6
	w := newWorld(t, shared.Database(t))
	c := makeCatalog(1, time.Now().Add(-time.Hour), 1000)
	w.prepare(c, 20)
	p := w.serve("web", "--verbose")
	p.mount(c)
	p.start()
	p.ready()
	now := time.Now()
	v := victim{who: 7, key: "the-key-of-the-victim", places: both(now, 3)}
	a, err := p.post(t.Context(), "$book", v.key, takes(v.who, v.places))
	if err != nil || !a.done() {
		t.Fatal(a, err)
	}
	v.number = a.number()

	random := chance(t)
	slow := p.slow(t)
	work := make(chan string)
	var all sync.WaitGroup
	for range workers {
		h := hostile{rand.New(rand.NewPCG(random.Uint64(), 0)), now, v}
		all.Go(func() {
			for sort := range work {
				p.attack(t, h, sort)
			}
		})
	}
	names := slices.Sorted(maps.Keys(sorts))
	for i := range requests {
		work <- names[i%len(names)]
	}
	close(work)
	all.Wait()
	slow()

	if a, err := p.look(t.Context(), v.number, v.who); err != nil || a.statuses() != "booked" || !slices.Equal(a.places(), v.places) {
		t.Errorf("the victim's booking: %v, %v", a, err)
	}
	p.discreet(requests)
	p.noPanic()
	w.audit()
}

// discreet looks for bugs in the log, which has a line for most requests, and for personal
// data in it and in PostgreSQL's.
func (p *instance) discreet(requests int) {
	p.t.Helper()
	debug := 0
	for _, l := range p.lines() {
		switch l.Level {
		case "ERROR", "":
			p.t.Errorf("the server wrote: %.500s", l.text)
		case "DEBUG":
			debug++
		}
	}
	if debug < requests/2 {
		p.t.Errorf("%d lines of the log are about requests: too few for it to prove anything", debug)
	}
	for _, log := range []string{p.log, shared.Log()} {
		text, err := os.ReadFile(log)
		if err != nil {
			p.t.Fatal(err)
		}
		if found := personal.Find(text); found != nil {
			p.t.Errorf("%s has %q", log, found)
		}
	}
}

// attack makes one request of a sort. What was spoiled may be right all the same, where
// it is passed over.
func (p *instance) attack(t *testing.T, h hostile, sort string) {
	for {
		text := sorts[sort](h)
		status, answered, err := p.wire(text)
		switch {
		case err != nil:
			t.Errorf("%s: not answered: %v\n%.300q", sort, err, text)
		case status == http.StatusOK && sort == "spoiled":
			continue
		case status < 400 || status > 499:
			t.Errorf("%s: answered %d %.300s\n%.600q", sort, status, answered, text)
		}
		if found := personal.FindString(answered); found != "" {
			t.Errorf("%s: the answer has %q: %.300s", sort, found, answered)
		}
		return
	}
}

// wire sends bytes and reads the answer to them.
func (p *instance) wire(text []byte) (status int, answered string, err error) {
	connection, err := net.Dial("tcp", strings.TrimPrefix(p.url(), "http://"))
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = connection.Close() }()
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, "", err
	}
	go func() { _, _ = connection.Write(text) }() // the server may have heard enough
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	return response.StatusCode, string(body), err
}

// slow sends requests byte after byte, or not to their end. The function that it
// returns waits until the server has had enough of all of them.
func (p *instance) slow(t *testing.T) (wait func()) {
	var all sync.WaitGroup
	for i := range 24 {
		whole := string(post("$book", must(json.Marshal(takes(i, both(time.Now(), 0))))))
		text, most := whole, 8*time.Second // server: readTimeout
		if i%2 == 0 {
			text, most = whole[:40], 5*time.Second // headerTimeout
		}
		all.Go(func() {
			connection, err := net.Dial("tcp", strings.TrimPrefix(p.url(), "http://"))
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = connection.Close() }()
			began := time.Now()
			_ = connection.SetDeadline(began.Add(patience))
			go func() {
				for _, c := range []byte(text) {
					if _, err := connection.Write([]byte{c}); err != nil {
						return
					}
					if i%4 < 2 {
						time.Sleep(150 * time.Millisecond)
					} else if c == '{' {
						return // and nothing more
					}
				}
			}()
			got, err := io.ReadAll(connection) // until it is closed
			took := time.Since(began)
			if status := string(got); status != "" && !strings.HasPrefix(status, "HTTP/1.1 408") && !strings.HasPrefix(status, "HTTP/1.1 400") {
				t.Errorf("a slow request was answered %.100q", status)
			}
			if os.IsTimeout(err) || took > most+5*time.Second {
				t.Errorf("a slow request was suffered for %v: %v", took, err)
			}
		})
	}
	return all.Wait
}
