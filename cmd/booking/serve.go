/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/booking/server"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
)

// assembly holds the parts of one server.
type assembly struct {
	options
	log       *slog.Logger
	store     *postgres.Store
	keys      *process.Keys
	binding   *binding.Binding
	search    *search.Search
	clerk     *clerk.Clerk
	signIns   *signin.Authenticator // of a desk; nil: nobody can sign in
	server    *server.Server
	metrics   *server.Metrics
	readiness *process.Readiness
}

// serve serves until ctx ends, then finishes begun requests.
func serve(ctx context.Context, o options) error {
	a, err := assemble(ctx, o)
	if err != nil {
		return err
	}
	defer a.store.Close()
	listener, err := process.Listen(o.listen, process.MostConnections)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	defer func() { _ = listener.Close() }()
	public := process.Endpoint{HTTP: server.HTTP(a.server, a.log), Listener: listener}
	private, err := a.private()
	if err != nil {
		return err
	}
	a.log.Info("Listening", "address", listener.Addr().String(), "channel", o.channel, "type", o.channelType)
	return process.Run(ctx, process.Options{Public: public, Private: private, Start: a.start, Drain: a.server.Drain, Within: o.drain, Log: a.log})
}

// private opens the listeners that only operators may reach.
func (a *assembly) private() (all []process.Endpoint, err error) {
	for _, each := range []struct {
		flag, address string
		http          *http.Server
	}{
		{"--metrics-listen", a.metricsListen, server.HTTP(a.metrics.Handler(), a.log)},
		{"--pprof-address", a.pprofAddress, process.Profiles()},
	} {
		if each.address == "" {
			continue
		}
		listener, err := net.Listen("tcp", each.address)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", each.flag, err)
		}
		all = append(all, process.Endpoint{HTTP: each.http, Listener: listener})
	}
	return all, nil
}

// assemble makes the parts. It does not use the database yet.
func assemble(ctx context.Context, o options) (*assembly, error) {
	level := slog.LevelInfo
	if o.verbose {
		level = slog.LevelDebug
	}
	a := &assembly{options: o, log: slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))}
	var err error
	if a.store, a.keys, err = o.openStore(ctx); err != nil {
		return nil, err
	}
	a.metrics, a.readiness = server.NewMetrics(), process.NewReadiness(o.clock())
	a.binding = binding.New(binding.Options{
		File: o.catalog, Platform: os.Getenv("MEZZANOTTE_PLATFORM"), Store: a.store, Clock: o.clock,
	})
	a.search = search.New(search.Options{Store: a.store, Clock: a.binding.Now, Random: rand.NewPCG(rand.Uint64(), rand.Uint64())})
	networks, err := o.networks()
	if err != nil {
		return nil, err
	}
	kind, _ := o.kind() // options.check has found it
	a.clerk, err = clerk.New(clerk.Options{
		Store: a.store, Binding: a.binding, Search: a.search, Channel: o.channel, CallCentre: kind.callCentre,
		Connections: serving(o.connections), PerPerson: clerk.DefaultPerPerson, Clock: o.clock,
	})
	if err != nil {
		return nil, err
	}
	pages, err := kind.pages(a)
	if err != nil {
		return nil, err
	}
	version, released := build()
	a.server, err = server.New(server.Options{
		Version: version, Released: released,
		Channel: o.channel, CallCentre: kind.callCentre, Agent: a.agent(kind), Pages: pages, Clerk: a.clerk, Store: a.store, Binding: a.binding,
		Readiness: a.readiness, Metrics: a.metrics, Log: a.log, Clock: o.clock,
		PerAddress: server.DefaultPerAddress, Proxies: networks, PublicURL: o.publicURL,
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// serving returns the number of connections that requests may use. Of three or more, one is
// kept for chores.
func serving(connections int) int {
	if connections < 3 {
		return connections
	}
	return connections - 1
}

// build returns the version of this program and the time of its commit.
func build() (version string, released time.Time) {
	version = "unknown"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, released
	}
	version = info.Main.Version
	for _, setting := range info.Settings {
		if setting.Key == "vcs.time" {
			if t, err := time.Parse(time.RFC3339, setting.Value); err == nil {
				released = t
			}
		}
	}
	return version, released
}
