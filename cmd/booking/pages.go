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

// pages are what people see of the channel, beside what programs ask for; nil where
// it has none.
func (p *process) pages() (server.Pages, error) {
	switch p.channelType {
	case "web":
		return web.New(web.Options{
			Catalog: p.binding, Clerk: p.clerk, Keys: p.keys.keys.Load, Log: p.log,
			Plain: strings.HasPrefix(p.publicURL, "http://"), Mail: p.mail != "",
		})
	case "app":
		return app.New(app.Options{Catalog: p.binding, Log: p.log, Plain: strings.HasPrefix(p.publicURL, "http://"), Mail: p.mail != ""})
	case "desk":
		return p.desk()
	default:
		return nil, nil
	}
}
