/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
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
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/booking/server"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
)

// process is one running server and all that it rests on.
type process struct {
	options
	log       *slog.Logger
	store     *postgres.Store
	keys      *ring
	binding   *binding.Binding
	search    *search.Search
	clerk     *clerk.Clerk
	signIns   *signin.Authenticator // of a desk; nil where nobody can sign in
	server    *server.Server
	metrics   *server.Metrics
	readiness *server.Readiness
}

// serve serves until ctx ends, then finishes what was begun.
func serve(ctx context.Context, o options) error {
	p, err := assemble(ctx, o)
	if err != nil {
		return err
	}
	defer p.store.Close()
	listener, err := listen(o.listen, mostConnections)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	requests := server.HTTP(p.server, p.log)
	failed := make(chan error, 2)
	go func() { failed <- requests.Serve(listener) }()
	if o.metricsListen != "" {
		measured, err := net.Listen("tcp", o.metricsListen)
		if err != nil {
			return fmt.Errorf("--metrics-listen: %w", err)
		}
		scrapes := server.HTTP(p.metrics.Handler(), p.log)
		defer func() { _ = scrapes.Close() }()
		go func() { failed <- scrapes.Serve(measured) }()
	}
	p.log.Info("Listening", "address", listener.Addr().String(), "channel", o.channel, "type", o.channelType)
	working, rest := context.WithCancel(context.WithoutCancel(ctx))
	done := p.work(working)
	defer func() { rest(); done() }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return p.drain(requests)
}

// drain lets what was begun be finished. Chores go on meanwhile.
func (p *process) drain(requests *http.Server) error {
	p.server.Drain()
	p.log.Info("Finishing what was begun", "within", p.options.drain.String())
	ctx, cancel := context.WithTimeout(context.Background(), p.options.drain)
	defer cancel()
	if err := requests.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests were cut short: %w", err), requests.Close())
	}
	return nil
}

// assemble puts a process together. Nothing is asked of the database yet.
func assemble(ctx context.Context, o options) (*process, error) {
	level := slog.LevelInfo
	if o.verbose {
		level = slog.LevelDebug
	}
	p := &process{options: o, log: slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))}
	var err error
	if p.store, p.keys, err = o.openStore(ctx); err != nil {
		return nil, err
	}
	p.metrics, p.readiness = server.NewMetrics(), server.NewReadiness(o.clock())
	p.binding = binding.New(binding.Options{
		File: o.catalog, Platform: os.Getenv("MEZZANOTTE_PLATFORM"), Store: p.store, Clock: o.clock,
	})
	p.search = search.New(search.Options{Store: p.store, Clock: p.binding.Now, Random: rand.NewPCG(rand.Uint64(), rand.Uint64())})
	networks, err := o.networks()
	if err != nil {
		return nil, err
	}
	desk := o.channelType == "desk"
	p.clerk, err = clerk.New(clerk.Options{
		Store: p.store, Binding: p.binding, Search: p.search, Channel: o.channel, Desk: desk,
		Connections: serving(o.connections), PerPerson: clerk.DefaultPerPerson, Clock: o.clock,
	})
	if err != nil {
		return nil, err
	}
	seen, err := p.pages()
	if err != nil {
		return nil, err
	}
	version, released := build()
	p.server, err = server.New(server.Options{
		Version: version, Released: released,
		Channel: o.channel, Desk: desk, Agent: p.agent(), Pages: seen, Clerk: p.clerk, Store: p.store, Binding: p.binding,
		Readiness: p.readiness, Metrics: p.metrics, Log: p.log, Clock: o.clock,
		PerAddress: server.DefaultPerAddress, Proxies: networks, PublicURL: o.publicURL,
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// serving is how many of the connections requests may use: one is for chores, where
// there are enough.
func serving(connections int) int {
	if connections < 3 {
		return connections
	}
	return connections - 1
}

// build tells which version of this program runs, and when it was made.
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
