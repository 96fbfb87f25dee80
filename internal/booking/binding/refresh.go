/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package binding

import (
	"context"
	"fmt"
)

// BehindError means that a higher revision binds, which this process cannot read.
type BehindError struct {
	Revision int64
	Err      error
}

func (e *BehindError) Error() string {
	return fmt.Sprintf("catalog revision %d binds, but cannot be read here: %v", e.Revision, e.Err)
}

func (e *BehindError) Unwrap() error { return e.Err }

// Refresh asks the store which revision binds and what time it is, and puts a higher
// revision in force. If the store does not answer, nothing changes.
func (b *Binding) Refresh(ctx context.Context) error {
	if err := b.take(ctx); err != nil {
		return err
	}
	defer b.give()
	return b.refresh(ctx)
}

func (b *Binding) refresh(ctx context.Context) error {
	asked := b.options.Clock()
	binding, now, err := b.options.Store.Binding(ctx)
	if err != nil {
		return fmt.Errorf("refresh the catalog: %w", err)
	}
	b.offset.add(asked, b.options.Clock(), now)
	last := b.last()
	switch {
	case binding > last.Revision():
		return b.load(ctx, binding)
	case last == nil:
		return ErrNone
	}
	b.behind = behind{}
	b.state.Store(&state{snapshot: last})
	if binding == last.Revision() {
		return nil
	}
	// The store was restored from a backup.
	if err := b.options.Store.Publish(ctx, last.Catalog); err != nil {
		return fmt.Errorf("publish catalog revision %d again: the store forgot it: %w", last.Revision(), err)
	}
	return nil
}

// load puts a revision in force, or none if it cannot be read.
func (b *Binding) load(ctx context.Context, revision int64) error {
	if b.behind.rests(revision) {
		return b.state.Load().err
	}
	snapshot, err := b.fetch(ctx, revision)
	if err != nil {
		err = &BehindError{Revision: revision, Err: err}
		b.behind.failed(revision)
		b.state.Store(&state{snapshot: b.last(), err: err})
		return err
	}
	b.behind = behind{}
	b.state.Store(&state{snapshot: snapshot})
	return nil
}

// fetch reads a revision from the store.
func (b *Binding) fetch(ctx context.Context, revision int64) (*Snapshot, error) {
	c, err := b.options.Store.Catalog(ctx, revision)
	if err != nil {
		return nil, err
	}
	if c.Revision != revision {
		return nil, fmt.Errorf("the store gave revision %d for revision %d", c.Revision, revision)
	}
	return b.snapshot(c)
}

// behind is a revision that could not be read. The next refresh tries again, but many
// processes that are too old for a catalog must not fetch it every second, so the pause
// grows to 1, 3, 7 … 31 refreshes between attempts.
type behind struct {
	revision int64
	failures int
	rest     int // refreshes to skip
}

const mostFailures = 5

// rests reports whether it is too early to try a revision again.
func (b *behind) rests(revision int64) bool {
	if b.revision != revision || b.rest == 0 {
		return false
	}
	b.rest--
	return true
}

// failed records that a revision could not be read.
func (b *behind) failed(revision int64) {
	if b.revision != revision {
		*b = behind{revision: revision}
	}
	b.rest = 1<<b.failures - 1
	b.failures = min(b.failures+1, mostFailures)
}
