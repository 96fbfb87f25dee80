/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package desk serves the call centre's pages, on which agents book for callers, in Italian
// and in English, by keyboard alone. It books nothing itself: requests go to the [Clerk].
//
//	/it/                 who calls: a code; or a booking's number and a code
//	/it/caller           what they may book, what they have, and free places
//	/it/take             hold places while the agent talks, or book them at once
//	/it/booking          one booking: confirm, extend, move, cancel
//	/it/places           free places by hub and day
//	/it/sign-in          who the agent is
//
// The usual booking takes 19 keys: the 16 characters of the caller's code, and Enter
// three times: look, hold the first places, confirm. The arrow keys choose other places.
//
// Invariants:
//
//   - People who have not signed in see nothing and do nothing: see package signin.
//   - Everything works without JavaScript, which only counts seconds.
//   - A [call] travels encrypted in the forms of its page, for its agent alone: two windows
//     are two callers. No cookie and no address holds anything about a caller. A page is the
//     answer to a form; the form acts only once, even if the page is reloaded.
//   - The access log has everything that an agent does or looks at, with the result, and
//     nothing about the caller. The store keeps each change of a booking with its agent.
//   - The invariants of package page.
package desk

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
	"github.com/mezzanotte/mezzanotte/internal/booking/token"
)

// Clerk carries out requests, or returns why not: *[clerk.Clerk].
type Clerk interface {
	page.Clerk
	Book(context.Context, clerk.TakeRequest) (booking.Booking, error)
	Live(context.Context, identifier.Identifier) ([]booking.Booking, error)
	Availability(context.Context) ([]booking.HubDay, error)
}

var _ Clerk = (*clerk.Clerk)(nil)

// Options configures a Desk.
type Options struct {
	Catalog       page.Catalog
	Clerk         Clerk
	Authenticator *signin.Authenticator // nil: nobody can sign in
	Keys          func() *keyring.Keys  // returns the current keys, which encrypt calls
	Log           *slog.Logger
	Plain         bool  // cookies travel without TLS, to try things out
	Theme         fs.FS // see [page.Theme]; nil: the embedded one
}

// Desk answers requests. Any number of goroutines may use one.
type Desk struct {
	Options
	tokens     token.Codec
	files      *page.Files
	languages  page.Languages
	explainer  *page.Explainer
	routes     map[string]route
	guard      *http.CrossOriginProtection
	complaints rate.Sometimes // limits the log while the provider is away
}

var (
	//go:embed files
	ownFiles embed.FS
	//go:embed texts
	ownTexts embed.FS
	//go:embed templates
	ownTemplates embed.FS
)

// New returns a Desk.
func New(o Options) (*Desk, error) {
	if o.Catalog == nil || o.Clerk == nil || o.Keys == nil || o.Log == nil {
		return nil, errors.New("make the desk: it needs a catalog, a clerk, keys and a log")
	}
	d := &Desk{
		Options: o, tokens: token.Codec{Keys: o.Keys, Scope: "desk"}, explainer: page.NewExplainer(o.Log), guard: http.NewCrossOriginProtection(),
		complaints: rate.Sometimes{First: 10, Interval: time.Second},
	}
	var err error
	if d.files, err = page.NewFiles(o.Theme, page.Folder(ownFiles, "files")); err != nil {
		return nil, fmt.Errorf("make the desk: %w", err)
	}
	d.languages, err = page.NewLanguages(page.Book{Texts: page.Folder(ownTexts, "texts"), Templates: page.Folder(ownTemplates, "templates"), Files: d.files})
	if err != nil {
		return nil, fmt.Errorf("make the desk: %w", err)
	}
	d.routes = map[string]route{
		"/":                 {get: d.start},
		"/caller":           {post: d.caller},
		"/take":             {post: d.take},
		"/lookup":           {post: d.lookUp},
		"/booking":          {post: d.show},
		"/booking/confirm":  {post: d.confirm},
		"/booking/extend":   {post: d.extend},
		"/booking/give-up":  {post: d.giveUp},
		"/booking/cancel":   {post: d.askCancel},
		"/cancel":           {post: d.cancel},
		"/booking/move":     {post: d.askMove},
		"/move":             {post: d.move},
		"/places":           {get: d.places},
		"/sign-out":         {post: d.signOut},
		"/sign-in":          {get: d.showSignIn, post: d.signIn, open: true},
		"/sign-in/provider": {get: d.toProvider, open: true},
	}
	return d, nil
}

// current returns the catalog in force and the time.
func (d *Desk) current() (*binding.Snapshot, time.Time, error) {
	in, err := d.Catalog.Current()
	return in, d.Catalog.Now(), err
}
