/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package web serves the citizens' pages, in Italian and in English. It books nothing
// itself: requests go to the [page.Clerk].
//
//	/it/          the openings, and what is open        from memory, the same for everybody
//	/it/find      where and from which day
//	/it/places    sets of free places to choose from
//	/it/person    who the booking is for, and their contact
//	/it/hold      what is held, and for how long; confirm
//	/it/done      the booking: to print, and as a file for calendars
//	/it/manage    find a booking by its number and its person
//	/it/booking   move it, cancel it
//	/it/move      where to and from which day
//
// Invariants:
//
//   - Everything works without JavaScript, which only counts seconds.
//   - A process remembers nothing about a person between two requests. The [journey] travels
//     encrypted (package token): in a hidden field of each form, and in a cookie between
//     addresses. A form uses its own field, so two open windows are two bookings.
//   - What people write is in the bodies of requests only, never in an address, a log, an
//     error or a readable cookie.
//   - A form carries a random key. Sent again with the same content, it acts only once.
//   - The invariants of package page.
package web

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/booking/token"
)

//go:embed templates
var templates embed.FS

// Options configures [Pages].
type Options struct {
	Catalog page.Catalog
	Clerk   page.Clerk
	Keys    func() *keyring.Keys // returns the current keys, which encrypt journeys
	Log     *slog.Logger
	Plain   bool  // cookies travel without TLS, to try things out
	Mail    bool  // confirmations are sent
	Theme   fs.FS // see [page.Theme]; nil: the embedded one
}

// Pages answers requests. Any number of goroutines may use one.
type Pages struct {
	Options
	tokens    token.Codec
	files     *page.Files
	languages page.Languages
	explainer *page.Explainer
	routes    map[string]route
	start     [2]memory // by language
	guard     *http.CrossOriginProtection
}

// New returns the citizens' pages.
func New(o Options) (*Pages, error) {
	if o.Catalog == nil || o.Clerk == nil || o.Keys == nil || o.Log == nil {
		return nil, errors.New("make the pages: they need a catalog, a clerk, keys and a log")
	}
	p := &Pages{
		Options: o, guard: http.NewCrossOriginProtection(), explainer: page.NewExplainer(o.Log),
		tokens: token.Codec{Keys: o.Keys, Scope: "pages"}, // another scope would end all open journeys
	}
	var err error
	if p.files, err = page.NewFiles(o.Theme); err != nil {
		return nil, fmt.Errorf("make the pages: %w", err)
	}
	if p.languages, err = page.NewLanguages(page.Book{Templates: page.Folder(templates, "templates"), Files: p.files}); err != nil {
		return nil, fmt.Errorf("make the pages: %w", err)
	}
	p.routes = map[string]route{
		"/":               {get: p.showStart},
		"/find":           {get: p.showFind, post: p.find},
		"/move":           {get: p.showMove, post: p.find},
		"/places":         {get: p.showPlaces, post: p.choose},
		"/person":         {get: p.showPerson, post: p.identify},
		"/hold":           {get: p.showHold},
		"/hold/confirm":   {post: p.confirm},
		"/hold/extend":    {post: p.extend},
		"/hold/give-up":   {post: p.giveUp},
		"/done":           {get: p.showDone},
		"/done.ics":       {get: p.calendar},
		"/end":            {post: p.end},
		"/manage":         {get: p.showManage, post: p.manage},
		"/booking":        {get: p.showBooking},
		"/booking/move":   {post: p.startMove},
		"/booking/cancel": {get: p.showCancel, post: p.cancel},
	}
	return p, nil
}
