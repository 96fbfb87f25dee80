/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// Chore is a task that a process repeats.
type Chore struct {
	Name  string        // for the log
	Every time.Duration // pause between two runs, give or take a tenth
	Do    func(context.Context) error
}

// Runner repeats chores.
type Runner struct {
	Log   *slog.Logger
	After func(time.Duration) <-chan time.Time // time.After
}

// Start runs all chores until ctx ends, each at its own pace, and returns a function that
// waits for their end. The others wait until the first has succeeded once.
func (r Runner) Start(ctx context.Context, first Chore, others []Chore) (wait func()) {
	var all sync.WaitGroup
	succeeded := make(chan struct{})
	begin := sync.OnceFunc(func() { close(succeeded) })
	do := first.Do
	first.Do = func(ctx context.Context) error {
		err := do(ctx)
		if err == nil {
			begin()
		}
		return err
	}
	all.Go(func() { r.repeat(ctx, first) })
	for _, c := range others {
		all.Go(func() {
			select {
			case <-ctx.Done():
			case <-succeeded:
				r.repeat(ctx, c)
			}
		})
	}
	return all.Wait
}

// repeat runs a chore until ctx ends. Pauses vary, so that processes do not run it at the
// same moment. It logs an error once, not every time, and logs when the chore recovers.
func (r Runner) repeat(ctx context.Context, c Chore) {
	logged := ""
	for {
		err := attempt(ctx, c)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && err.Error() != logged:
			logged = err.Error()
			r.Log.LogAttrs(ctx, slog.LevelError, "Chore failed", attributes(c, err)...)
		case err == nil && logged != "":
			logged = ""
			r.Log.Info("Chore succeeded again", "chore", c.Name)
		}
		select {
		case <-ctx.Done():
			return
		case <-r.After(c.Every - c.Every/10 + rand.N(c.Every/5+1)):
		}
	}
}

// panicError carries a chore's panic and its stack.
type panicError struct {
	error
	stack string
}

// attempt runs a chore once. A panic is an error: it must not end the process, which
// serves people. Its value may hold anything, so only the runtime's own are repeated.
func attempt(ctx context.Context, c Chore) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic with a value of type %T", v)
			if known, ok := v.(runtime.Error); ok {
				err = fmt.Errorf("panic: %w", known)
			}
			err = panicError{err, string(debug.Stack())}
		}
	}()
	return c.Do(ctx)
}

func attributes(c Chore, err error) []slog.Attr {
	all := []slog.Attr{slog.String("chore", c.Name), slog.String("error", err.Error())}
	var panicked panicError
	if errors.As(err, &panicked) {
		all = append(all, slog.String("stack", panicked.stack))
	}
	return all
}

// OncePerStore returns a chore that one process does for all: the store runs it only
// if no process did within the time given.
func OncePerStore(do func(context.Context, time.Duration) (bool, error), every time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := do(ctx, every)
		return err
	}
}
