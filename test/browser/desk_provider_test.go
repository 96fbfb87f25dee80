/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
)

// TestDeskProvider signs an agent in at a real OpenID provider on another site: a
// session whose cookie never comes along from there is there all the same, with scripts
// and without.
func TestDeskProvider(t *testing.T) {
	for name, without := range map[string]bool{"with scripts": false, "without scripts": true} {
		t.Run(name, func(t *testing.T) {
			issuer := "http://localhost:" + port(t, func(address string) http.Handler {
				return exampleop.SetupServer(address, storage.NewStorage(storage.NewUserStore(address)), slog.New(slog.DiscardHandler), false)
			})
			// The desk's address has to be known before it is there.
			back := httptest.NewUnstartedServer(nil)
			t.Cleanup(back.Close)
			home := "http://" + back.Listener.Addr().String()
			id := strings.ReplaceAll(t.Name(), "/", "-")
			storage.RegisterClients(storage.WebClient(id, "hunter2", home+signin.CallbackPath))
			c := newCentre(t, makeCatalog(t, time.Now().Add(-time.Hour)), map[string]string{
				"client-secret": "hunter2",
				"oidc.json": `{"issuer":"` + issuer + `","clientID":"` + id + `","clientSecretFile":"client-secret","redirectURL":"` + home + signin.CallbackPath +
					`","groupClaim":"name","group":"Test User"}`,
			}, themed)
			back.Config.Handler = c.all
			back.Start()

			k := &keyboard{window: newWindow(t, "http:/", look{width: desk, noScripts: without})}
			k.open(home + "/en").heads("Agent sign-in")
			k.follow("main a.button").until("location.hostname === 'localhost'")
			k.write("username", "test-user@localhost").write("password", "verysecure").follow("button[type=submit]")
			k.until("location.pathname === '/en/'").heads("Who is calling?").ready().access("p").heads("Available places by centre and day")
			if said := c.said(); !strings.Contains(said, "agent=test-user@localhost verb=places outcome=done") {
				t.Errorf("the trail says %s", said)
			}
		})
	}
}

// heads checks what the page is.
func (w *window) heads(title string) *keyboard {
	w.t.Helper()
	return (&keyboard{window: w}).heads(title)
}

// port serves, on this machine, what an address is made into, and gives its port.
func port(t *testing.T, of func(address string) http.Handler) string {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	t.Cleanup(s.Close)
	_, number, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = of("http://localhost:" + number)
	s.Start()
	return number
}
