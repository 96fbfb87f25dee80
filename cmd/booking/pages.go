/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking/app"
	"github.com/mezzanotte/mezzanotte/internal/booking/server"
	"github.com/mezzanotte/mezzanotte/internal/booking/web"
)

// channelType is a value of --channel-type. A new one is a row here, and one in
// internal/kind for the operator.
type channelType struct {
	name       string
	callCentre bool // agents book for others, once they have signed in
	pages      func(*assembly) (server.Pages, error)
}

var channelTypes = []channelType{
	{name: "web", pages: (*assembly).web},
	{name: "app", pages: (*assembly).app},
	{name: "call-centre", callCentre: true, pages: (*assembly).desk},
}

// kind returns the row of --channel-type.
func (o options) kind() (channelType, bool) {
	for _, t := range channelTypes {
		if t.name == o.channelType {
			return t, true
		}
	}
	return channelType{}, false
}

// channelTypeNames lists the values of --channel-type, as "web, app or call-centre".
func channelTypeNames() string {
	names := make([]string, len(channelTypes))
	for i, t := range channelTypes {
		names[i] = t.name
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// plain reports whether the public reaches this server without TLS, to try things out.
func (o options) plain() bool { return strings.HasPrefix(o.publicURL, "http://") }

// web returns the citizens' pages.
func (a *assembly) web() (server.Pages, error) {
	return web.New(web.Options{
		Catalog: a.binding, Clerk: a.clerk, Keys: a.keys.Load, Log: a.log,
		Plain: a.plain(), Mail: a.mail != "",
	})
}

// app returns the installable app.
func (a *assembly) app() (server.Pages, error) {
	return app.New(app.Options{Catalog: a.binding, Log: a.log, Plain: a.plain(), Mail: a.mail != ""})
}
