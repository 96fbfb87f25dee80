/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// people of the provider: the first is in the group, the second is not.
type people struct {
	*storage.Storage
	groups any // of the first
}

func (p people) add(to *oidc.UserInfo, subject string) {
	if subject == "id1" {
		to.AppendClaims("groups", p.groups)
	} else {
		to.AppendClaims("groups", []string{"accounts"})
	}
}

// SetUserinfoFromRequest is asked for ID tokens.
func (p people) SetUserinfoFromRequest(ctx context.Context, to *oidc.UserInfo, token op.IDTokenRequest, scopes []string) error {
	p.add(to, token.GetSubject())
	return p.Storage.SetUserinfoFromRequest(ctx, to, token, scopes)
}

// SetUserinfoFromToken is asked at the userinfo endpoint.
func (p people) SetUserinfoFromToken(ctx context.Context, to *oidc.UserInfo, token, subject, origin string) error {
	p.add(to, subject)
	return p.Storage.SetUserinfoFromToken(ctx, to, token, subject, origin)
}

const clientSecret = "hunter2hunter2"

// provide runs a real OpenID provider, and gives what a desk's directory holds for it.
func provide(t *testing.T, groups any) (files map[string]string, issuer *httptest.Server) {
	t.Helper()
	issuer = httptest.NewUnstartedServer(nil)
	t.Cleanup(issuer.Close)
	issuer.Start()
	id := strings.ReplaceAll(t.Name(), "/", "-")
	const back = "http://127.0.0.1:1" + CallbackPath
	storage.RegisterClients(storage.WebClient(id, clientSecret, back))
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	issuer.Config.Handler = exampleop.SetupServer(issuer.URL, people{storage.NewStorage(storage.NewUserStore(issuer.URL)), groups}, slog.New(slog.DiscardHandler), false)
	return map[string]string{
		clientFile:      `{"issuer":"` + issuer.URL + `","clientID":"` + id + `","clientSecretFile":"client-secret","redirectURL":"` + back + `","group":"agents"}`,
		"client-secret": clientSecret + "\n",
	}, issuer
}

// begin sends a browser to the provider.
func (w *world) begin(b jar) (to string) {
	w.t.Helper()
	w.toTheHourOf(w.current().oidc.Issuer)
	answer := httptest.NewRecorder()
	to, err := w.Begin(answer, b.request(http.MethodGet, "/sign-in"), "/it")
	if err != nil {
		w.t.Fatal(err)
	}
	b.keep(w.t, answer)
	return to
}

// toTheHourOf sets the clock by the provider's, which is its own.
func (w *world) toTheHourOf(issuer string) {
	w.t.Helper()
	answer, err := http.Get(issuer + "/healthz")
	if err != nil {
		w.t.Fatal(err)
	}
	_ = answer.Body.Close()
	now, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.time = now
}

// visit signs somebody in at the provider, and returns where it sends them then.
func (w *world) visit(to, username string) (back string) {
	w.t.Helper()
	jar, _ := cookiejar.New(nil) // never fails
	c := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, CallbackPath) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := c.Get(to)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = page.Body.Close()
	form := url.Values{"username": {username}, "password": {"verysecure"}, "id": {page.Request.URL.Query().Get("authRequestID")}}
	answer, err := c.PostForm(page.Request.URL.String(), form)
	if err != nil {
		w.t.Fatal(err)
	}
	text, _ := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	back = answer.Header.Get("Location")
	if !strings.Contains(back, CallbackPath) {
		w.t.Fatalf("the provider answers %d: %s", answer.StatusCode, text)
	}
	return back
}

func (w *world) finish(b jar, back string) (agent string, err error) {
	w.t.Helper()
	answer := httptest.NewRecorder()
	agent, to, err := w.Finish(answer, b.request(http.MethodGet, back))
	b.keep(w.t, answer)
	if err == nil && to != "/it" {
		w.t.Errorf("sent to %q", to)
	}
	return agent, err
}

const inGroup = "test-user@127.0.0.1"

func TestProvider(t *testing.T) {
	for name, test := range map[string]struct {
		user   string
		groups any
		change func(w *world, b jar, back string) string // of what comes back
		want   error
	}{
		"an agent":            {inGroup, []string{"accounts", "agents"}, nil, nil},
		"one group, no list":  {inGroup, "agents", nil, nil},
		"in no group":         {inGroup, []string{}, nil, ErrNoAgent},
		"groups of no kind":   {inGroup, 7, nil, ErrNoAgent},
		"somebody else's job": {"test-user2", []string{"agents"}, nil, ErrNoAgent},
		"refused there": {inGroup, "agents", func(_ *world, _ jar, back string) string {
			return strings.Split(back, "?")[0] + "?error=access_denied&state=" + state(back)
		}, ErrNoAgent},
		"another state": {inGroup, "agents", func(_ *world, _ jar, back string) string {
			return strings.Replace(back, state(back), "AAAA", 1)
		}, ErrTooOld},
		"another browser": {inGroup, "agents", func(_ *world, b jar, back string) string { clear(b); return back }, ErrTooOld},
		"another code": {inGroup, "agents", func(_ *world, _ jar, back string) string {
			return strings.Replace(back, "code=", "code=x", 1)
		}, ErrTooOld},
		"too late": {inGroup, "agents", func(w *world, _ jar, back string) string { w.later(signingIn + time.Second); return back }, ErrTooOld},
		"another verifier": {inGroup, "agents", func(w *world, b jar, back string) string {
			w.reseal(b, func(r *request) { r.Verifier = strings.Repeat("x", 43) })
			return back
		}, ErrTooOld},
		"another nonce": {inGroup, "agents", func(w *world, b jar, back string) string {
			w.reseal(b, func(r *request) { r.Nonce = "another" })
			return back
		}, ErrTooOld},
	} {
		t.Run(name, func(t *testing.T) {
			files, _ := provide(t, test.groups)
			w, b := newWorld(t, files), jar{}
			to := w.begin(b)
			if !strings.Contains(to, "code_challenge_method=S256") || !strings.Contains(to, "nonce=") {
				t.Errorf("sent to %s", to)
			}
			back := w.visit(to, test.user)
			if test.change != nil {
				back = test.change(w, b, back)
			}
			agent, err := w.finish(b, back)
			if !errors.Is(err, test.want) || err == nil && agent != inGroup {
				t.Errorf("got %q, %v, want %v", agent, err, test.want)
			}
			if signed := w.agent(b); (signed == inGroup) != (test.want == nil) {
				t.Errorf("%q sits there", signed)
			}
			if said := w.log.String(); strings.Contains(said, clientSecret) || !strings.Contains(said, "verb=sign-in") {
				t.Errorf("the log says %s", said)
			}
		})
	}
}

func state(back string) string {
	u, err := url.Parse(back)
	if err != nil {
		return err.Error()
	}
	return u.Query().Get("state")
}

// reseal changes a browser's token, which takes the keys.
func (w *world) reseal(b jar, change func(*request)) {
	w.t.Helper()
	var asked request
	if !w.get(b.request(http.MethodGet, "/"), ofRequest, &asked) {
		w.t.Fatal("the browser keeps nothing")
	}
	change(&asked)
	answer := httptest.NewRecorder()
	if err := w.set(answer, sealed{name: ofRequest, content: asked, until: w.now().Add(time.Minute), sites: http.SameSiteLaxMode}, w.now()); err != nil {
		w.t.Fatal(err)
	}
	b.keep(w.t, answer)
}

// A code is good for one session.
func TestCodesAreGoodOnce(t *testing.T) {
	files, _ := provide(t, "agents")
	w, b := newWorld(t, files), jar{}
	back := w.visit(w.begin(b), inGroup)
	again := jar{"": b["__Host-agent-request"]}
	if _, err := w.finish(b, back); err != nil {
		t.Fatal(err)
	}
	if _, err := w.finish(again, back); !errors.Is(err, ErrTooOld) {
		t.Errorf("again: %v", err)
	}
}

// An outage of the provider ends no session, and the provider is tried again later. A new
// client ends all sessions.
func TestProviderAway(t *testing.T) {
	files, issuer := provide(t, "agents")
	w, b := newWorld(t, files), jar{}
	if _, err := w.finish(b, w.visit(w.begin(b), inGroup)); err != nil {
		t.Fatal(err)
	}
	issuer.Close()
	if got := w.agent(b); got != inGroup {
		t.Errorf("%q sits there", got)
	}
	w.write(clientFile, strings.Replace(files[clientFile], `"agents"`, `"others"`, 1))
	w.later(lookEvery)
	if got := w.agent(b); got != "" {
		t.Errorf("%q sits there", got)
	}
	if _, err := w.Begin(httptest.NewRecorder(), b.request(http.MethodGet, "/"), "/it"); !errors.Is(err, ErrAway) {
		t.Errorf("got %v", err)
	}
	if _, err := w.password(b, "anna", annas); err == nil {
		t.Error("by a password, where there are none")
	}
}
