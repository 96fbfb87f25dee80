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
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrations make tables, and they only add: a version of this program works with the
// tables of the next one, so that a rollout never breaks running pods. A migration takes
// something away one version after its last use. So tables that are newer than this
// program knows are no error.
//
//go:embed migrations/*.sql
var migrations embed.FS

// ErrNotMigrated means that the tables are older than this program needs, or its
// functions are not installed.
var ErrNotMigrated = errors.New("the database is not migrated yet")

// Migrate brings the tables up to what this program needs, and installs its functions.
// Any number of processes may do it at once: they take turns.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.migrated(ctx); !errors.Is(err, ErrNotMigrated) {
		return err // or there is nothing to do, and nobody to wait for
	}
	if err := s.migrate(ctx); err != nil {
		return fmt.Errorf("migrate: %w", hidden(err))
	}
	return nil
}

// lockRetry is how often a process that waits for another one's migration looks again,
// and lockTries for how often.
const (
	lockRetry = 1 // s
	lockTries = 300
)

// migrationLockTimeout is how long a migration waits for a table: every booking waits
// behind it meanwhile. After that migrating fails, and is tried again later.
const migrationLockTimeout = time.Second

func (s *Store) migrate(ctx context.Context) (err error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockRetry, lockTries))
	if err != nil {
		return err
	}
	// Connections beside the pool's, and only for this.
	config := s.pool.Config().ConnConfig.Copy()
	delete(config.RuntimeParams, "statement_timeout")
	delete(config.RuntimeParams, "idle_in_transaction_session_timeout")
	config.RuntimeParams["lock_timeout"] = fmt.Sprint(migrationLockTimeout.Milliseconds())
	config.RuntimeParams["search_path"] = tablePath
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }() // nothing is lost with it
	holder, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = holder.Close() }()
	if err := locker.SessionLock(ctx, holder); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, locker.SessionUnlock(context.WithoutCancel(ctx), holder)) }()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return err
	}
	return holder.Raw(func(driver any) error {
		connection, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T, not one of pgx", driver)
		}
		return install(ctx, connection.Conn())
	})
}

// migrated notes that the functions of this version are in use. It returns ErrNotMigrated if
// they are missing, or if the tables are older than this program needs.
func (s *Store) migrated(ctx context.Context) error {
	_, schema := functions()
	var version int64
	var installed, reached bool
	_, err := s.pool.Exec(ctx, `UPDATE function_schema SET used_at = clock_timestamp()
		WHERE name = $1 AND used_at < clock_timestamp() - interval '1 minute'`, schema)
	if err == nil {
		err = s.pool.QueryRow(ctx, `SELECT
			(SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied),
			EXISTS (SELECT FROM function_schema JOIN pg_namespace ON nspname = name WHERE name = $1),
			current_schema() IS NOT DISTINCT FROM $1`, schema).Scan(&version, &installed, &reached)
	}
	if undefined(err) {
		return ErrNotMigrated
	}
	if err != nil {
		return wrap("ask for the schema's version", err)
	}
	if version < newest() || !installed {
		return ErrNotMigrated
	}
	if !reached {
		return fmt.Errorf("schema %s is not in the connection's search_path: the role may not use it, or a pooler ignores the parameter", schema)
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
		return 0 // then migrating fails
	}
	return version
}

// MissingKeyError means that people are known under a key that this process lacks.
type MissingKeyError struct{ Name string }

func (e *MissingKeyError) Error() string {
	return fmt.Sprintf("people are known under identifier key %s, which is not among the files: put it back; `booking keys` says when it may go", e.Name)
}

// Ready returns an error if this process cannot book: it cannot reach the database, the
// database is not migrated, or people are known under a key that this process lacks, so that
// it might not recognise them.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.migrated(ctx); err != nil {
		return err
	}
	held := s.keys().Names()
	rows, err := s.pool.Query(ctx, `SELECT name FROM identifier_key
		WHERE name <> ALL ($1) AND retired_at IS NULL AND since < clock_timestamp() - $2::interval ORDER BY name`, held, grace)
	if err != nil {
		return wrap("ask for the keys in use", err)
	}
	missing, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return wrap("ask for the keys in use", err)
	}
	if len(missing) > 0 {
		return &MissingKeyError{Name: missing[0]}
	}
	_, err = s.pool.Exec(ctx, `INSERT INTO identifier_key (name) SELECT held FROM unnest($1::text[]) held
		WHERE NOT EXISTS (SELECT FROM identifier_key WHERE name = held) ON CONFLICT DO NOTHING`, held)
	return wrap("note the keys in use", err)
}
