/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

// Passwords of agents.
const (
	annas  = "cavallo graffetta 7"
	brunos = "lampada ortica 21"
)

// lines of agents, made once: a hash takes its time.
var lines = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for name, password := range map[string]string{"anna": annas, "bruno": brunos} {
		line, err := NewLine(name, password)
		if err != nil {
			panic(err)
		}
		out[name] = line
	}
	return out
})

// world is an authenticator whose surroundings a test controls.
type world struct {
	*Authenticator
	t   testing.TB
	dir string
	log bytes.Buffer

	mu   sync.Mutex
	time time.Time
	from string // address of the client
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.time
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.time = w.time.Add(d)
}

func (w *world) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// newWorld has the files of a directory, or anna and bruno.
func newWorld(t testing.TB, files map[string]string) *world {
	t.Helper()
	if files == nil {
		files = map[string]string{agentsFile: "# night shift\n" + lines()["anna"] + "\n\n" + lines()["bruno"] + "\n"}
	}
	w := &world{t: t, dir: t.TempDir(), time: time.Date(2026, 12, 1, 22, 0, 0, 0, time.UTC), from: "192.0.2.1"}
	for name, text := range files {
		w.write(name, text)
	}
	keys := t.TempDir()
	if err := os.WriteFile(filepath.Join(keys, "2026-01-01"), []byte(keyring.Generate([32]byte{7})), 0o600); err != nil {
		t.Fatal(err)
	}
	k, err := keyring.Load(keys)
	if err != nil {
		t.Fatal(err)
	}
	w.Authenticator, err = New(Options{
		Directory: w.dir, Keys: func() *keyring.Keys { return k }, Clock: w.now, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		Address: func(*http.Request) string { return w.from },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// browser keeps cookies.
type jar map[string]*http.Cookie

func (b jar) request(method, address string) *http.Request {
	r := httptest.NewRequest(method, address, nil)
	for _, c := range b {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	return r
}

func (b jar) keep(t testing.TB, answer *httptest.ResponseRecorder) {
	t.Helper()
	for _, c := range answer.Result().Cookies() {
		if !c.Secure || !c.HttpOnly || c.Path != "/" || len(c.Name) < 7 || c.Name[:7] != "__Host-" || c.SameSite < http.SameSiteLaxMode || len(c.String()) > 4000 {
			t.Errorf("a cookie is not as safe as it should be: %+v", c)
		}
		if b[c.Name] = c; c.MaxAge < 0 {
			delete(b, c.Name)
		}
	}
}

func (w *world) password(b jar, name, password string) (string, error) {
	w.t.Helper()
	answer := httptest.NewRecorder()
	agent, err := w.Password(answer, b.request(http.MethodPost, "/sign-in"), name, password)
	b.keep(w.t, answer)
	return agent, err
}

// agent returns the agent who has signed in at a browser; "" for none.
func (w *world) agent(b jar) string {
	w.t.Helper()
	answer := httptest.NewRecorder()
	agent, signedIn := w.Renew(answer, b.request(http.MethodGet, "/"))
	b.keep(w.t, answer)
	if only, also := w.Agent(b.request(http.MethodGet, "/")); only != agent || also != signedIn {
		w.t.Errorf("%q and %q at once", only, agent)
	}
	if !signedIn {
		return ""
	}
	return agent
}
