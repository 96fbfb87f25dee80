/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the catalog's zone, wherever this runs

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

// database is the one that is booked in, and the copies beside it.
const database = "bench"

// scene is a PostgreSQL with a store, and copies of its tables.
type scene struct {
	settings
	world
	server     *pgserver.Server
	postmaster tree
	pgbench    string
	directory  string
	store      *postgres.Store
	pool       *pgxpool.Pool // of those who do without the store
	snapshot   *binding.Snapshot
	crowd      *crowd
	booker     *booker
	people     atomic.Int64
}

// setScene starts a server and makes all slots. The caller must call end.
func setScene(ctx context.Context, settings settings) (s *scene, err error) {
	s = &scene{settings: settings}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.end())
		}
	}()
	if s.directory, err = os.MkdirTemp("", "mezzanotte-bookingbench-"); err != nil {
		return s, err
	}
	// Nothing is taken off durability. A checkpoint would fall on some and not on others.
	s.server, err = pgserver.Start(ctx, pgserver.Options{Settings: map[string]string{
		"max_wal_size": "8GB", "checkpoint_timeout": "1h", "shared_buffers": "512MB",
	}})
	if err != nil {
		return s, err
	}
	if s.pgbench, err = s.server.Pgbench(); err != nil {
		return s, err
	}
	if err := s.server.Create(ctx, database); err != nil {
		return s, err
	}
	if err := s.open(ctx); err != nil {
		return s, err
	}
	say("making slots")
	if err := s.fill(ctx); err != nil {
		return s, err
	}
	return s, s.copyTables(ctx)
}

// open opens the store, and the way past it.
func (s *scene) open(ctx context.Context) (err error) {
	keys := filepath.Join(s.directory, "keys")
	if err := os.Mkdir(keys, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(keys, "2026-01"), []byte(keyring.Generate([32]byte{1})), 0o600); err != nil {
		return err
	}
	held, err := keyring.Load(keys)
	if err != nil {
		return err
	}
	uri := s.server.URI(database)
	s.store, err = postgres.Open(ctx, postgres.Options{URI: uri, Connections: s.clients, Keys: func() *keyring.Keys { return held }})
	if err != nil {
		return err
	}
	if s.pool, err = pgxpool.New(ctx, fmt.Sprintf("%s&pool_max_conns=%d&search_path=%s", uri, s.clients, same)); err != nil {
		return err
	}
	var child int
	if err := s.pool.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&child); err != nil {
		return err
	}
	stat, err := readStat(child)
	s.postmaster = tree(stat.PPID)
	if errors.Is(err, os.ErrNotExist) {
		return nil // where there is no /proc
	}
	return err
}

// fill publishes a catalog, makes its slots, and has them vacuumed and counted.
func (s *scene) fill(ctx context.Context) error {
	now, err := s.store.Clock(ctx)
	if err != nil {
		return err
	}
	s.world = newWorld(now, s.rounds)
	if err := s.store.Migrate(ctx); err != nil {
		return err
	}
	if err := s.store.Publish(ctx, s.catalog); err != nil {
		return err
	}
	if _, err := s.store.Sync(ctx, s.catalog, days+1); err != nil {
		return err
	}
	if s.snapshot, err = binding.NewSnapshot(s.catalog); err != nil {
		return err
	}
	rows, err := s.pool.Query(ctx, "SELECT name, id FROM public.hub")
	if err != nil {
		return err
	}
	var name string
	var id int32
	_, err = pgx.ForEachRow(rows, []any{&name, &id}, func() error {
		s.ids[name] = id
		return nil
	})
	return err
}

// newSearch is one that nobody has searched with.
func (s *scene) newSearch() *search.Search {
	return search.New(search.Options{Store: s.store, Clock: time.Now, Random: rand.NewPCG(rand.Uint64(), rand.Uint64())})
}

// request is a booking by a new person.
func (s *scene) request(places []booking.Place) (booking.Request, error) {
	n := s.people.Add(1)
	who, err := identifier.Parse(fmt.Sprintf("STP%013d", n))
	return booking.Request{
		Person: booking.Person{Identifier: who, Born: civil.Date(1940, 1, 1)}, Campaign: s.catalog.Campaigns[0], Revision: s.catalog.Revision,
		Places: places, Contact: booking.Contact{Email: "somebody@example.org", Language: "it"}, By: booking.By{Channel: "web", Key: fmt.Sprintf("bench-booking-%08d", n)},
	}, err
}

func (s *scene) end() error {
	var ended error
	if s.booker != nil {
		ended = errors.Join(s.booker.Stop(), s.booker.Err)
	}
	if s.store != nil {
		s.store.Close()
	}
	if s.pool != nil {
		s.pool.Close()
	}
	var err error
	if s.server != nil {
		err = s.server.Stop()
	}
	return errors.Join(ended, err, os.RemoveAll(s.directory))
}
