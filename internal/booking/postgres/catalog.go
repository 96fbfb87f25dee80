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

// keptDocuments is of how many revisions the document is kept, for processes that
// have not seen it yet.
const keptDocuments = 10

// Publish makes a catalog known to every process. From then on it binds every
// transaction, if no higher revision does.
func (s *Store) Publish(ctx context.Context, c catalog.Catalog) error {
	document, err := c.Encode()
	if err != nil {
		return fmt.Errorf("publish the catalog: %w", err)
	}
	err = s.transaction(ctx, func(tx pgx.Tx) error {
		added, err := tx.Exec(ctx, `
			INSERT INTO catalog (revision, digest, document)
			SELECT $1::bigint, $2, $3 WHERE NOT EXISTS (SELECT FROM catalog WHERE revision >= $1::bigint)
			ON CONFLICT DO NOTHING`, c.Revision, c.Digest(), document)
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
	return said("publish the catalog", err)
}

// Binding tells which revision binds, 0 where none was ever published, and the
// store's clock.
func (s *Store) Binding(ctx context.Context) (revision int64, now time.Time, err error) {
	err = s.pool.QueryRow(ctx, "SELECT coalesce(max(revision), 0), clock_timestamp() FROM catalog").Scan(&revision, &now)
	return revision, now.UTC(), said("ask which catalog binds", err)
}

// Catalog gives a catalog that was published, one of the newest.
func (s *Store) Catalog(ctx context.Context, revision int64) (catalog.Catalog, error) {
	var document []byte
	err := s.pool.QueryRow(ctx, "SELECT document FROM catalog WHERE revision = $1 AND document IS NOT NULL", revision).Scan(&document)
	if errors.Is(err, pgx.ErrNoRows) {
		return catalog.Catalog{}, fmt.Errorf("read catalog revision %d: the store has no document of it", revision)
	}
	if err != nil {
		return catalog.Catalog{}, said("read the catalog", err)
	}
	c, err := catalog.Decode(document)
	if err != nil {
		return catalog.Catalog{}, fmt.Errorf("read catalog revision %d: %w", revision, err)
	}
	return c, nil
}

// Digest tells what was published under a revision, however long ago; "" where nothing
// was.
func (s *Store) Digest(ctx context.Context, revision int64) (string, error) {
	var digest string
	err := s.pool.QueryRow(ctx, "SELECT coalesce(max(digest), '') FROM catalog WHERE revision = $1", revision).Scan(&digest)
	return digest, said("ask for a catalog's digest", err)
}
