/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package signin authenticates call-centre agents. It reads a directory, such as a mounted
// Secret, and reads it again when it changes. The directory contains one of
//
//	agents      one line for each agent: NAME:HASH, as `booking new-agent NAME` prints it
//	oidc.json   the client of an OpenID provider, which knows the agents
//
//	           password ─▶ limits ─▶ argon2id ─┐
//	                                           ├─▶ session, sealed, in a cookie
//	provider ─▶ code, PKCE, state, nonce ─▶ group ┘
//
// Invariants:
//
//   - No process keeps sessions: a session is valid in every process that has the keys. It
//     ends [Idle] after its last use, and [Longest] after it began. It also ends when its
//     agent is removed from the file or gets another password, and when the provider's
//     client changes.
//   - A wrong password and an unknown name get the same answer, after equal work.
//   - Other people's guesses never lock an agent out: a browser in which the agent has
//     signed in before has a limit of its own. See [limits].
//   - No password, hash or unknown name is in any log or error.
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

// Options configures an [Authenticator].
type Options struct {
	Directory string
	Keys      func() *keyring.Keys // returns the current keys, which seal sessions
	Clock     func() time.Time
	Address   func(*http.Request) string // of the client; "" if unknown
	Log       *slog.Logger
	Plain     bool // cookies travel without TLS, to try things out
}

// Authenticator signs agents in and out. Any number of goroutines may use one.
type Authenticator struct {
	Options
	tokens token.Codec
	limits *limits
	secret []byte // of this process: chooses the agent whose hash is computed for an unknown name

	strangers rate.Sometimes // limits log lines about unknown people

	method  atomic.Pointer[method]
	looking sync.Mutex
	looked  time.Time // last look at the directory
	logged  string    // its last error
}

// method is one state of the directory. One of agents and oidc is nil.
type method struct {
	digest [sha256.Size]byte
	agents *agents
	oidc   *provider
}

// New returns an Authenticator for the agents of a directory.
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

// lookEvery is the time between two looks at the directory.
const lookEvery = 5 * time.Second

// current reads the directory again when it is time, and returns the last good state.
func (auth *Authenticator) current() *method {
	now := auth.Clock()
	if !auth.looking.TryLock() { // another goroutine looks
		return auth.method.Load()
	}
	defer auth.looking.Unlock()
	if since := now.Sub(auth.looked); since >= 0 && since < lookEvery {
		return auth.method.Load()
	}
	auth.looked = now
	failed := ""
	m, err := read(auth.Options)
	switch {
	case err != nil:
		if failed = err.Error(); failed != auth.logged {
			auth.Log.Error("Cannot read the agents; keeping those read before", "error", failed)
		}
	case m.digest != auth.method.Load().digest:
		auth.method.Store(m)
		auth.Log.Info("Read the agents")
	}
	auth.logged = failed
	return auth.method.Load()
}

// The reasons why a sign-in fails.
var (
	ErrWrong    = errors.New("the name or the password is wrong")
	ErrNoAgent  = errors.New("is not an agent")
	ErrTooOld   = errors.New("began too long ago, or elsewhere")
	ErrAway     = errors.New("the provider does not answer")
	errNoMethod = errors.New("agents do not sign in this way")
)

// RateLimitError means that there were too many wrong passwords. Retry after a while.
type RateLimitError struct{ After time.Duration }

func (RateLimitError) Error() string { return "too many wrong passwords" }

// ByPassword reports whether agents sign in with a password; otherwise they use the provider.
func (auth *Authenticator) ByPassword() bool { return auth.current().agents != nil }

// mark returns a short digest that binds a session to a password or a client.
func mark(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// Entry is one line of the access log: who did what, and with which outcome. The log adds
// the time. It contains nothing about a caller. Lines about unknown people are limited.
type Entry struct {
	Agent   string // "" if unknown
	Verb    string
	Outcome string
	Booking string // its number; "" if there is none
}

// Write writes the line.
func (e Entry) Write(ctx context.Context, log *slog.Logger) {
	log.LogAttrs(ctx, slog.LevelInfo, "access", slog.String("agent", e.Agent), slog.String("verb", e.Verb),
		slog.String("outcome", e.Outcome), slog.String("booking", e.Booking))
}

// signIn is the verb of entries made here.
const signIn = "sign-in"

func (auth *Authenticator) logAccess(ctx context.Context, agent string, outcome error) {
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

// Password signs an agent in by name and password.
func (auth *Authenticator) Password(w http.ResponseWriter, r *http.Request, name, password string) (agent string, err error) {
	all := auth.current().agents
	if all == nil {
		return "", errNoMethod
	}
	name = canonical(name)
	known := all.byName[name]
	defer func() { auth.logAccess(r.Context(), knownName(known), err) }()
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
