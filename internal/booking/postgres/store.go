/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package postgres keeps bookings in PostgreSQL, the only truth about them. The schema
// of the tables (migrations/) enforces the promises, not this code:
//
//	places sold ≤ places declared when they were sold
//	one live booking per person and service, and so of each dose; one hold each
//	all doses of a booking or none, as many days apart as its campaign says
//	nothing is booked before its opening, by the store's own clock
//
// Each verb is one call of one function there (functions/), so one round trip and one
// transaction. The function locks, reads the clock and the catalog that binds, and then
// writes or refuses. Rows are locked in one order, so that no two transactions wait for
// each other:
//
//	the person → the booking → slots, by hub and instant
//
// An expected refusal is a [*booking.Refusal] and changes nothing. After any other error the
// effect is unknown: retry the same request with the same key.
//
// Every process publishes its catalog and the highest revision binds. A request that was
// decided by another revision is refused as [booking.Stale].
package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

// Store books, on one PostgreSQL database. Any number of goroutines may use it.
type Store struct {
	pool *pgxpool.Pool
	keys func() *keyring.Keys
	hubs hubs
}

// Options configures a Store.
type Options struct {
	URI         string // libpq's connection URI or keywords
	Connections int    // at most
	// Keys returns the current keys, with which identifiers are hashed and sealed.
	Keys func() *keyring.Keys
}

// How long one statement, and the wait for one lock, may take. A slower server cannot
// book anyway, and waiting requests must not pile up.
const (
	statementTimeout = 5 * time.Second
	lockTimeout      = 4 * time.Second
	connectTimeout   = 5 * time.Second
)

// Open reads where the database is. It does not connect: [Store.Clock] does.
func Open(ctx context.Context, o Options) (*Store, error) {
	config, err := pgxpool.ParseConfig(o.URI)
	if err != nil {
		return nil, fmt.Errorf("read the database's URI: %w", hidden(err))
	}
	config.MaxConns = int32(min(max(o.Connections, 1), 10_000))
	config.ConnConfig.ConnectTimeout = connectTimeout
	for name, value := range map[string]string{
		"application_name":                    "mezzanotte",
		"timezone":                            "UTC",
		"statement_timeout":                   fmt.Sprint(statementTimeout.Milliseconds()),
		"lock_timeout":                        fmt.Sprint(lockTimeout.Milliseconds()),
		"idle_in_transaction_session_timeout": fmt.Sprint(statementTimeout.Milliseconds()),
	} {
		if _, given := config.ConnConfig.RuntimeParams[name]; !given {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	config.ConnConfig.RuntimeParams["search_path"] = functionPath()
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", hidden(err))
	}
	return &Store{pool: pool, keys: o.Keys}, nil
}

// Close closes the connections, once they are no longer used.
func (s *Store) Close() { s.pool.Close() }

// Clock reads the store's clock.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	var now time.Time
	if err := s.pool.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&now); err != nil {
		return time.Time{}, fmt.Errorf("read the store's clock: %w", err)
	}
	return now, nil
}

// InUse returns how many connections are in use, and how many there may be at most.
func (s *Store) InUse() (used, most int) {
	stat := s.pool.Stat()
	return int(stat.AcquiredConns()), int(stat.MaxConns())
}

// transaction runs f in a transaction of its own.
func (s *Store) transaction(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, f)
}
