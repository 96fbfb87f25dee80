package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"
	"time"
)

// Down ends every process of the cluster and removes its folder. It reports
// false when there was nothing.
func (c Cluster) Down(ctx context.Context, out io.Writer) (was bool, err error) {
	if _, err := os.Stat(c.Dir); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	release, err := c.lock(ctx, out)
	if err != nil {
		return false, err
	}
	defer release()
	state, err := c.Load()
	if errors.Is(err, ErrNone) { // a folder without a record is not ours to remove
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%w: end its processes by hand and remove %s", err, c.Dir)
	}
	if err := c.remove(state); err != nil {
		return true, err
	}
	return true, os.Remove(c.lockPath()) // whoever waits for it opens it anew
}

// remove kills outright: nothing of the cluster is to be kept, and an orderly
// end would take the API server seconds.
func (c Cluster) remove(state *State) error {
	var errs []error
	for _, component := range slices.Backward(state.Components) {
		if err := component.Process.Signal(syscall.SIGKILL); err != nil {
			errs = append(errs, fmt.Errorf("ending %s: %w", component.Name, err))
		}
	}
	for _, component := range state.Components {
		if !component.Process.WaitGone(10 * time.Second) {
			errs = append(errs, fmt.Errorf("%s (process %d) does not end", component.Name, component.Process.PID))
		}
	}
	if len(errs) > 0 { // keep the record of what still runs
		return errors.Join(errs...)
	}
	return os.RemoveAll(c.Dir)
}
