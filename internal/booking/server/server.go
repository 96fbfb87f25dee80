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

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
)

// Options configures a Server.
type Options struct {
	Version  string    // of this program
	Released time.Time // the date of the version

	Channel    string // name
	CallCentre bool   // the channel is a call centre: its agents share an address
	// Agent returns the agent who has signed in; nil: people act for themselves.
	Agent func(*http.Request) (agent string, signedIn bool)

	Pages Pages // of the channel; nil: none

	Clerk     *clerk.Clerk // carries out requests
	Store     Store
	Binding   Binding
	Readiness *process.Readiness
	Metrics   *Metrics
	Log       *slog.Logger
	Clock     func() time.Time

	PerAddress   clerk.Rate     // does not apply to a call centre
	Proxies      []netip.Prefix // networks whose X-Forwarded-For is trusted; nil: [Private]
	PublishEvery time.Duration  // the interval of new editions of the public files
	PublicURL    string         // of this server; "": links are relative
}

// DefaultPerAddress is enough for hundreds of people behind the address of a mobile network.
var DefaultPerAddress = clerk.Rate{Burst: 300, PerSecond: 30}

// DefaultPublishEvery is the interval of new editions of the public files.
const DefaultPublishEvery = 10 * time.Second

// Server answers requests. Any number of goroutines may use it.
type Server struct {
	Options
	mux         *http.ServeMux
	other       http.HandlerFunc // answers programs at addresses without a route
	anyPage     http.HandlerFunc // answers people there
	proxies     proxies
	addresses   *clerk.Allowances[netip.Prefix]
	publication *publication
	listings    listings
	complaints  rate.Sometimes // limits the log while the store is away
}

// New returns a Server.
func New(o Options) (*Server, error) {
	if o.CallCentre {
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

// Drain makes the readiness probe fail from now on, so that no new connections come. The
// server still answers requests until the http.Server is shut down.
func (s *Server) Drain() { s.Readiness.Drain(s.Clock()) }

// health returns the answer to the readiness probe.
func (s *Server) health() process.Health {
	h := s.Readiness.Health(s.Clock())
	h.CatalogRevision = s.Binding.Revision()
	return h
}

// Store keeps the bookings. Requests reach it through the clerk.
type Store interface {
	// InUse returns the number of connections in use, and its maximum.
	InUse() (used, most int)
}

// Binding has the catalog in force in this process and an estimate of the store's clock:
// *[binding.Binding].
type Binding interface {
	Current() (*binding.Snapshot, error)
	Revision() int64
	Now() time.Time
	Offset() (ahead, within time.Duration)
}
