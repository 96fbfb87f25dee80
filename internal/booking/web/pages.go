/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package web is the web channel: pages that people book with, in Italian and in
// English. It books nothing by itself: what people ask for goes to the [page.Clerk].
//
//	/it/          when it opens, and what is open       from memory, whoever asks
//	/it/find      where and from which day
//	/it/places    free places, to choose one set of
//	/it/person    for whom, and where they are told
//	/it/hold      what is held, for how long; confirm
//	/it/done      the booking: to print, and as a file for calendars
//	/it/manage    find a booking again by its number and its person
//	/it/booking   move it, cancel it
//	/it/move      where to and from which day
//
// Invariants:
//
//   - All of it works without JavaScript, which only counts seconds.
//   - A process remembers nothing of anybody between two requests. What is needed from
//     one page to the next travels sealed (see [seal]): in a hidden field of each
//     form, and from one address to the next in a cookie. Forms go by their own field,
//     so that two open windows are two bookings.
//   - What people write goes in bodies of requests. No address, log, error or readable
//     part of a cookie holds anything of it.
//   - A form carries a key that was drawn when it was shown. The same form, sent again
//     with the same content, does the same thing once.
//   - No page asks anybody else's server for anything, and no script or style stands
//     within a page.
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

// Options configures Pages.
type Options struct {
	Catalog page.Catalog
	Clerk   page.Clerk
	Keys    func() *keyring.Keys // with which what travels is sealed, as they are now
	Log     *slog.Logger
	// Plain lets cookies travel without TLS, to try things out.
	Plain bool
	// Mail tells that confirmations are sent.
	Mail bool
	// Theme has files of a larger style, if any: see [page.Theme]. nil: the embedded one.
	Theme fs.FS
}

// Pages answer requests. Any number of goroutines may use them.
type Pages struct {
	Options
	seal      token.Codec
	files     *page.Files
	languages page.Languages
	explainer *page.Explainer
	routes    map[string]route
	start     [2]memory // by language
	guard     *http.CrossOriginProtection
}

// New makes pages.
func New(o Options) (*Pages, error) {
	if o.Catalog == nil || o.Clerk == nil || o.Keys == nil || o.Log == nil {
		return nil, errors.New("make the pages: they need a catalog, a clerk, keys and a log")
	}
	p := &Pages{
		Options: o, seal: token.Codec{Keys: o.Keys, Scope: "pages"}, guard: http.NewCrossOriginProtection(),
		explainer: page.NewExplainer(o.Log),
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
