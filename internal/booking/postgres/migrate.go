/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrations only add: a version of this program works with the schema of the next
// one, so that a rollout never breaks the pods that still run. What is to go, goes one
// version after nothing uses it any more. A schema that is newer than this program
// knows is therefore no error.
//
//go:embed migrations/*.sql
var migrations embed.FS

// ErrNotMigrated is that the schema is older than this program needs.
var ErrNotMigrated = errors.New("the database is not migrated yet")

// Migrate brings the schema up to what this program needs. Any number of processes
// may do it at once: they take turns.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.migrated(ctx); !errors.Is(err, ErrNotMigrated) {
		return err // or nothing to do, so nobody to wait for
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	// One connection more than the pool's, and only for this.
	config := s.pool.Config().ConnConfig.Copy()
	delete(config.RuntimeParams, "statement_timeout")
	delete(config.RuntimeParams, "lock_timeout")
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }() // nothing is lost with it
	db.SetMaxOpenConns(2)             // goose holds its lock on one
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", hidden(err))
	}
	return nil
}

// migrated tells whether the schema is what this program needs, or newer.
func (s *Store) migrated(ctx context.Context) error {
	var version int64
	err := s.pool.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version)
	if undefinedTable(err) {
		return ErrNotMigrated
	}
	if err != nil {
		return said("ask for the schema's version", err)
	}
	if version < newest() {
		return ErrNotMigrated
	}
	return nil
}

// newest is the version of the last migration.
func newest() int64 {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(files) == 0 {
		return 0 // embedded, so there are
	}
	version, err := goose.NumericComponent(slices.Max(files)[len("migrations/"):])
	if err != nil {
		return 0 // named so, or migrating fails
	}
	return version
}

// MissingKeyError is that people are known under a key that this process does not
// hold.
type MissingKeyError struct{ Name string }

func (e *MissingKeyError) Error() string {
	return fmt.Sprintf("people are known under identifier key %s, which is not among the files: put it back; `booking keys` says when it may go", e.Name)
}

// Ready tells what keeps this process from booking, if anything does: the database
// cannot be reached or is not migrated, or people are known under a key that this
// process does not hold, so that it might not recognise them.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.migrated(ctx); err != nil {
		return err
	}
	held := s.keys().Names()
	rows, err := s.pool.Query(ctx, `SELECT name FROM identifier_key
		WHERE name <> ALL ($1) AND retired_at IS NULL AND since < clock_timestamp() - $2::interval ORDER BY name`, held, grace)
	if err != nil {
		return said("ask for the keys in use", err)
	}
	missing, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return said("ask for the keys in use", err)
	}
	if len(missing) > 0 {
		return &MissingKeyError{Name: missing[0]}
	}
	_, err = s.pool.Exec(ctx, `INSERT INTO identifier_key (name) SELECT n FROM unnest($1::text[]) n
		WHERE NOT EXISTS (SELECT FROM identifier_key WHERE name = n) ON CONFLICT DO NOTHING`, held)
	return said("say which keys are in use", err)
}
