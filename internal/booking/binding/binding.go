/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package binding holds the catalog in force in this process, and the offset of the store's
// clock from the process's own.
//
//	the mounted file ──Read──▶ store: the highest revision binds ──Refresh──▶ in force here
//
// Invariants:
//
//   - The catalog in force came from the store. A process publishes a catalog from the file
//     before it uses it, so that all processes get it. If two catalogs differ under one
//     revision, all processes use the one that the store accepted first.
//   - The revision in force never decreases. A lower one in the file changes nothing; it is
//     an error unless the store once had it. A process publishes the revision in force again
//     to a store that was restored from a backup without it.
//   - A process that knows of a higher revision but cannot read it has no catalog: it must
//     not book, and is not ready. A process that cannot ask the store keeps its catalog; if
//     that no longer binds, the store refuses its requests.
//   - A file that cannot be read or decoded changes nothing.
//
// Readers never wait: they load one pointer.
package binding

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Store holds the catalogs that all processes share.
type Store interface {
	// Publish makes a catalog bind, unless one of the same or a higher revision binds.
	Publish(ctx context.Context, c catalog.Catalog) error
	// Binding returns the revision that binds, 0 if none was ever published, and the time by
	// the store's clock.
	Binding(ctx context.Context) (revision int64, now time.Time, err error)
	// Catalog returns the catalog that was published under a revision.
	Catalog(ctx context.Context, revision int64) (catalog.Catalog, error)
	// Digest returns the digest of the catalog that was published under a revision, however
	// long ago; "" if none was.
	Digest(ctx context.Context, revision int64) (string, error)
}

// Options configures a [Binding].
type Options struct {
	File     string // the mounted catalog
	Platform string // that the catalog must be of; "" for any
	Store    Store
	Clock    func() time.Time // this process's own, right or wrong
}

// Binding is the catalog in force in this process. Any number of goroutines may use it.
type Binding struct {
	options Options
	state   atomic.Pointer[state]
	offset  offset
	// turn is held during a read or a refresh, which own the fields that follow.
	turn   chan struct{}
	file   file
	behind behind
}

// state is loaded by readers.
type state struct {
	snapshot *Snapshot // last in force; nil if none was
	err      error     // why it must not be used
}

// ErrNone means that no catalog has been in force in this process yet.
var ErrNone = errors.New("no catalog is in force here yet")

// New returns a Binding without a catalog: call [Binding.Read] and [Binding.Refresh].
func New(o Options) *Binding {
	b := &Binding{options: o, turn: make(chan struct{}, 1)}
	b.state.Store(&state{err: ErrNone})
	return b
}

// Current returns the catalog in force. Its error is [ErrNone] or a *[BehindError], and nil
// exactly when this process can decide who may book.
func (b *Binding) Current() (*Snapshot, error) {
	s := b.state.Load()
	if s.err != nil {
		return nil, s.err
	}
	return s.snapshot, nil
}

// Revision returns the revision that was last in force here; 0 if none was.
func (b *Binding) Revision() int64 { return b.last().Revision() }

// Now returns the time by the store's clock, as well as this process knows it. It decides
// what people see; the store decides whether a campaign is open.
func (b *Binding) Now() time.Time { return b.options.Clock().Add(b.offset.value()) }

// Offset returns how far the store's clock is ahead of this process's, and the greatest
// error of that; both are 0 before the first [Binding.Refresh].
func (b *Binding) Offset() (ahead, within time.Duration) { return b.offset.value(), b.offset.within() }

// last returns the catalog last in force, even if it must not be used.
func (b *Binding) last() *Snapshot { return b.state.Load().snapshot }

// take waits for the turn to read or refresh.
func (b *Binding) take(ctx context.Context) error {
	select {
	case b.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to look for a catalog: %w", ctx.Err())
	}
}

// give ends the turn.
func (b *Binding) give() { <-b.turn }
