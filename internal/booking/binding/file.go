/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package binding

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// file is the last state of the mounted file. Files are compared by content: times and
// inodes mean little for a mount that is swapped by symbolic links.
type file struct {
	sum     [sha256.Size]byte
	settled bool  // nothing is left to do about it
	err     error // that it still causes
}

// DisagreementError means that the file and the store have different catalogs under one
// revision. The store's is in force, or one of a higher revision.
type DisagreementError struct {
	Revision    int64  // of the file
	Binding     int64  // in force
	File, Store string // digests under the file's revision; "" if the store never had it
}

func (e *DisagreementError) Error() string {
	const remedy = "a mount that is only slow mends itself within minutes; a platform that was made anew, or moved, needs a higher revision than that in its ConfigMap, or a database of its own"
	switch {
	case e.Revision < e.Binding && e.Store == "":
		return fmt.Sprintf("the mounted catalog, %s, has revision %d, which the store never had, and revision %d is in force: %s", e.File, e.Revision, e.Binding, remedy)
	case e.Revision < e.Binding:
		return fmt.Sprintf("the mounted catalog, %s, is not what the store had under the same revision %d, %s, and revision %d is in force: %s", e.File, e.Revision, e.Store, e.Binding, remedy)
	}
	return fmt.Sprintf("the mounted catalog, %s, is not what the store has under the same revision %d, %s, which is in force: publish it under a higher revision",
		e.File, e.Revision, e.Store)
}

// Read reads the mounted file. It publishes a revision higher than the one in force, and
// puts in force the one that then binds. A bad file changes nothing, and is an error each
// time until it changes.
func (b *Binding) Read(ctx context.Context) error {
	if err := b.take(ctx); err != nil {
		return err
	}
	defer b.give()
	data, err := contents(b.options.File)
	if err != nil {
		b.file = file{}
		return fmt.Errorf("read the mounted catalog: %w", err)
	}
	sum := sha256.Sum256(data)
	if b.file.settled && b.file.sum == sum {
		return b.file.err
	}
	b.file = file{sum: sum}
	found, err := b.decode(data)
	if err != nil {
		b.file.settled, b.file.err = true, fmt.Errorf("read the mounted catalog: %w", err)
		return b.file.err
	}
	return b.bring(ctx, found)
}

// contents reads a file, but at most one byte more than a catalog may have.
func contents(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	return io.ReadAll(io.LimitReader(f, catalog.MaxBytes+1))
}

func (b *Binding) decode(data []byte) (*Snapshot, error) {
	c, err := catalog.Decode(data)
	if err != nil {
		return nil, err
	}
	return b.snapshot(c)
}

// snapshot prepares a catalog of this platform.
func (b *Binding) snapshot(c catalog.Catalog) (*Snapshot, error) {
	if b.options.Platform != "" && c.Platform != b.options.Platform {
		return nil, fmt.Errorf("it is the catalog of platform %s, and this process serves %s", c.Platform, b.options.Platform)
	}
	return NewSnapshot(c)
}

// bring puts a catalog from the file in force, unless a higher revision is.
func (b *Binding) bring(ctx context.Context, found *Snapshot) error {
	revision := found.Revision()
	if b.last().Revision() < revision {
		if err := b.options.Store.Publish(ctx, found.Catalog); err != nil {
			return fmt.Errorf("publish catalog revision %d: %w", revision, err)
		}
		if err := b.refresh(ctx); err != nil {
			return err
		}
	}
	force := b.last()
	if force.Revision() < revision {
		return fmt.Errorf("publish catalog revision %d: the store still says that revision %d binds", revision, force.Revision())
	}
	had := force.digest
	if revision < force.Revision() {
		var err error
		if had, err = b.options.Store.Digest(ctx, revision); err != nil {
			return fmt.Errorf("compare the mounted catalog: %w", err)
		}
	}
	b.file.settled = true
	if had != found.digest {
		b.file.err = &DisagreementError{Revision: revision, Binding: force.Revision(), File: found.digest, Store: had}
	}
	return b.file.err
}
