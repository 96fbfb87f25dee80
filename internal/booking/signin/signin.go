/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package signin tells which agent sits at a desk. Who they are is kept in a directory,
// such as a mounted Secret, which is read again when it changes, and holds one of
//
//	agents      a line for each: NAME:HASH, as `booking new-agent NAME` prints it
//	oidc.json   the client of an OpenID provider, which knows the agents
//
//	           password ─▶ limits ─▶ argon2id ─┐
//	                                           ├─▶ session, sealed, in a cookie
//	provider ─▶ code, PKCE, state, nonce ─▶ group ┘
//
// Invariants:
//
//   - No process remembers who has signed in: a session opens in every process that has
//     the keys. It ends [Idle] after it was used last, and [Longest] after it began; when
//     its agent is taken out of the file or gets another password; and when the client of
//     the provider becomes another.
//   - A wrong password and a name that nobody has are answered alike, after equal work.
//   - However many guess at an agent's password, the agent can sign in: a browser in
//     which they did so before has guesses of its own. See [limits].
//   - No password, hash or name that nobody has is in any log or error.
package signin

import (
	"context"
	cryptorand "crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/token"
)

// Options are what a door rests on.
type Options struct {
	Directory string
	Keys      func() *keyring.Keys // with which sessions are sealed, as they are now
	Clock     func() time.Time
	Address   func(*http.Request) string // of whoever asks; "" where nobody knows
	Log       *slog.Logger
	Plain     bool // cookies travel without TLS, to try things out
}

// Door lets agents in. Any number of goroutines may use one.
type Authenticator struct {
	Options
	tokens token.Codec
	limits *limits
	secret []byte // of this process: chooses whose work an unknown name costs

	strangers rate.Sometimes // who must not fill the disk with logs

	method  atomic.Pointer[method]
	looking sync.Mutex
	looked  time.Time // at the directory
	said    string    // of it, last
}

// method is how agents sign in, by what the directory holds.
type method struct {
	digest [sha256.Size]byte // of the directory
	agents *agents           // or
	oidc   *provider
}

// New reads the directory.
func New(o Options) (*Authenticator, error) {
	l, err := newLimits()
	if err != nil {
		return nil, err
	}
	auth := &Authenticator{
		Options: o, tokens: token.Codec{Keys: o.Keys, Scope: "sign-in"}, limits: l, secret: []byte(cryptorand.Text()), looked: o.Clock(),
		strangers: rate.Sometimes{First: 100, Interval: time.Second},
	}
	m, err := read(o)
	if err != nil {
		return nil, err
	}
	auth.method.Store(m)
	return auth, nil
}

// lookEvery is how long a change of the directory may stay unnoticed.
const lookEvery = 5 * time.Second

// current gives how agents sign in now. What cannot be read leaves all as it was.
func (auth *Authenticator) current() *method {
	now := auth.Clock()
	if !auth.looking.TryLock() { // somebody else looks
		return auth.method.Load()
	}
	defer auth.looking.Unlock()
	if since := now.Sub(auth.looked); since >= 0 && since < lookEvery {
		return auth.method.Load()
	}
	auth.looked = now
	said := ""
	m, err := read(auth.Options)
	switch {
	case err != nil:
		if said = err.Error(); said != auth.said {
			auth.Log.Error("Cannot read who the agents are: those that there were stay", "error", said)
		}
	case m.digest != auth.method.Load().digest:
		auth.method.Store(m)
		auth.Log.Info("Read who the agents are")
	}
	auth.said = said
	return auth.method.Load()
}

// Why somebody is not let in.
var (
	ErrWrong    = errors.New("the name or the password is wrong")
	ErrNoAgent  = errors.New("is not an agent")
	ErrTooOld   = errors.New("began too long ago, or elsewhere")
	ErrAway     = errors.New("the provider does not answer")
	errNoMethod = errors.New("agents do not sign in this way")
)

// TooOften is that there were too many wrong passwords.
type RateLimitError struct{ After time.Duration }

func (RateLimitError) Error() string { return "too many wrong passwords" }

// ByPassword tells whether agents sign in with a password; else the provider knows them.
func (auth *Authenticator) ByPassword() bool { return auth.current().agents != nil }

// mark is what a session is bound to.
func mark(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// Entry is one line of the audit trail: who did what, and what became of it. The log
// adds when. It holds nothing of a caller. Of those whom nobody knows not all are
// written, where there are very many.
type Entry struct {
	Agent   string // "" where nobody is known
	Verb    string
	Outcome string
	Booking string // its number; "" where there is none
}

// Write writes the line.
func (e Entry) Write(ctx context.Context, log *slog.Logger) {
	log.LogAttrs(ctx, slog.LevelInfo, "audit", slog.String("agent", e.Agent), slog.String("verb", e.Verb),
		slog.String("outcome", e.Outcome), slog.String("booking", e.Booking))
}

// Verb of all entries that are made here.
const signIn = "sign-in"

func (auth *Authenticator) audit(ctx context.Context, agent string, outcome error) {
	e := Entry{Agent: agent, Verb: signIn, Outcome: "done"}
	var often RateLimitError
	switch {
	case errors.As(outcome, &often):
		e.Outcome = "too-often"
	case errors.Is(outcome, ErrWrong):
		e.Outcome = "wrong-password"
	case errors.Is(outcome, ErrNoAgent):
		e.Outcome = "no-agent"
	case errors.Is(outcome, ErrTooOld):
		e.Outcome = "too-old"
	case outcome != nil:
		e.Outcome = "failed"
	}
	if agent == "" || e.Outcome == "too-often" {
		auth.strangers.Do(func() { e.Write(ctx, auth.Log) })
		return
	}
	e.Write(ctx, auth.Log)
}

// Password lets an agent in by name and password.
func (auth *Authenticator) Password(w http.ResponseWriter, r *http.Request, name, password string) (agent string, err error) {
	all := auth.current().agents
	if all == nil {
		return "", errNoMethod
	}
	name = canonical(name)
	known := all.byName[name]
	defer func() { auth.audit(r.Context(), knownName(known), err) }()
	now, where := auth.Clock(), auth.whereabouts(r)
	back, wait := auth.limits.guess(guess{agent: name, address: where.address, browser: where.browserOf(name)}, now)
	if wait > 0 {
		return "", RateLimitError{wait}
	}
	right, err := all.check(r.Context(), auth.secret, name, password)
	switch {
	case err != nil:
		back()
		return "", fmt.Errorf("sign in: %w", err)
	case !right:
		return "", ErrWrong
	}
	back()
	if err := auth.remember(w, where.browser.with(name), now); err != nil {
		return "", err
	}
	return name, auth.open(w, session{Agent: name, Since: now.Unix(), Mark: known.mark}, now)
}

func knownName(a *agent) string {
	if a == nil {
		return ""
	}
	return a.name
}
