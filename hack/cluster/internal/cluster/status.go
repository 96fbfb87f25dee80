package cluster

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Status is the state of a cluster at one moment.
type Status struct {
	State      *State
	Components []ComponentStatus
	Nodes      string // "10 of 10 ready"
	Server     string // the version that the API server says
}

// ComponentStatus is one line of it.
type ComponentStatus struct {
	Component
	Word   string // ready, not ready, stopped, ended
	Uptime time.Duration
}

// Ready reports whether everything runs and answers.
func (s Status) Ready() bool {
	for _, component := range s.Components {
		if component.Word != "ready" {
			return false
		}
	}
	return s.State.Complete
}

// Look asks every component how it is.
func (c Cluster) Look(ctx context.Context) (Status, error) {
	state, err := c.Load()
	if err != nil {
		return Status{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	status := Status{State: state, Components: make([]ComponentStatus, len(state.Components)), Nodes: "unknown", Server: "unknown"}
	var asking sync.WaitGroup
	for i, component := range state.Components {
		asking.Go(func() { status.Components[i] = c.lookAt(ctx, component) })
	}
	asking.Go(func() { c.lookInside(ctx, &status) })
	asking.Wait()
	return status, nil
}

func (c Cluster) lookAt(ctx context.Context, component Component) ComponentStatus {
	seen := ComponentStatus{Component: component}
	switch {
	case component.Process.Runs():
		seen.Uptime = time.Since(component.Started).Truncate(time.Second)
		seen.Word = "ready"
		if c.healthy(ctx, component) != nil {
			seen.Word = "not ready"
		}
	case component.Stopped:
		seen.Word = "stopped"
	default:
		seen.Word = "ended"
	}
	return seen
}

func (c Cluster) lookInside(ctx context.Context, status *Status) {
	server, err := c.connectAPIServer(status.State)
	if err != nil {
		return
	}
	var version struct{ GitVersion string }
	if server.get(ctx, "/version", &version) == nil {
		status.Server = version.GitVersion
	}
	var nodes nodeList
	if server.get(ctx, "/api/v1/nodes?resourceVersion=0", &nodes) == nil {
		status.Nodes = fmt.Sprintf("%d of %d ready", nodes.usable(), len(nodes.Items))
	}
}
