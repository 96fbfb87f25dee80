/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package desk is the call centre's channel: pages with which agents book for those who
// call, in Italian and in English, by keyboard alone. It books nothing by itself: what
// agents ask for goes to the [Clerk].
//
//	/it/                 who calls: a code; or a booking's number and a code
//	/it/caller           what they may book, what they have, and places that are free
//	/it/take             those are held while the agent talks, or booked at once
//	/it/booking          one booking: confirm, give more time, move, cancel
//	/it/places           free places by hub and day
//	/it/sign-in          who the agent is
//
// The usual booking takes 19 keys: the 16 characters of the caller's code, and Enter
// three times: look, hold the first places, confirm. Each arrow key goes to other places.
//
// Invariants:
//
//   - Nothing is shown or done for whoever has not signed in: see package signin.
//   - All of it works without JavaScript, which only counts seconds.
//   - What is needed from one page to the next travels sealed in the page's own forms,
//     for its agent alone: two windows are two callers. No cookie holds a caller, and no
//     address anything of one. A page comes with the answer to its form: asked for once
//     more, the same thing is done once.
//   - Everything that an agent does or looks at is in the access log, with what became
//     of it, and nothing of the caller. What changes a booking is beside it in the store,
//     under the agent's name.
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

// Clerk does what agents ask for, or says why not: *[clerk.Clerk].
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
	Keys          func() *keyring.Keys  // with which what travels is sealed, as they are now
	Log           *slog.Logger
	Plain         bool  // cookies travel without TLS, to try things out
	Theme         fs.FS // has files of a larger style, if any: see [page.Theme]; nil: the embedded one
}

// Desk answers requests. Any number of goroutines may use one.
type Desk struct {
	Options
	seal       token.Codec
	files      *page.Files
	languages  page.Languages
	explainer  *page.Explainer
	routes     map[string]route
	guard      *http.CrossOriginProtection
	complaints rate.Sometimes // a provider that is away must not fill the disk with logs
}

var (
	//go:embed files
	ownFiles embed.FS
	//go:embed texts
	ownTexts embed.FS
	//go:embed templates
	ownTemplates embed.FS
)

// New makes a desk.
func New(o Options) (*Desk, error) {
	if o.Catalog == nil || o.Clerk == nil || o.Keys == nil || o.Log == nil {
		return nil, errors.New("make the desk: it needs a catalog, a clerk, keys and a log")
	}
	d := &Desk{
		Options: o, seal: token.Codec{Keys: o.Keys, Scope: "desk"}, explainer: page.NewExplainer(o.Log), guard: http.NewCrossOriginProtection(),
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

// current returns the catalog in force, and the time.
func (d *Desk) current() (*binding.Snapshot, time.Time, error) {
	in, err := d.Catalog.Current()
	return in, d.Catalog.Now(), err
}
