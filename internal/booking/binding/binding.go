/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package binding holds the catalog that is in force in this process, and the offset
// of the store's clock from its own.
//
//	the mounted file ──Read──▶ store: the highest revision binds ──Refresh──▶ in force here
//
// Invariants:
//
//   - What is in force came from the store. A catalog that was read from the file is
//     published first, so that no process is alone with it; and where two catalogs say
//     different things under one revision, all processes have the one that the store
//     took.
//   - The revision in force never falls. A lower one in the file changes nothing, which
//     is said where it is not an older state of what the store had; and a store that has
//     forgotten the one in force, because it was restored from a backup, is told it again.
//   - Whoever knows that a higher revision binds, but cannot read it, has no catalog:
//     this process must not book, and is not ready. Whoever cannot ask keeps the
//     catalog that it has; if it no longer binds, the store refuses what it decides.
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

// Store is where all processes meet.
type Store interface {
	// Publish makes a catalog bind, unless one with its revision or a higher one does.
	Publish(ctx context.Context, c catalog.Catalog) error
	// Binding tells which revision binds, 0 where none was ever published, and the
	// store's clock.
	Binding(ctx context.Context) (revision int64, now time.Time, err error)
	// Catalog returns the catalog that was published under a revision.
	Catalog(ctx context.Context, revision int64) (catalog.Catalog, error)
	// Digest tells what was published under a revision, however long ago; "" where
	// nothing was.
	Digest(ctx context.Context, revision int64) (string, error)
}

// Options of a binding.
type Options struct {
	File     string // the mounted catalog
	Platform string // whose catalog it is; "" where any will do
	Store    Store
	Clock    func() time.Time // this process's own, however wrong
}

// Binding is the catalog in force in this process. Any number of goroutines may use it.
type Binding struct {
	options Options
	state   atomic.Pointer[state]
	offset  offset
	// turn is held by the one who reads or refreshes; what follows is theirs.
	turn   chan struct{}
	file   file
	behind behind
}

// state is what readers see.
type state struct {
	snapshot *Snapshot // the last in force; nil where none was
	err      error     // why it may not be used
}

// ErrNone says that no catalog has been in force in this process yet.
var ErrNone = errors.New("no catalog is in force here yet")

// New has no catalog until it is told to [Binding.Read] or [Binding.Refresh].
func New(o Options) *Binding {
	b := &Binding{options: o, turn: make(chan struct{}, 1)}
	b.state.Store(&state{err: ErrNone})
	return b
}

// Current returns the catalog in force, or says why there is none to book by: [ErrNone],
// or a *[BehindError]. Nil is its error exactly when this process can tell who may book.
func (b *Binding) Current() (*Snapshot, error) {
	s := b.state.Load()
	if s.err != nil {
		return nil, s.err
	}
	return s.snapshot, nil
}

// Revision returns the revision that was last in force here; 0 where none was.
func (b *Binding) Revision() int64 { return b.last().Revision() }

// Now is the time by the store's clock, as well as this process knows it. It chooses
// what people are shown; whether an opening has come, the store decides.
func (b *Binding) Now() time.Time { return b.options.Clock().Add(b.offset.value()) }

// Offset tells how far the store's clock is ahead of this process's, and how wrong
// that may be; both are 0 before the first [Binding.Refresh].
func (b *Binding) Offset() (ahead, within time.Duration) { return b.offset.value(), b.offset.within() }

// last returns the catalog last in force, whether it may be used or not.
func (b *Binding) last() *Snapshot { return b.state.Load().snapshot }

// take waits for one's turn to read or refresh.
func (b *Binding) take(ctx context.Context) error {
	select {
	case b.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to look for a catalog: %w", ctx.Err())
	}
}

// give ends it.
func (b *Binding) give() { <-b.turn }
