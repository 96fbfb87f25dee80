/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"math/rand/v2"
)

// subject is one row of the table.
type subject struct {
	demand, how string
	work        work
	server      processes // nil: PostgreSQL
}

// What people want.
const (
	anywhere = "places anywhere, in 100,800 slots"
	mostly   = "90 % of them in 40 slots"
	oneHub   = "all of them at one hub"
	oneRow   = "as above, and one row counts all places"
	looking  = "to see what is free"
)

// beside names the demand whose first subject, ours, is compared with those of another.
var beside = map[string]string{anywhere: anywhere, mostly: mostly, oneHub: oneHub, oneRow: oneHub}

// subjects are what is measured in each round.
func (s *scene) subjects(ctx context.Context) (all []subject, err error) {
	naive, err := s.newNaive()
	if err != nil {
		return nil, err
	}
	if s.booker, err = s.newBooker(ctx); err != nil {
		return nil, err
	}
	s.crowd = &crowd{scene: s}
	reader := &reader{scene: s}
	everywhere, most, one := s.anywhereScript(), s.mostlyScript(), s.crowdScript()
	ours := func(do func(context.Context, *rand.Rand) error) work { return clients{number: s.clients, do: do} }
	all = []subject{
		{demand: anywhere, how: "store", work: ours(s.chosen(s.anywhere))},
		{demand: anywhere, how: "booking server, over HTTP", work: ours(s.booker.book(s.anywhere)), server: s.booker},
		{demand: anywhere, how: "pgbench, a statement at a time", work: ceiling{s, same, everywhere, singly, false}},
		{demand: anywhere, how: "pgbench, pipeline", work: ceiling{s, same, everywhere, pipeline, false}},
		{demand: anywhere, how: "pgbench, one call", work: ceiling{s, same, everywhere, call, false}},
		{demand: anywhere, how: "pgbench, pipeline, bare rows", work: ceiling{s, bare, everywhere, pipeline, false}},
		{demand: anywhere, how: "pgbench, one call, bare rows", work: ceiling{s, bare, everywhere, call, false}},

		{demand: mostly, how: "store", work: ours(s.chosen(s.mostly))},
		{demand: mostly, how: "pgbench, a statement at a time", work: ceiling{s, same, most, singly, false}},
		{demand: mostly, how: "pgbench, pipeline", work: ceiling{s, same, most, pipeline, false}},
		{demand: mostly, how: "pgbench, one call", work: ceiling{s, same, most, call, false}},

		{demand: oneHub, how: "store, places by search", work: clients{s.clients, s.crowd.take, s.crowd.before}},
		{demand: oneHub, how: "pgbench, a statement at a time", work: ceiling{s, same, one, singly, false}},
		{demand: oneHub, how: "pgbench, pipeline", work: ceiling{s, same, one, pipeline, false}},
		{demand: oneHub, how: "pgbench, one call", work: ceiling{s, same, one, call, false}},

		{demand: oneRow, how: "Go, a statement at a time", work: clients{s.clients, naive.book, nil}},
		{demand: oneRow, how: "pgbench, a statement at a time", work: ceiling{s, same, one, singly, true}},
		{demand: oneRow, how: "pgbench, one call", work: ceiling{s, same, one, call, true}},

		{demand: looking, how: "first 64 slots of a hub", work: clients{s.clients, reader.free, nil}},
		{demand: looking, how: "five offers by search", work: clients{s.clients, reader.five, reader.before}},
	}
	for i := range all {
		if all[i].server == nil {
			all[i].server = s.postmaster
		}
	}
	return all, nil
}
