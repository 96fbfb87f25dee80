/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// The functions of this version, one a file. They are installed in a schema of their
// own, so that older and newer processes run beside this one:
//
//	booking_1f0c…   of the version before       ┐
//	booking_93ab…   of this version             ├ all over the same tables, in public
//	booking_c27e…   of the next, while it rolls ┘
//
// See docs/decisions/0010-functions-are-a-versioned-schema.md.
//
//go:embed functions/*.sql
var functionFiles embed.FS

// unusedTime is how long a schema of functions must be unused before it may go. It is
// long so that an outage of the database does not make those that run look unused.
const unusedTime = 24 * time.Hour

// functions returns the text of all functions, and the schema of this version: its name
// is a digest of the text.
var functions = sync.OnceValues(func() (text, schema string) {
	var all strings.Builder
	files, err := fs.Glob(functionFiles, "functions/*.sql")
	for _, file := range files {
		var one []byte
		if err == nil {
			one, err = functionFiles.ReadFile(file)
		}
		all.Write(one)
		all.WriteByte('\n')
	}
	if err != nil || len(files) == 0 {
		panic(fmt.Sprintf("read the embedded functions: %d files, %v", len(files), err))
	}
	sum := sha256.Sum256([]byte(all.String()))
	return all.String(), "booking_" + hex.EncodeToString(sum[:8])
})

// tablePath is the search_path to the tables. Temporary tables come last and hide none.
const tablePath = "public, pg_temp"

// functionPath is the search_path of connections, and the fixed one of all functions that
// are called from outside: a call does not change it, which is cheaper.
func functionPath() string {
	_, schema := functions()
	return schema + ", " + tablePath
}

// install creates the schema of this version if it is missing, and drops the schemas that no
// process has used for long. The caller holds the lock for migrating.
func install(ctx context.Context, connection *pgx.Conn) error {
	text, schema := functions()
	return pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) error {
		added, err := tx.Exec(ctx, `INSERT INTO function_schema (name) VALUES ($1)
			ON CONFLICT (name) DO UPDATE SET used_at = clock_timestamp() WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)`, schema)
		if err != nil || added.RowsAffected() == 0 {
			return err
		}
		for _, statement := range []string{
			"DROP SCHEMA IF EXISTS " + schema + " CASCADE",
			"CREATE SCHEMA " + schema,
			"SET LOCAL search_path = " + functionPath(),
			"SET LOCAL check_function_bodies = off", // they call each other, in any order
			text,
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return dropUnused(ctx, tx)
	})
}

// dropUnused drops the schemas that no process has used for long. It keeps the one that
// was used last before this version's: a rollout may go back to it.
func dropUnused(ctx context.Context, tx pgx.Tx) error {
	_, schema := functions()
	rows, err := tx.Query(ctx, `
		DELETE FROM function_schema WHERE used_at < clock_timestamp() - @unused::interval AND name NOT IN (
			SELECT name FROM function_schema WHERE name <> @schema ORDER BY used_at DESC, installed_at DESC LIMIT 1)
		RETURNING name`, arguments{"unused": unusedTime, "schema": schema})
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := tx.Exec(ctx, "DROP SCHEMA IF EXISTS "+pgx.Identifier{name}.Sanitize()+" CASCADE"); err != nil {
			return err
		}
	}
	return nil
}
