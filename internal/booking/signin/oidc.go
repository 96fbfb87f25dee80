/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// provider is an OpenID provider.
type provider struct {
	client
	secret string
	mark   string // changes with the client
	web    *http.Client

	mu     sync.Mutex
	found  *oidc.Provider // nil until it has answered
	failed time.Time      // last attempt that failed
}

// Limits of a provider: time for an answer, pause after a failure, time for an agent to
// sign in there, and bytes of an answer.
const (
	patience   = 8 * time.Second
	leftAlone  = 2 * time.Second
	signingIn  = 15 * time.Minute
	mostAnswer = 1 << 20
)

func newProvider(c client, secret string, roots *x509.CertPool) *provider {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConns: 4, IdleConnTimeout: time.Minute,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}, MaxResponseHeaderBytes: 64 << 10,
	}
	return &provider{
		client: c, secret: secret, mark: mark(c.Issuer + "\n" + c.ClientID + "\n" + c.GroupClaim + "\n" + c.Group),
		web: &http.Client{Timeout: patience, Transport: bounded{transport}},
	}
}

// bounded limits the size of answers.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err == nil {
		answer.Body = http.MaxBytesReader(nil, answer.Body, mostAnswer)
	}
	return answer, err
}

// discover asks the provider for its addresses and keys until it has answered once. A
// process can start while the provider is away.
func (p *provider) discover(ctx context.Context, now time.Time) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if since := now.Sub(p.failed); since >= 0 && since < leftAlone {
		return nil, ErrAway
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.web), p.Issuer)
	if err != nil {
		p.failed = now
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	p.found = found
	return found, nil
}

func (p *provider) exchange(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.secret, Endpoint: found.Endpoint(), RedirectURL: p.RedirectURL,
		Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...),
	}
}

// request is kept in a cookie while the agent is at the provider.
type request struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"` // of PKCE
	Back     string `json:"b"` // the page that the agent came from
}

// Begin returns the provider's address to redirect an agent to.
func (auth *Authenticator) Begin(w http.ResponseWriter, r *http.Request, back string) (to string, err error) {
	p := auth.current().oidc
	if p == nil {
		return "", errNoMethod
	}
	now := auth.Clock()
	found, err := p.discover(r.Context(), now)
	if err != nil {
		auth.logAccess(r.Context(), "", err)
		return "", err
	}
	asked := request{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Back: back}
	// The agent comes back from another site, so this cookie has to travel then.
	err = auth.set(w, sealed{name: ofRequest, content: asked, until: now.Add(signingIn), sites: http.SameSiteLaxMode}, now)
	return p.exchange(found).AuthCodeURL(asked.State, oidc.Nonce(asked.Nonce), oauth2.S256ChallengeOption(asked.Verifier)), err
}

// Finish signs in an agent who returns from the provider, and returns the page that they
// came from.
func (auth *Authenticator) Finish(w http.ResponseWriter, r *http.Request) (agent, back string, err error) {
	defer func() { auth.logAccess(r.Context(), agent, err) }()
	p := auth.current().oidc
	if p == nil {
		return "", "", errNoMethod
	}
	var asked request
	good := auth.get(r, ofRequest, &asked)
	auth.unset(w, ofRequest)
	said := r.URL.Query()
	if !good || subtle.ConstantTimeCompare([]byte(asked.State), []byte(said.Get("state"))) != 1 {
		return "", "", ErrTooOld
	}
	if said.Get("error") != "" { // in the provider's words, which may hold anything
		return "", asked.Back, ErrNoAgent
	}
	ctx, stop := context.WithTimeout(oidc.ClientContext(r.Context(), p.web), patience)
	defer stop()
	agent, err = p.agent(ctx, asked, said.Get("code"), auth.Clock)
	if err != nil {
		return agent, asked.Back, err
	}
	now := auth.Clock()
	return agent, asked.Back, auth.open(w, session{Agent: agent, Since: now.Unix(), Mark: p.mark}, now)
}

// agent exchanges the provider's code for the agent's name.
func (p *provider) agent(ctx context.Context, asked request, code string, clock func() time.Time) (string, error) {
	found, err := p.discover(ctx, clock())
	if err != nil {
		return "", err
	}
	token, err := p.exchange(found).Exchange(ctx, code, oauth2.VerifierOption(asked.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response.StatusCode < http.StatusInternalServerError:
		return "", fmt.Errorf("%w: the provider does not take the code: %s", ErrTooOld, refused.ErrorCode)
	case err != nil:
		return "", fmt.Errorf("%w: exchange the code", ErrAway)
	}
	text, _ := token.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: p.ClientID, Now: clock}).Verify(ctx, text)
	if err != nil {
		return "", fmt.Errorf("check the provider's token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(asked.Nonce)) != 1 {
		return "", ErrTooOld
	}
	var all claims
	if err := id.Claims(&all); err != nil {
		return "", fmt.Errorf("read the provider's token: %w", err)
	}
	if all[p.AgentClaim] == nil || all[p.GroupClaim] == nil { // some providers give them only in UserInfo
		more, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
		switch {
		case err != nil:
			return "", fmt.Errorf("%w: ask who the agent is", ErrAway)
		case more.Subject != id.Subject:
			return "", errors.New("the provider says two different people")
		}
		if err := more.Claims(&all); err != nil { // added to the others
			return "", fmt.Errorf("read who the agent is: %w", err)
		}
	}
	return p.member(all)
}

// claims of a provider about a person.
type claims map[string]json.RawMessage

// member returns the name of an agent, if they are in the group.
func (p *provider) member(all claims) (string, error) {
	var name string
	if json.Unmarshal(all[p.AgentClaim], &name) != nil || !presentable(name) {
		return "", fmt.Errorf("%w: the claim %s names nobody: choose another as agentClaim", ErrNoAgent, p.AgentClaim)
	}
	var groups []string
	if json.Unmarshal(all[p.GroupClaim], &groups) != nil {
		var one string
		if json.Unmarshal(all[p.GroupClaim], &one) != nil {
			return name, fmt.Errorf("%w: the claim %s has no groups", ErrNoAgent, p.GroupClaim)
		}
		groups = []string{one}
	}
	if !slices.Contains(groups, p.Group) {
		return name, fmt.Errorf("%w: not in the group", ErrNoAgent)
	}
	return name, nil
}

// presentable reports whether a name can be shown and stored unchanged.
func presentable(name string) bool {
	return strings.TrimSpace(name) == name && name != "" && len(name) <= 2*longestName && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}
