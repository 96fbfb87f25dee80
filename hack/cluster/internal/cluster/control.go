package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"
)

// patience limits the time in which a server ends in order. The API server lets running
// requests finish, which it limits to a minute itself.
const patience = 75 * time.Second

// Stop ends one component: in order, or at once with kill.
func (c Cluster) Stop(ctx context.Context, out io.Writer, name string, kill bool) error {
	return c.change(ctx, out, name, func(state *State, component *Component) error {
		if !component.Process.Runs() {
			fmt.Fprintf(out, "%s is not running\n", name)
		}
		component.Stopped = true
		if err := c.save(state); err != nil {
			return err
		}
		signal := syscall.SIGTERM
		if kill {
			signal = syscall.SIGKILL
		}
		if err := component.Process.Signal(signal); err != nil {
			return fmt.Errorf("stopping %s: %w", name, err)
		}
		if !component.Process.WaitGone(patience) {
			return fmt.Errorf("%s has not ended %s after being told to; stop it with --kill", name, patience)
		}
		return nil
	})
}

// Start starts a component that was stopped or that ended, just as it was, and
// waits until it is ready.
func (c Cluster) Start(ctx context.Context, out io.Writer, name string) error {
	return c.change(ctx, out, name, func(state *State, component *Component) error {
		if component.Process.Runs() {
			fmt.Fprintf(out, "%s is running\n", name)
			return nil
		}
		ended, err := c.launch(state, component)
		if err != nil {
			return err
		}
		err = c.waitHealthy(ctx, *component, ended)
		var failed *failure
		if errors.As(err, &failed) {
			return fmt.Errorf("%w; the end of its log:\n%s", err, indent(lastLines(c.Log(name), 15)))
		}
		return err
	})
}

func (c Cluster) change(ctx context.Context, out io.Writer, name string, do func(*State, *Component) error) error {
	if _, err := c.Load(); err != nil { // before a lock file is left for a name mistyped
		return err
	}
	release, err := c.lock(ctx, out)
	if err != nil {
		return err
	}
	defer release()
	state, err := c.Load()
	if err != nil {
		return err
	}
	component, err := state.Component(name)
	if err != nil {
		return err
	}
	return do(state, component)
}
