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
func (s *scene) subjects() ([]subject, error) {
	naive, err := s.newNaive()
	if err != nil {
		return nil, err
	}
	s.crowd = &crowd{scene: s}
	reader := &reader{scene: s}
	everywhere, most, one := s.anywhereScript(), s.mostlyScript(), s.crowdScript()
	ours := func(do func(context.Context, *rand.Rand) error) work { return clients{number: s.clients, do: do} }
	return []subject{
		{anywhere, "store", ours(s.chosen(s.anywhere))},
		{anywhere, "pgbench, a statement at a time", ceiling{s, same, everywhere, singly, false}},
		{anywhere, "pgbench, pipeline", ceiling{s, same, everywhere, pipeline, false}},
		{anywhere, "pgbench, one call", ceiling{s, same, everywhere, call, false}},
		{anywhere, "pgbench, pipeline, bare rows", ceiling{s, bare, everywhere, pipeline, false}},
		{anywhere, "pgbench, one call, bare rows", ceiling{s, bare, everywhere, call, false}},

		{mostly, "store", ours(s.chosen(s.mostly))},
		{mostly, "pgbench, a statement at a time", ceiling{s, same, most, singly, false}},
		{mostly, "pgbench, pipeline", ceiling{s, same, most, pipeline, false}},
		{mostly, "pgbench, one call", ceiling{s, same, most, call, false}},

		{oneHub, "store, places by search", clients{s.clients, s.crowd.take, s.crowd.before}},
		{oneHub, "pgbench, a statement at a time", ceiling{s, same, one, singly, false}},
		{oneHub, "pgbench, pipeline", ceiling{s, same, one, pipeline, false}},
		{oneHub, "pgbench, one call", ceiling{s, same, one, call, false}},

		{oneRow, "Go, a statement at a time", clients{s.clients, naive.book, nil}},
		{oneRow, "pgbench, a statement at a time", ceiling{s, same, one, singly, true}},
		{oneRow, "pgbench, one call", ceiling{s, same, one, call, true}},

		{looking, "first 64 slots of a hub", clients{s.clients, reader.free, nil}},
		{looking, "five offers by search", clients{s.clients, reader.five, reader.before}},
	}, nil
}
