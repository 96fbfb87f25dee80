/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// locked is the suffix of the lock of a temporary directory.
const locked = ".lock"

// temporary makes a directory for a server, whose lock is held as long as this process
// lives. Before, it removes those of processes that were killed.
func temporary() (directory string, lock *os.File, err error) {
	pattern := filepath.Join(os.TempDir(), "mezzanotte-postgres-*"+locked)
	left, err := filepath.Glob(pattern)
	if err != nil {
		return "", nil, err
	}
	for _, path := range left {
		sweep(path)
	}
	if lock, err = os.CreateTemp(filepath.Dir(pattern), filepath.Base(pattern)); err != nil {
		return "", nil, err
	}
	if err := hold(lock); err != nil {
		return "", nil, errors.Join(err, lock.Close())
	}
	directory = strings.TrimSuffix(lock.Name(), locked)
	if err := os.Mkdir(directory, 0o700); err != nil {
		return "", nil, errors.Join(err, lock.Close())
	}
	return directory, lock, os.Chmod(directory, 0o711) // for whom the server runs as
}

// sweep removes a temporary directory, unless its process lives. What cannot be
// removed is somebody else's, or goes another time.
func sweep(path string) {
	lock, err := os.Open(path)
	if err != nil {
		return
	}
	defer func() { _ = lock.Close() }()
	if hold(lock) == nil && os.RemoveAll(strings.TrimSuffix(path, locked)) == nil {
		_ = os.Remove(path)
	}
}

func hold(lock *os.File) error {
	return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
