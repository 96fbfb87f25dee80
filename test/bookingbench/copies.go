/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// The two copies of the tables.
const (
	bare = "bare" // without checks and foreign keys
	same = "same" // with those that the store has, but for its triggers
)

// tables are those that a booking touches, each after those that it refers to.
var tables = []string{"catalog", "campaign", "hub", "slot", "person", "person_hash", "booking", "appointment", "event"}

// copied fills in the SQL texts.
type copied struct {
	Schema          string
	Tables          []string
	Constraints     bool
	Sealed, Contact string // of the store's length
	One             bool   // one row counts all places
}

func (s *scene) copied(schema string) copied {
	return copied{Schema: schema, Tables: tables, Constraints: schema == same, Sealed: s.sealed, Contact: s.contact}
}

// copyTables makes the copies. A booking in the store gives the size of their rows.
func (s *scene) copyTables(ctx context.Context) error {
	if err := s.book(ctx, s.places(s.spread[0], opens)); err != nil {
		return err
	}
	const asLong = `SELECT format('decode(repeat(%L, %s), %L)', 'ab', octet_length(sealed), 'hex'), format('decode(repeat(%L, %s), %L)', 'cd', octet_length(contact), 'hex')
		FROM public.booking b JOIN public.person p ON p.id = b.person_id`
	if err := s.pool.QueryRow(ctx, asLong).Scan(&s.sealed, &s.contact); err != nil {
		return err
	}
	for _, schema := range []string{bare, same} {
		say("copying the tables: %s", schema)
		script, err := text("copy.sql", s.copied(schema))
		if err != nil {
			return err
		}
		connection, err := pgx.Connect(ctx, s.server.URI(database))
		if err != nil {
			return err
		}
		_, err = connection.Exec(ctx, script)
		if err == nil && schema == same {
			err = refer(ctx, connection)
		}
		_ = connection.Close(ctx) // nothing is lost with it
		if err != nil {
			return fmt.Errorf("copy the tables: %w", err)
		}
	}
	_, err := s.pool.Exec(ctx, "VACUUM ANALYZE")
	return err
}

// refer gives the copies the store's foreign keys.
func refer(ctx context.Context, c *pgx.Conn) error {
	rows, err := c.Query(ctx, `SELECT format('ALTER TABLE %I.%I ADD %s', $1::text, t.relname, replace(pg_get_constraintdef(k.oid), 'REFERENCES ', 'REFERENCES ' || $1 || '.'))
		FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND t.relname = ANY ($2)`, same, tables)
	if err != nil {
		return err
	}
	statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := c.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
