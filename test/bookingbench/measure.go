/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// warm is how long a subject runs before it is measured: connections are made and
// plans are cached.
const warm = time.Second

// work runs clients until they are stopped.
type work interface {
	// start begins, and returns at once.
	start(ctx context.Context) (running, error)
}

// processes are those whose processor time is looked at.
type processes interface {
	cpu() (time.Duration, error) // so far
}

// running is work that is being done.
type running interface {
	cpu() (time.Duration, error) // of the clients, so far
	stop() ([]done, error)
}

// done is one thing that was done, and how long somebody waited for it.
type done struct {
	at   time.Time
	took time.Duration
}

// measured holds the figures of one subject in one round.
type measured struct {
	Rate   float64 `json:"perSecond"`
	Half   float64 `json:"p50Milliseconds"`
	P99    float64 `json:"p99Milliseconds"`
	Server float64 `json:"serverCPUMilliseconds"` // processor time of each
	Client float64 `json:"clientCPUMilliseconds"`
}

// measure has work done, and looks at the part of it that is neither beginning nor end.
func measure(ctx context.Context, server processes, w work, each time.Duration) (measured, error) {
	r, err := w.start(ctx)
	if err != nil {
		return measured{}, err
	}
	from, fromErr := look(ctx, server, r, warm)
	to, toErr := look(ctx, server, r, each)
	all, err := r.stop()
	for _, err := range []error{ctx.Err(), fromErr, toErr, err} {
		if err != nil {
			return measured{}, err
		}
	}
	var waits []time.Duration
	for _, d := range all {
		if d.at.After(from.at) && !d.at.After(to.at) {
			waits = append(waits, d.took)
		}
	}
	if len(waits) == 0 {
		return measured{}, fmt.Errorf("nothing was done within %s", each)
	}
	slices.Sort(waits)
	n := float64(len(waits))
	return measured{
		Rate: n / to.at.Sub(from.at).Seconds(), Half: milliseconds(percentile(waits, 50)), P99: milliseconds(percentile(waits, 99)),
		Server: milliseconds(to.server-from.server) / n, Client: milliseconds(to.client-from.client) / n,
	}, nil
}

// seen is an instant, and the processor time that was taken until then.
type seen struct {
	at             time.Time
	server, client time.Duration
}

// look looks after a while.
func look(ctx context.Context, server processes, r running, after time.Duration) (s seen, err error) {
	select {
	case <-ctx.Done():
		return s, ctx.Err()
	case <-time.After(after):
	}
	s.at = time.Now()
	if s.client, err = r.cpu(); err != nil {
		return s, err
	}
	s.server, err = server.cpu()
	return s, err
}

// percentile returns the smallest wait that the given percentage does not exceed.
func percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}

func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// median of some values; 0 of none.
func median(of []float64) float64 {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
