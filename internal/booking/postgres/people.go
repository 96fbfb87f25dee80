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

// Rekey hashes and seals again, with the newest key, everything that has only older ones,
// unless any process did so within the time given. It retires a key that nothing needs any
// more: its file can be removed.
//
// A key file reaches processes one after another. Until all have it, a process with both
// keys finds people by either, and a process with the old key finds all by that.
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

// rekeyed is the number of rows that one transaction seals again.
const rekeyed = 200

// rekeyPeople seals a few people again, and returns how many.
func (s *Store) rekeyPeople(ctx context.Context, tx pgx.Tx, keys *keyring.Keys) (int, error) {
	return reseal(ctx, tx, keys, resealing{
		purpose: sealedPerson,
		choose:  "SELECT id, sealed FROM person WHERE sealed_with <> $1 ORDER BY id LIMIT $2 FOR NO KEY UPDATE",
		change:  "UPDATE person SET sealed = @sealed, sealed_with = @key WHERE id = @id",
		also: func(batch *pgx.Batch, id int64, plain []byte) error {
			var text sealedText
			if err := json.Unmarshal(plain, &text); err != nil {
				return errors.New("the sealed value is not a person")
			}
			for _, h := range keys.Hashes(text.Identifier) {
				batch.Queue("INSERT INTO person_hash (hash, key_name, person_id) VALUES (@hash, @key, @person) ON CONFLICT DO NOTHING",
					arguments{"hash": h.Sum, "key": h.Key, "person": id})
			}
			return nil
		},
	})
}

// rekeyContacts seals a few contacts again, and returns how many.
func (s *Store) rekeyContacts(ctx context.Context, tx pgx.Tx, keys *keyring.Keys) (int, error) {
	return reseal(ctx, tx, keys, resealing{
		purpose: sealedContact,
		// The name of the key follows its length, at the second byte.
		choose: "SELECT id, contact FROM booking WHERE convert_from(substr(contact, 3, get_byte(contact, 1)), 'UTF8') <> $1 ORDER BY id LIMIT $2 FOR NO KEY UPDATE",
		change: "UPDATE booking SET contact = @sealed WHERE id = @id AND @key::text IS NOT NULL",
		also:   func(*pgx.Batch, int64, []byte) error { return nil },
	})
}

// resealing is a kind of rows that are sealed again.
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
		batch.Queue(what.change, arguments{"id": row.ID, "sealed": again, "key": keys.Newest()})
		if err := what.also(batch, row.ID, plain); err != nil {
			return 0, fmt.Errorf("%s %d: %w", what.purpose, row.ID, err)
		}
	}
	return len(chosen), tx.SendBatch(ctx, batch).Close()
}

// grace is how long a new key file may take to reach every process.
const grace = 5 * time.Minute

// Shared returns the newest of the keys held here that every process has had time to
// get; "" if all are too new. A process that lacks it by then is not ready.
func (s *Store) Shared(ctx context.Context) (string, error) {
	var name string
	err := s.pool.QueryRow(ctx, `SELECT coalesce(max(name COLLATE "C"), '') FROM identifier_key
		WHERE name = ANY ($1) AND since < clock_timestamp() - $2::interval`, s.keys().Names(), grace).Scan(&name)
	return name, wrap("ask which key every process has", err)
}

// retire retires older keys, once everybody is known by the newest and every process has
// had time to get it.
func (s *Store) retire(ctx context.Context, newest string) error {
	_, err := s.pool.Exec(ctx, `
		WITH gone AS (
			UPDATE identifier_key SET retired_at = clock_timestamp()
			WHERE name < $1 AND retired_at IS NULL
				AND EXISTS (SELECT FROM identifier_key WHERE name = $1 AND since < clock_timestamp() - 2 * $2::interval)
				AND NOT EXISTS (SELECT FROM person WHERE NOT EXISTS (SELECT FROM person_hash WHERE person_id = person.id AND key_name = $1))
			RETURNING name
		)
		DELETE FROM person_hash WHERE key_name IN (SELECT name FROM gone)`, newest, grace)
	return err
}

// Key is a key under which people are known.
type Key struct {
	Name    string
	Since   time.Time
	Retired time.Time // zero while it is needed
	People  int64     // who are sealed with it
}

// KeysInUse lists the keys under which people are known.
func (s *Store) KeysInUse(ctx context.Context) ([]Key, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT name, since, coalesce(retired_at, '0001-01-01 00:00:00+00'), (SELECT count(*) FROM person WHERE sealed_with = identifier_key.name)
		FROM identifier_key ORDER BY name`)
	if err != nil {
		return nil, wrap("ask for the keys in use", err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Key])
	return keys, wrap("ask for the keys in use", err)
}
