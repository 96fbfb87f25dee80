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

// pages returns the HTML pages of the channel, or nil if it has none.
func (a *assembly) pages() (server.Pages, error) {
	switch a.channelType {
	case "web":
		return web.New(web.Options{
			Catalog: a.binding, Clerk: a.clerk, Keys: a.keys.Load, Log: a.log,
			Plain: strings.HasPrefix(a.publicURL, "http://"), Mail: a.mail != "",
		})
	case "app":
		return app.New(app.Options{Catalog: a.binding, Log: a.log, Plain: strings.HasPrefix(a.publicURL, "http://"), Mail: a.mail != ""})
	case "desk":
		return a.desk()
	default:
		return nil, nil
	}
}
