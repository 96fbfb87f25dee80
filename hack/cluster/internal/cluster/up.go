package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/binaries"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/filelock"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/process"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/progress"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/simulation"
)

// Options configures a cluster.
type Options struct {
	Nodes int  // simulated ones
	Real  bool // one real node instead
	Pace  simulation.Pace
	Audit bool
}

func (o Options) valid() error {
	if o.Nodes < 0 || o.Nodes > simulation.MostNodes {
		return fmt.Errorf("--nodes %d: use a number from 0 to %d", o.Nodes, simulation.MostNodes)
	}
	return o.Pace.Valid()
}

// Up starts the cluster and waits until it can be used. It reports false when
// the cluster was up already.
func (c Cluster) Up(ctx context.Context, out io.Writer, options Options) (started bool, err error) {
	if err := options.valid(); err != nil {
		return false, err
	}
	if options.Real {
		if err := canBeReal(runtime.GOOS, os.Geteuid()); err != nil {
			return false, err
		}
		if err := binaries.FindNFT(); err != nil {
			return false, err
		}
	}
	release, err := c.lock(ctx, out)
	if err != nil {
		return false, err
	}
	defer release()
	if up, err := c.existing(out); up || err != nil {
		return false, err
	}
	build, err := binaries.Ensure(ctx, out)
	if err != nil {
		return false, err
	}
	builds := builds{cluster: build}
	if options.Real {
		if builds.node, err = binaries.EnsureNode(ctx, out); err != nil {
			return false, err
		}
	}
	line := progress.Start(out, "starting cluster "+c.Name)
	if err := c.startAny(ctx, builds, options, line.Set); err != nil {
		line.Stop("failed")
		return false, err
	}
	line.Stop("done")
	return true, nil
}

func (c Cluster) lockPath() string { return c.Dir + ".lock" }

// lock prevents others from starting or stopping the same cluster meanwhile.
func (c Cluster) lock(ctx context.Context, out io.Writer) (release func(), err error) {
	home, err := Home()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	return filelock.Take(ctx, c.lockPath(), out, "at work on cluster "+c.Name)
}

// existing reports whether the cluster is up. It removes what is left of one that did
// not come up, or that a reboot has ended.
func (c Cluster) existing(out io.Writer) (up bool, err error) {
	state, err := c.Load()
	if errors.Is(err, ErrNone) {
		return false, c.unused()
	}
	if err != nil {
		return false, fmt.Errorf("%w (down removes it)", err)
	}
	missing := state.missing()
	switch {
	case state.Complete && len(missing) == 0:
		return true, nil
	case state.Complete && state.running() > 0:
		return false, fmt.Errorf("cluster %s is up but for %s: start it again with start, or remove the cluster with down",
			c.Name, strings.Join(missing, ", "))
	}
	fmt.Fprintf(out, "removing what is left of an earlier cluster %s\n", c.Name)
	return false, c.remove(state)
}

// unused fails if somebody else's files are in the cluster's folder.
func (c Cluster) unused() error {
	entries, err := os.ReadDir(c.Dir)
	if err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is there, but is no cluster: remove it, or use another --name", c.Dir)
	}
	return nil
}

// startAny tries other ports when somebody takes one between the moment it was
// found free and its use.
func (c Cluster) startAny(ctx context.Context, builds builds, options Options, say func(string)) error {
	const tries = 3
	var err error
	for range tries {
		var ports []int
		if ports, err = freePorts(portCount+realPortCount, recordedPorts()); err != nil {
			return err
		}
		var state *State
		if state, err = c.anyState(builds, ports, options); err != nil {
			return err
		}
		if err = c.start(ctx, state, say); err == nil {
			return nil
		}
		var failed *failure
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w; the end of its log:\n%s", err, indent(lastLines(c.Log(failed.component), 15)))
		}
		taken := strings.Contains(err.Error(), "address already in use") || strings.Contains(err.Error(), "file exists")
		if removeErr := c.remove(state); removeErr != nil || !taken {
			return errors.Join(err, removeErr)
		}
	}
	return err
}

func (c Cluster) newState(build binaries.Build, ports []int, options Options) *State {
	components := c.components(ports, options.Audit)
	for i := range components {
		components[i].Program = build.Program(components[i].Name)
	}
	return &State{
		Version: build.Version, Binaries: build.Dir, Created: time.Now(),
		Nodes: options.Nodes, Pace: options.Pace, Components: components,
	}
}

// start brings up the store and the API server, then everything that talks to
// the API server at once.
func (c Cluster) start(ctx context.Context, state *State, say func(string)) error {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	if err := c.save(state); err != nil { // first of all: it marks the folder as ours to remove
		return err
	}
	if err := c.writeFiles(state); err != nil {
		return err
	}
	for _, names := range state.order() {
		if err := c.startTogether(ctx, state, names, say); err != nil {
			return err
		}
	}
	server, err := c.connectAPIServer(state)
	if err != nil {
		return err
	}
	if err := waitUsable(ctx, server, state, say); err != nil {
		return err
	}
	state.Complete = true
	return c.save(state)
}

func (c Cluster) startTogether(ctx context.Context, state *State, names []string, say func(string)) error {
	ended := map[string]<-chan struct{}{}
	for _, name := range names {
		component, err := state.Component(name)
		if err != nil {
			return err
		}
		if ended[name], err = c.launch(state, component); err != nil {
			return err
		}
	}
	for _, name := range names {
		say("waiting for " + name)
		component, err := state.Component(name)
		if err != nil {
			return err
		}
		if err := c.waitHealthy(ctx, *component, ended[name]); err != nil {
			return err
		}
		if err := c.follow(ctx, state, name); err != nil {
			return err
		}
	}
	return nil
}

// order returns groups of components, in the order of their start. Those of a group start
// together.
func (s *State) order() [][]string {
	if s.Real == nil {
		return [][]string{{etcd, apiServer}, {controllerManager, scheduler, kwok}}
	}
	return [][]string{
		{place}, {etcd, apiServer},
		{controllerManager, scheduler, containerd, coreDNS, metricsServer}, {kubelet, kubeProxy},
	}
}

// follow runs the next step once a component is ready.
func (c Cluster) follow(ctx context.Context, state *State, name string) error {
	switch {
	case name == apiServer && state.Real == nil:
		return c.populate(ctx, state)
	case name == apiServer:
		return c.furnish(ctx, state)
	case name == containerd:
		return c.loadPause(ctx, state)
	}
	return nil
}

// populate makes the nodes before the scheduler and kwok look, so that both
// find them in their first list.
func (c Cluster) populate(ctx context.Context, state *State) error {
	server, err := c.connectAPIServer(state)
	if err != nil {
		return err
	}
	return createNodes(ctx, server, state)
}

// launch starts one component and records it at once.
func (c Cluster) launch(state *State, component *Component) (ended <-chan struct{}, err error) {
	component.Process, ended, err = process.Start(process.Command{
		Program: component.Program, Args: component.Args, Dir: c.Dir, Log: c.Log(component.Name),
	})
	if err != nil {
		return nil, err
	}
	component.Started = time.Now()
	component.Stopped = false
	return ended, c.save(state)
}
