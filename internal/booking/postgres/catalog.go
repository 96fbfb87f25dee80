/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// keptDocuments is how many revisions keep their document, for processes that have not
// seen it yet.
const keptDocuments = 10

// Publish gives a catalog to every process. From then on it binds every transaction, unless a
// higher revision does.
func (s *Store) Publish(ctx context.Context, c catalog.Catalog) error {
	document, err := c.Encode()
	if err != nil {
		return fmt.Errorf("publish the catalog: %w", err)
	}
	err = s.transaction(ctx, func(tx pgx.Tx) error {
		added, err := tx.Exec(ctx, `
			INSERT INTO catalog (revision, digest, document)
			SELECT @revision::bigint, @digest, @document WHERE NOT EXISTS (SELECT FROM catalog WHERE revision >= @revision::bigint)
			ON CONFLICT DO NOTHING`, arguments{"revision": c.Revision, "digest": c.Digest(), "document": document})
		if err != nil || added.RowsAffected() == 0 {
			return err
		}
		rows := make([][]any, 0, len(c.Campaigns))
		for _, campaign := range c.Campaigns {
			closes := pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
			if campaign.ClosesAt != nil {
				closes = pgtype.Timestamptz{Time: *campaign.ClosesAt, Valid: true}
			}
			rows = append(rows, []any{c.Revision, campaign.Name, campaign.OpensAt, closes, campaign.Paused != ""})
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"campaign"}, []string{"revision", "name", "opens_at", "closes_at", "paused"}, pgx.CopyFromRows(rows)); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE catalog SET document = NULL WHERE revision <= $1 - $2::bigint AND document IS NOT NULL", c.Revision, keptDocuments)
		return err
	})
	return wrap("publish the catalog", err)
}

// Binding returns the revision that binds, 0 if none was ever published, and the time by the
// store's clock.
func (s *Store) Binding(ctx context.Context) (revision int64, now time.Time, err error) {
	err = s.pool.QueryRow(ctx, "SELECT coalesce(max(revision), 0), clock_timestamp() FROM catalog").Scan(&revision, &now)
	return revision, now.UTC(), wrap("ask which catalog binds", err)
}

// Catalog returns a published catalog, one of the newest.
func (s *Store) Catalog(ctx context.Context, revision int64) (catalog.Catalog, error) {
	var document []byte
	err := s.pool.QueryRow(ctx, "SELECT document FROM catalog WHERE revision = $1 AND document IS NOT NULL", revision).Scan(&document)
	if errors.Is(err, pgx.ErrNoRows) {
		return catalog.Catalog{}, fmt.Errorf("read catalog revision %d: the store has no document of it", revision)
	}
	if err != nil {
		return catalog.Catalog{}, wrap("read the catalog", err)
	}
	c, err := catalog.Decode(document)
	if err != nil {
		return catalog.Catalog{}, fmt.Errorf("read catalog revision %d: %w", revision, err)
	}
	return c, nil
}

// Digest returns the digest of the catalog that was published under a revision, however
// long ago; "" if none was.
func (s *Store) Digest(ctx context.Context, revision int64) (string, error) {
	var digest string
	err := s.pool.QueryRow(ctx, "SELECT coalesce(max(digest), '') FROM catalog WHERE revision = $1", revision).Scan(&digest)
	return digest, wrap("ask for a catalog's digest", err)
}
