/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package store is the one truth about bookings: PostgreSQL, and nothing else. What
// must never be otherwise is said by its schema (migrations/), not by this code:
//
//	places sold ≤ places declared when they were sold
//	one live booking per person and service, and so of each dose; one hold each
//	all doses of a booking or none, as many days apart as its campaign says
//	nothing is booked before its opening, by the store's own clock
//
// Each verb is one call of one function there, and so one round trip and one
// transaction: it locks the person, the booking, then slots by hub and instant; looks
// at the clock and at the catalog that binds; writes; or says why not. What is
// expected to be refused is a [*Refusal] and leaves nothing behind; any other error
// means that it is not known what happened, and the same request, with the same key,
// may be made again.
//
// Revisions: every process publishes the catalog that it has, the highest revision
// binds, and what was decided by any other is refused as [Stale].
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

// Options say how to reach the database.
type Options struct {
	URI         string // libpq's connection URI or keywords
	Connections int    // at most
	// Keys gives those with which identifiers are hashed and sealed, as they are now.
	Keys func() *keyring.Keys
}

// How long one statement, and the wait for one lock, may take: a server that is
// slower than that cannot book anyway, and what waits must not pile up.
const (
	statementTimeout = 5 * time.Second
	lockTimeout      = 4 * time.Second
	connectTimeout   = 5 * time.Second
)

// Open reads where the database is. It does not wait for it: [Store.Clock] tells
// whether it answers.
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
		if _, said := config.ConnConfig.RuntimeParams[name]; !said {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", hidden(err))
	}
	return &Store{pool: pool, keys: o.Keys}, nil
}

// Close lets the connections go, once they are no longer used.
func (s *Store) Close() { s.pool.Close() }

// Clock reads the store's clock.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	var now time.Time
	if err := s.pool.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&now); err != nil {
		return time.Time{}, fmt.Errorf("read the store's clock: %w", err)
	}
	return now, nil
}

// InUse tells how many of the connections are in use, and how many there may be.
func (s *Store) InUse() (used, most int) {
	stat := s.pool.Stat()
	return int(stat.AcquiredConns()), int(stat.MaxConns())
}

// transaction runs f in a transaction of its own.
func (s *Store) transaction(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, f)
}
