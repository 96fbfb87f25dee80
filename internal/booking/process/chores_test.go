/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// ticker is time in the hands of a test: chores pause until the next tick.
type ticker struct {
	mu     sync.Mutex
	pauses []time.Duration
	paused []chan time.Time
}

func (t *ticker) after(pause time.Duration) <-chan time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := make(chan time.Time, 1)
	t.pauses, t.paused = append(t.pauses, pause), append(t.paused, c)
	return c
}

// tick ends all pauses, and waits until every chore has paused again or hangs.
func (t *ticker) tick() {
	t.mu.Lock()
	for _, c := range t.paused {
		c <- evening
	}
	t.paused = nil
	t.mu.Unlock()
	synctest.Wait()
}

// chore returns one that counts its runs, and ends each as told.
func chore(name string, runs *int, end func(context.Context) error) Chore {
	return Chore{Name: name, Every: time.Second, Do: func(ctx context.Context) error {
		*runs++
		return end(ctx)
	}}
}

func succeed(context.Context) error { return nil }

// A chore that fails, panics or hangs runs again when it can, and delays no other.
func TestChoresThatGoWrong(t *testing.T) {
	failing := errors.New("the store does not answer")
	for name, test := range map[string]struct {
		wrong func(context.Context) error
		runs  int    // of it, in four ticks
		log   string // of it
	}{
		"fails":                  {func(context.Context) error { return failing }, 5, `level=ERROR msg="Chore failed" chore=wrong error="the store does not answer"`},
		"panics":                 {func(context.Context) error { panic("CNTCHR83T41D969D") }, 5, `chore=wrong error="panic with a value of type string" stack="goroutine `},
		"panics in Go's runtime": {func(ctx context.Context) error { return Chore{}.Do(ctx) }, 5, `error="panic: runtime error: invalid memory address or nil pointer dereference" stack="goroutine `},
		"hangs":                  {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log strings.Builder
				var clock ticker
				var wrong, right int
				ctx, stop := context.WithCancel(t.Context())
				wait := Runner{Log: slog.New(slog.NewTextHandler(&log, nil)), After: clock.after}.Start(ctx,
					Chore{Name: "first", Every: time.Second, Do: succeed}, []Chore{chore("wrong", &wrong, test.wrong), chore("right", &right, succeed)})
				synctest.Wait()
				for range 4 {
					clock.tick()
				}
				stop()
				wait()
				if wrong != test.runs || right != 5 {
					t.Errorf("it ran %d times and another %d times, want %d and 5", wrong, right, test.runs)
				}
				if lines := strings.Count(log.String(), "\n"); !strings.Contains(log.String(), test.log) || lines > 1 || (lines == 0) != (test.log == "") {
					t.Errorf("want one line with %q, logged:\n%s", test.log, &log)
				}
				if strings.Contains(log.String(), "CNTCHR83T41D969D") {
					t.Errorf("the log repeats what a chore panicked with:\n%s", &log)
				}
			})
		})
	}
}

// Every new error is logged once, and so is the recovery.
func TestChoreRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		var clock ticker
		errs := []error{nil, errors.New("a"), errors.New("a"), errors.New("b"), nil, nil, errors.New("b")}
		ctx, stop := context.WithCancel(t.Context())
		hide := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
				return slog.Attr{}
			}
			return a
		}}
		wait := Runner{Log: slog.New(slog.NewTextHandler(&log, hide)), After: clock.after}.Start(ctx, Chore{Name: "count", Every: time.Second, Do: func(context.Context) error {
			err := errs[0]
			errs = errs[1:]
			return err
		}}, nil)
		synctest.Wait()
		for len(errs) > 0 {
			clock.tick()
		}
		stop()
		wait()
		want := strings.Join([]string{
			`msg="Chore failed" chore=count error=a`, `msg="Chore failed" chore=count error=b`,
			`msg="Chore succeeded again" chore=count`, `msg="Chore failed" chore=count error=b`, "",
		}, "\n")
		if log.String() != want {
			t.Errorf("logged\n%swant\n%s", &log, want)
		}
	})
}

// No chore runs before the first has succeeded, and none waits for it when the process ends.
func TestOtherChoresWaitForTheFirst(t *testing.T) {
	for name, succeeds := range map[string]bool{"which succeeds": true, "which never does": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var clock ticker
				var first, other int
				migrated := errors.New("is not migrated yet")
				ctx, stop := context.WithCancel(t.Context())
				wait := Runner{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), After: clock.after}.Start(ctx,
					chore("first", &first, func(context.Context) error { return migrated }), []Chore{chore("other", &other, succeed)})
				synctest.Wait()
				clock.tick()
				if first != 2 || other != 0 {
					t.Errorf("the first ran %d times, the other %d times; want 2 and 0", first, other)
				}
				if succeeds {
					migrated = nil
					clock.tick()
					if other != 1 {
						t.Errorf("the other ran %d times after the first had succeeded", other)
					}
				}
				stop()
				wait()
			})
		})
	}
}

// Pauses vary by a tenth, so that processes that start together drift apart.
func TestPausesVary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock ticker
		ctx, stop := context.WithCancel(t.Context())
		wait := Runner{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), After: clock.after}.Start(ctx, Chore{Name: "first", Every: time.Second, Do: succeed}, nil)
		synctest.Wait()
		for range 99 {
			clock.tick()
		}
		stop()
		wait()
		shortest, longest := slices.Min(clock.pauses), slices.Max(clock.pauses)
		if len(clock.pauses) != 100 || shortest < 900*time.Millisecond || longest > 1100*time.Millisecond || longest-shortest < 100*time.Millisecond {
			t.Errorf("%d pauses of %v to %v", len(clock.pauses), shortest, longest)
		}
	})
}

// Which process did a shared chore does not matter, what went wrong does.
func TestOncePerStore(t *testing.T) {
	failed := errors.New("failed")
	for _, here := range []bool{true, false} {
		for _, want := range []error{nil, failed} {
			err := OncePerStore(func(_ context.Context, every time.Duration) (bool, error) {
				if every != time.Hour {
					t.Errorf("asked for once in %v", every)
				}
				return here, want
			}, time.Hour)(t.Context())
			if !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
		}
	}
}
