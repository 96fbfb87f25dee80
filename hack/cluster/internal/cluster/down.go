package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/process"
)

// Down ends every process of the cluster and removes its folder. It reports
// false when there was nothing.
func (c Cluster) Down(ctx context.Context, out io.Writer) (was bool, err error) {
	if !exists(c.Dir) && !exists(c.lockPath()) {
		return false, nil
	}
	release, err := c.lock(ctx, out)
	if err != nil {
		return false, err
	}
	defer release()
	state, err := c.Load()
	switch {
	case errors.Is(err, ErrNone): // a folder without a record is not ours to remove
	case err != nil:
		return false, fmt.Errorf("%w: end its processes by hand and remove %s", err, c.Dir)
	default:
		if err := c.remove(state); err != nil {
			return true, err
		}
	}
	return state != nil, os.Remove(c.lockPath()) // whoever waits for it opens it anew
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}

// remove kills at once: nothing of the cluster is kept, and an orderly end would take
// the API server seconds.
func (c Cluster) remove(state *State) error {
	doomed, err := c.unrecorded(state)
	errs := []error{err}
	for _, component := range state.Components {
		doomed[component.Process] = component.Name
	}
	for id, name := range doomed {
		if err := id.Signal(syscall.SIGKILL); err != nil {
			errs = append(errs, fmt.Errorf("ending %s: %w", name, err))
		}
	}
	for id, name := range doomed {
		if !id.WaitGone(10 * time.Second) {
			errs = append(errs, fmt.Errorf("%s (process %d) does not end", name, id.PID))
		}
	}
	if errors.Join(errs...) == nil && state.Real != nil {
		errs = append(errs, c.clear(state))
	}
	if err := errors.Join(errs...); err != nil { // keep the record of what still runs
		return err
	}
	return os.RemoveAll(c.Dir)
}

// unrecorded returns processes of the cluster that its record may miss: a start that is
// killed has no time to record the last one.
func (c Cluster) unrecorded(state *State) (map[process.ID]string, error) {
	folders := []string{state.Binaries}
	if state.Real != nil {
		folders = append(folders, state.Real.Programs)
	}
	found, err := process.Find(folders, c.Dir+string(filepath.Separator))
	doomed := map[process.ID]string{}
	for _, id := range found {
		doomed[id] = "a process that nobody recorded"
	}
	return doomed, err
}
