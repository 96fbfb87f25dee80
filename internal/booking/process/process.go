/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package process runs one booking server: it listens, does the chores, tracks whether
// the process can book, and finishes begun requests when it shuts down.
//
//	SIGTERM ──▶ not ready ──▶ no new connections ──▶ begun requests end ──▶ chores end ──▶ exit
//	              └─────────────── at most the drain time ───────────────┘
//
// Invariants:
//
//   - Each [Chore] runs on its own: one that fails, panics or hangs delays no other. It
//     runs again after its usual pause.
//   - No chore but the first, which migrates the database, runs before the first has
//     succeeded once.
//   - All processes run the same chores. A chore that one process does for all asks the
//     store when it was last done ([OncePerStore]), so any process may die at any time.
//   - A probe reads [Readiness] and waits for nothing.
//
// It reads no clock: commands hand in the clock and the timer.
package process

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Endpoint is an HTTP server with the listener that it serves.
type Endpoint struct {
	HTTP     *http.Server
	Listener net.Listener
}

// Options configures [Run].
type Options struct {
	Public  Endpoint                            // its begun requests are finished
	Private []Endpoint                          // for operators: served to the end, then closed
	Start   func(context.Context) (wait func()) // starts the chores, which end with the context
	Drain   func()                              // makes the readiness probe fail
	Within  time.Duration                       // begun requests may take this long
	Log     *slog.Logger
}

// Run serves until ctx ends, then finishes begun requests. Chores run until it returns.
func Run(ctx context.Context, o Options) error {
	all := append([]Endpoint{o.Public}, o.Private...)
	failed := make(chan error, len(all))
	for _, e := range all {
		go func() { failed <- e.HTTP.Serve(e.Listener) }()
	}
	defer func() {
		for _, e := range o.Private {
			_ = e.HTTP.Close()
		}
	}()
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	wait := o.Start(working)
	defer func() { stop(); wait() }()
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("serve: %w", err), o.Public.HTTP.Close())
	case <-ctx.Done():
	}
	o.Drain()
	o.Log.Info("Draining", "within", o.Within.String())
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.Within)
	defer cancel()
	if err := o.Public.HTTP.Shutdown(draining); err != nil {
		return errors.Join(fmt.Errorf("requests were cut short: %w", err), o.Public.HTTP.Close())
	}
	return nil
}
