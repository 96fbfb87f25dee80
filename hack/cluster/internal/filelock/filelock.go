// Package filelock lets one process at a time do something. The kernel drops
// the lock of a process that dies, so that none is ever left behind.
package filelock

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// Try takes the lock if it is free.
func Try(path string) (release func(), taken bool, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, false, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, false, nil
		}
		return nil, false, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	return func() { _ = file.Close() }, true, nil
}

// Wait takes the lock as soon as it is free. It polls, so that ctx can end it.
func Wait(ctx context.Context, path string) (release func(), err error) {
	for {
		release, taken, err := Try(path)
		if err != nil || taken {
			return release, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}
