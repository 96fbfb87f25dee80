/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

// Keys holds the identifier keys as they were last read.
type Keys struct {
	directory string
	held      atomic.Pointer[keyring.Keys]
	shared    string // the key that every process holds, by the store's last answer
}

// LoadKeys reads the keys of a directory.
func LoadKeys(directory string) (*Keys, error) {
	k := &Keys{directory: directory}
	return k, k.read()
}

// Load returns the current keys.
func (k *Keys) Load() *keyring.Keys { return k.held.Load() }

// Refresh returns a chore that reads the keys again and asks the store which key every
// process holds. A process that has just started assumes the oldest.
func (k *Keys) Refresh(shared func(context.Context) (string, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := k.read(); err != nil {
			return err
		}
		name, err := shared(ctx)
		if err != nil {
			return err
		}
		k.shared = name
		k.held.Store(k.Load().Sharing(name))
		return nil
	}
}

// read keeps the previous keys if the directory cannot be read.
func (k *Keys) read() error {
	keys, err := keyring.Load(k.directory)
	if err != nil {
		return fmt.Errorf("read the identifier keys: %w", err)
	}
	k.held.Store(keys.Sharing(k.shared))
	return nil
}
