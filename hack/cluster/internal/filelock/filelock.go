// Package filelock lets one process at a time do something. The kernel drops
// the lock of a process that dies, so that none is ever left behind.
package filelock

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/progress"
)

// Take takes the lock as soon as it is free. While it waits, a line on out names what
// the other process is doing.
func Take(ctx context.Context, path string, out io.Writer, doing string) (release func(), err error) {
	if release, taken, err := try(path); err != nil || taken {
		return release, err
	}
	line := progress.Start(out, "waiting for another process that is "+doing)
	defer line.Stop("done")
	return wait(ctx, path)
}

// try takes the lock if it is free.
func try(path string) (release func(), taken bool, err error) {
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

// wait takes the lock as soon as it is free. It polls, so that ctx can end it.
func wait(ctx context.Context, path string) (release func(), err error) {
	for {
		release, taken, err := try(path)
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
