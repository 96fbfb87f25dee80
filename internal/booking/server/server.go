/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
)

// Options are what a server rests on.
type Options struct {
	Version  string    // of this program
	Released time.Time // that version was

	Channel string // name
	Desk    bool   // of a call centre: agents share an address
	// Agent tells who acts for others, if they have signed in; nil: people act for
	// themselves.
	Agent func(*http.Request) (agent string, signedIn bool)

	Pages Pages // of the channel; nil: there are none

	Clerk     *clerk.Clerk // does what is asked
	Store     Store
	Binding   Binding
	Readiness *process.Readiness
	Metrics   *Metrics
	Log       *slog.Logger
	Clock     func() time.Time

	PerAddress   clerk.Rate     // not at a desk
	Proxies      []netip.Prefix // whose word is taken for where requests come from; nil: [Private]
	PublishEvery time.Duration  // what anybody may know is made anew so often
	PublicURL    string         // at which the outside reaches this server; "": links are relative
}

// DefaultPerAddress is taken for addresses where nothing else is known: behind that of
// a mobile network there may be hundreds of people.
var DefaultPerAddress = clerk.Rate{Burst: 300, PerSecond: 30}

// DefaultPublishEvery is how often what anybody may know is made anew.
const DefaultPublishEvery = 10 * time.Second

// Server answers requests. Any number of goroutines may use it.
type Server struct {
	Options
	mux         *http.ServeMux
	proxies     proxies
	addresses   *clerk.Allowances[netip.Prefix]
	publication *publication
	listings    listings
	complaints  rate.Sometimes // a store that is away must not fill the disk with logs
}

// New makes a server.
func New(o Options) (*Server, error) {
	if o.Desk {
		o.PerAddress = clerk.Rate{}
	}
	if o.Proxies == nil {
		o.Proxies = Private
	}
	if o.PublishEvery <= 0 {
		o.PublishEvery = DefaultPublishEvery
	}
	addresses, err := clerk.NewAllowances[netip.Prefix](o.PerAddress, clerk.Remembered)
	if err != nil {
		return nil, fmt.Errorf("make the limits by address: %w", err)
	}
	s := &Server{
		Options: o, mux: http.NewServeMux(), proxies: o.Proxies, addresses: addresses,
		complaints: rate.Sometimes{First: 10, Interval: time.Second},
	}
	s.publication = &publication{every: o.PublishEvery, make: s.republish, now: o.Clock}
	s.routes()
	s.Metrics.watchServer(s)
	return s, nil
}

// Drain makes the probe of readiness fail from now on, so that no new connections
// come. Requests are answered as before, until the http.Server is shut down.
func (s *Server) Drain() { s.Readiness.Drain(s.Clock()) }

// health is what the probe of readiness says.
func (s *Server) health() process.Health {
	h := s.Readiness.Health(s.Clock())
	h.CatalogRevision = s.Binding.Revision()
	return h
}
