/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"bytes"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Clients keep cookies: an agent who has signed in at one server of a call centre
// has done so at all of them.
func init() { client.Jar, _ = cookiejar.New(nil) } // never fails

const (
	agent    = "anna"
	password = "cavallo graffetta 7"
)

// serveDesk makes a server of a call centre with one agent.
func (w *world) serveDesk(name string) *instance {
	w.t.Helper()
	directory := w.path("sign-in")
	if err := os.MkdirAll(directory, 0o700); err != nil {
		w.t.Fatal(err)
	}
	line := exec.CommandContext(w.t.Context(), program, "new-agent", agent)
	line.Stdin = strings.NewReader(password + "\n")
	text, err := line.Output()
	if err == nil {
		err = os.WriteFile(w.path("sign-in", "agents"), text, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return w.serve(name, "--channel-type=call-centre", "--sign-in="+directory, "--public-url=http://127.0.0.1")
}

// signIn lets the agent in.
func (p *instance) signIn() {
	p.t.Helper()
	response, err := client.PostForm(p.url()+"/en/sign-in", url.Values{"name": {agent}, "password": {password}})
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK || response.Request.URL.Path != "/en/" {
		p.t.Fatalf("signing in ends at %s with %d", response.Request.URL, response.StatusCode)
	}
}

// TestDesk: an agent signs in once, at one process. Every other process knows them, even
// after that one was killed, and the store records who booked. Nobody else can book at a desk.
func TestDesk(t *testing.T) {
	w := newWorld(t, shared.Database(t))
	c := makeCatalog(1, time.Now().Add(-time.Hour), 4)
	w.prepare(c, 30)
	first, second, closed := w.serveDesk("desk"), w.serveDesk("desk-2"), w.serve("desk-3", "--channel-type=call-centre")
	for _, p := range []*instance{first, second, closed} {
		p.mount(c)
		p.start()
	}
	for _, p := range []*instance{first, second, closed} {
		p.ready()
	}
	first.signIn()
	second.kill()
	second.start()
	second.ready()
	now := time.Now()
	second.books(1, now)
	if who := query[string](t, w.connect(), "SELECT channel || ' ' || actor FROM event"); who != "desk-2 "+agent {
		t.Errorf("on record is %s", who)
	}
	stranger := &http.Client{}
	for _, p := range []*instance{second, closed} {
		for _, with := range []*http.Client{stranger, client} {
			if with == client && p != closed {
				continue
			}
			response, err := with.Post(p.url()+"/fhir/Appointment/$find", "application/json", bytes.NewReader([]byte(`{"resourceType":"Parameters","parameter":[{"name":"campaign","valueString":"`+band+`"}]}`)))
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s answers %d to who has not signed in", p.name, response.StatusCode)
			}
		}
	}
	for _, p := range []*instance{first, second} {
		p.noPanic()
		if text, err := os.ReadFile(p.log); err != nil || strings.Contains(string(text), password) {
			t.Errorf("the log of %s says a password, or cannot be read: %v", p.name, err)
		}
	}
}
