/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

// Rekey hashes and seals again, with the newest key, what has only older ones, unless
// another process did so less than a while ago. Once nothing needs an older key any
// more that key is retired: its file may go.
//
// A key file reaches processes one after another. Until all have it, whoever has
// both finds people by either, and whoever has the old one only finds all by that.
func (s *Store) Rekey(ctx context.Context, every time.Duration) (bool, error) {
	return s.chore(ctx, "rekey", every, func(ctx context.Context) error {
		for _, batch := range []func(context.Context, pgx.Tx, *keyring.Keys) (int, error){s.rekeyPeople, s.rekeyContacts} {
			for n := 1; n > 0; {
				err := s.transaction(ctx, func(tx pgx.Tx) (err error) {
					n, err = batch(ctx, tx, s.keys())
					return err
				})
				if err != nil {
					return err
				}
			}
		}
		return s.retire(ctx, s.keys().Newest())
	})
}

// rekeyed is how many rows are sealed again in one transaction.
const rekeyed = 200

// rekeyPeople does a few people, and tells how many.
func (s *Store) rekeyPeople(ctx context.Context, tx pgx.Tx, keys *keyring.Keys) (int, error) {
	return reseal(ctx, tx, keys, resealing{
		purpose: sealedPerson,
		choose:  "SELECT id, sealed FROM person WHERE sealed_with <> $1 ORDER BY id LIMIT $2 FOR NO KEY UPDATE",
		change:  "UPDATE person SET sealed = $2, sealed_with = $3 WHERE id = $1",
		also: func(batch *pgx.Batch, id int64, plain []byte) error {
			var text sealedText
			if err := json.Unmarshal(plain, &text); err != nil {
				return errors.New("what was sealed is no person")
			}
			for _, h := range keys.Hashes(text.Identifier) {
				batch.Queue("INSERT INTO person_hash (hash, key_name, person_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", h.Sum, h.Key, id)
			}
			return nil
		},
	})
}

// rekeyContacts does a few contacts, and tells how many.
func (s *Store) rekeyContacts(ctx context.Context, tx pgx.Tx, keys *keyring.Keys) (int, error) {
	return reseal(ctx, tx, keys, resealing{
		purpose: sealedContact,
		// The name of the key follows its length, at the second byte.
		choose: "SELECT id, contact FROM booking WHERE convert_from(substr(contact, 3, get_byte(contact, 1)), 'UTF8') <> $1 ORDER BY id LIMIT $2 FOR NO KEY UPDATE",
		change: "UPDATE booking SET contact = $2 WHERE id = $1 AND $3::text IS NOT NULL",
		also:   func(*pgx.Batch, int64, []byte) error { return nil },
	})
}

// resealing is what is sealed again.
type resealing struct {
	purpose        string
	choose, change string
	also           func(batch *pgx.Batch, id int64, plain []byte) error
}

func reseal(ctx context.Context, tx pgx.Tx, keys *keyring.Keys, what resealing) (int, error) {
	rows, err := tx.Query(ctx, what.choose, keys.Newest(), rekeyed)
	if err != nil {
		return 0, err
	}
	type sealed struct {
		ID   int64
		Text []byte
	}
	chosen, err := pgx.CollectRows(rows, pgx.RowToStructByPos[sealed])
	if err != nil {
		return 0, err
	}
	batch := &pgx.Batch{}
	for _, row := range chosen {
		plain, err := keys.Open(row.Text, what.purpose)
		if err != nil {
			return 0, fmt.Errorf("%s %d: %w", what.purpose, row.ID, err)
		}
		again, err := keys.Seal(plain, what.purpose)
		if err != nil {
			return 0, err
		}
		batch.Queue(what.change, row.ID, again, keys.Newest())
		if err := what.also(batch, row.ID, plain); err != nil {
			return 0, fmt.Errorf("%s %d: %w", what.purpose, row.ID, err)
		}
	}
	return len(chosen), tx.SendBatch(ctx, batch).Close()
}

// grace is how long a new key file may take to reach every process.
const grace = 5 * time.Minute

// Shared gives the newest of the keys held here that every process has had time to get;
// "" where none of them is so old. Whoever does not have it by then is not ready.
func (s *Store) Shared(ctx context.Context) (string, error) {
	var name string
	err := s.pool.QueryRow(ctx, `SELECT coalesce(max(name COLLATE "C"), '') FROM identifier_key
		WHERE name = ANY ($1) AND since < clock_timestamp() - $2::interval`, s.keys().Names(), grace).Scan(&name)
	return name, said("ask which key every process has", err)
}

// retire says of older keys that nothing needs them any more, once everybody is
// known by the newest and every process has had time to get it.
func (s *Store) retire(ctx context.Context, newest string) error {
	_, err := s.pool.Exec(ctx, `
		WITH gone AS (
			UPDATE identifier_key SET retired_at = clock_timestamp()
			WHERE name < $1 AND retired_at IS NULL
				AND EXISTS (SELECT FROM identifier_key WHERE name = $1 AND since < clock_timestamp() - 2 * $2::interval)
				AND NOT EXISTS (SELECT FROM person p WHERE NOT EXISTS (SELECT FROM person_hash h WHERE h.person_id = p.id AND h.key_name = $1))
			RETURNING name
		)
		DELETE FROM person_hash WHERE key_name IN (SELECT name FROM gone)`, newest, grace)
	return err
}

// Key is one of those under which people are known.
type Key struct {
	Name    string
	Since   time.Time
	Retired time.Time // zero while it is needed
	People  int64     // who are sealed with it
}

// KeysInUse tells which keys people are known by, and which may go.
func (s *Store) KeysInUse(ctx context.Context) ([]Key, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT k.name, k.since, coalesce(k.retired_at, '0001-01-01 00:00:00+00'), (SELECT count(*) FROM person WHERE sealed_with = k.name)
		FROM identifier_key k ORDER BY k.name`)
	if err != nil {
		return nil, said("ask for the keys in use", err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Key])
	return keys, said("ask for the keys in use", err)
}
