package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// failure is a component that did not come up.
type failure struct {
	component string
	reason    string
}

func (f *failure) Error() string { return f.component + " " + f.reason }

// healthy asks a component whether it is ready.
func (c Cluster) healthy(ctx context.Context, component Component) error {
	authority, user := "ca", "admin"
	if component.Name == etcd {
		authority, user = "etcd-ca", "etcd"
	}
	server, err := c.connect(component.Health, authority, user)
	if err != nil {
		return err
	}
	defer server.client.CloseIdleConnections()
	return server.get(ctx, "", nil)
}

// waitHealthy waits until a component is ready, it ends, or patience does.
func (c Cluster) waitHealthy(ctx context.Context, component Component, ended <-chan struct{}) error {
	const patience = 2 * time.Minute
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		select {
		case <-ended:
			return &failure{component.Name, "ended right after its start"}
		default:
		}
		err := c.healthy(ctx, component)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			return &failure{component.Name, fmt.Sprintf("is not ready after %s: %v", patience, err)}
		case <-ended:
		case <-time.After(100 * time.Millisecond):
		}
	}
}
