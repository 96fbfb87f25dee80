/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"crypto/rand"
	"net/http"
	"slices"
	"time"
)

// Lifetimes of a session.
const (
	Idle    = 30 * time.Minute // without use
	Longest = 10 * time.Hour   // a shift, with the breaks

	renewAfter = time.Minute // pages sooner after the last do not renew the session
	knownFor   = 180 * 24 * time.Hour
)

// session of an agent who has signed in.
type session struct {
	Agent string `json:"a"`
	Since int64  `json:"s"` // Unix seconds
	Used  int64  `json:"u"`
	Mark  string `json:"m"` // of the password or the client
}

// Purposes of tokens; also the names of their cookies.
const (
	ofSession = "agent"
	ofBrowser = "agent-browser"
	ofRequest = "agent-request"
)

// cookie adds a prefix to a name that restricts the cookie to this host and to TLS.
func (auth *Authenticator) cookie(name string) string {
	if auth.Plain {
		return name
	}
	return "__Host-" + name
}

// sealed is the content of a cookie.
type sealed struct {
	name    string
	content any
	until   time.Time
	sites   http.SameSite
	kept    bool // after the browser closes
}

func (auth *Authenticator) set(w http.ResponseWriter, s sealed, now time.Time) error {
	text, err := auth.tokens.Seal(s.content, s.name, s.until)
	if err != nil {
		return err
	}
	c := &http.Cookie{Name: auth.cookie(s.name), Value: text, Path: "/", Secure: !auth.Plain, HttpOnly: true, SameSite: s.sites}
	if s.kept {
		c.MaxAge = int(s.until.Sub(now).Seconds())
	}
	http.SetCookie(w, c)
	return nil
}

func (auth *Authenticator) unset(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{Name: auth.cookie(name), Path: "/", MaxAge: -1, Secure: !auth.Plain, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// get reads a cookie, and reports whether there is a valid one.
func (auth *Authenticator) get(r *http.Request, name string, content any) bool {
	c, err := r.Cookie(auth.cookie(name))
	return err == nil && auth.tokens.Open(c.Value, name, auth.Clock(), content) == nil
}

// open starts or renews a session.
func (auth *Authenticator) open(w http.ResponseWriter, s session, now time.Time) error {
	s.Used = now.Unix()
	until := now.Add(Idle)
	if last := time.Unix(s.Since, 0).Add(Longest); until.After(last) {
		until = last
	}
	return auth.set(w, sealed{name: ofSession, content: s, until: until, sites: http.SameSiteStrictMode}, now)
}

// session returns the session of a request, if it is valid.
func (auth *Authenticator) session(r *http.Request) (session, bool) {
	var s session
	if !auth.get(r, ofSession, &s) || s.Agent == "" || auth.Clock().Sub(time.Unix(s.Since, 0)) > Longest {
		return session{}, false
	}
	m := auth.current()
	if m.oidc != nil {
		return s, s.Mark == m.oidc.mark
	}
	a := m.agents.byName[s.Agent]
	return s, a != nil && s.Mark == a.mark
}

// Agent returns the agent who has signed in.
func (auth *Authenticator) Agent(r *http.Request) (agent string, signedIn bool) {
	s, good := auth.session(r)
	return s.Agent, good
}

// Renew returns the agent who has signed in, and renews the session.
func (auth *Authenticator) Renew(w http.ResponseWriter, r *http.Request) (agent string, signedIn bool) {
	s, good := auth.session(r)
	now := auth.Clock()
	if good && now.Sub(time.Unix(s.Used, 0)) >= renewAfter && auth.open(w, s, now) != nil {
		return "", false
	}
	return s.Agent, good
}

// SignOut ends a session in its browser. A stolen copy stays valid until [Idle] after its
// last use, because no process remembers ended sessions.
func (auth *Authenticator) SignOut(w http.ResponseWriter, r *http.Request) {
	if s, good := auth.session(r); good {
		Entry{Agent: s.Agent, Verb: "sign-out", Outcome: "done"}.Write(r.Context(), auth.Log)
	}
	auth.unset(w, ofSession)
}

// browser in which agents have signed in before.
type browser struct {
	ID     string   `json:"i"`
	Agents []string `json:"a"` // latest first
}

// sharedBy is the maximum number of agents remembered for one browser.
const sharedBy = 24

// with adds an agent.
func (b browser) with(agent string) browser {
	if b.ID == "" {
		b.ID = rand.Text()
	}
	others := slices.DeleteFunc(slices.Clone(b.Agents), func(a string) bool { return a == agent })
	b.Agents = append([]string{agent}, others[:min(len(others), sharedBy-1)]...)
	return b
}

func (auth *Authenticator) remember(w http.ResponseWriter, b browser, now time.Time) error {
	return auth.set(w, sealed{name: ofBrowser, content: b, until: now.Add(knownFor), sites: http.SameSiteStrictMode, kept: true}, now)
}

// whereabouts of a person who signs in.
type whereabouts struct {
	address string
	browser browser
}

func (auth *Authenticator) whereabouts(r *http.Request) whereabouts {
	var out whereabouts
	if auth.Address != nil {
		out.address = auth.Address(r)
	}
	if !auth.get(r, ofBrowser, &out.browser) {
		out.browser = browser{}
	}
	return out
}

// browserOf returns the browser's ID if it is an agent's own.
func (where whereabouts) browserOf(agent string) string {
	if slices.Contains(where.browser.Agents, agent) {
		return where.browser.ID
	}
	return ""
}
