package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/simulation"
)

// createNodes makes the simulated nodes, several at a time.
func createNodes(ctx context.Context, server api, state *State) error {
	const atOnce = 8
	var workers sync.WaitGroup
	errs := make([]error, atOnce)
	for worker := range atOnce {
		workers.Go(func() {
			for i := worker; i < state.Nodes && errs[worker] == nil; i += atOnce {
				err := server.create(ctx, "/api/v1/nodes", simulation.Node(i, state.Version))
				if err != nil && !errors.Is(err, errAlreadyThere) {
					errs[worker] = fmt.Errorf("creating %s: %w", simulation.NodeName(i), err)
				}
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

// nodeList holds the fields of a list of nodes that matter here.
type nodeList struct {
	Items []struct {
		Spec struct {
			Taints []struct{ Key string } `json:"taints"`
		} `json:"spec"`
		Status struct {
			Conditions []struct{ Type, Status string } `json:"conditions"`
		} `json:"status"`
	} `json:"items"`
}

// usable counts the nodes that take pods: Ready, and no longer tainted as new.
func (l nodeList) usable() int {
	n := 0
	for _, node := range l.Items {
		for _, condition := range node.Status.Conditions {
			if condition.Type == "Ready" && condition.Status == "True" && len(node.Spec.Taints) == 0 {
				n++
			}
		}
	}
	return n
}

// waitUsable waits until pods can be created and find room: all nodes are
// usable, and the namespace "default" has its service account.
func waitUsable(ctx context.Context, server api, state *State, say func(string)) error {
	const patience = time.Minute
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		var nodes nodeList
		err := server.get(ctx, "/api/v1/nodes?resourceVersion=0", &nodes)
		say(fmt.Sprintf("%d of %d nodes ready", nodes.usable(), state.Nodes))
		if err == nil && nodes.usable() >= state.Nodes {
			if err = server.get(ctx, "/api/v1/namespaces/default/serviceaccounts/default", nil); err == nil {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			blamed := kwok
			if state.Real != nil {
				blamed = kubelet
			}
			return &failure{blamed, fmt.Sprintf("got %d of %d nodes ready in %s", nodes.usable(), state.Nodes, patience)}
		case <-time.After(150 * time.Millisecond):
		}
	}
}
