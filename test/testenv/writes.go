/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testenv

import (
	"context"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// ErrInjected is the error of a write that the test refuses, or whose answer it drops.
var ErrInjected = errors.New("injected by the test")

// Writes counts the write requests of one client, and lets some fail. Only one goroutine
// may use it.
type Writes struct {
	// Log names the requests, for example "patch status *v1alpha1.Campaign".
	Log []string
	// Refuse is the number, from 1, of the write that does not reach the API server. Lose
	// is the number of the write whose answer is lost. 0 means none.
	Refuse, Lose int
}

// Count returns the number of writes.
func (w *Writes) Count() int { return len(w.Log) }

// Reset forgets all writes and failures.
func (w *Writes) Reset() { *w = Writes{} }

func (w *Writes) send(what string, object any, send func() error) error {
	w.Log = append(w.Log, fmt.Sprintf("%s %T", what, object))
	switch len(w.Log) {
	case w.Refuse:
		return ErrInjected
	case w.Lose:
		return errors.Join(ErrInjected, send())
	}
	return send()
}

// Client returns a client whose writes are counted.
func (w *Writes) Client(c client.WithWatch) client.WithWatch {
	return interceptor.NewClient(c, interceptor.Funcs{
		Create: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.CreateOption) error {
			return w.send("create", o, func() error { return c.Create(ctx, o, opts...) })
		},
		Delete: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.DeleteOption) error {
			return w.send("delete", o, func() error { return c.Delete(ctx, o, opts...) })
		},
		Update: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.UpdateOption) error {
			return w.send("update", o, func() error { return c.Update(ctx, o, opts...) })
		},
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch, opts ...client.PatchOption) error {
			return w.send("patch", o, func() error { return c.Patch(ctx, o, p, opts...) })
		},
		Apply: func(ctx context.Context, c client.WithWatch, o runtime.ApplyConfiguration, opts ...client.ApplyOption) error {
			return w.send("apply", o, func() error { return c.Apply(ctx, o, opts...) })
		},
		SubResourceUpdate: func(ctx context.Context, c client.Client, sub string, o client.Object, opts ...client.SubResourceUpdateOption) error {
			return w.send("update "+sub, o, func() error { return c.SubResource(sub).Update(ctx, o, opts...) })
		},
		SubResourcePatch: func(ctx context.Context, c client.Client, sub string, o client.Object, p client.Patch, opts ...client.SubResourcePatchOption) error {
			return w.send("patch "+sub, o, func() error { return c.SubResource(sub).Patch(ctx, o, p, opts...) })
		},
		SubResourceApply: func(ctx context.Context, c client.Client, sub string, o runtime.ApplyConfiguration, opts ...client.SubResourceApplyOption) error {
			return w.send("apply "+sub, o, func() error { return c.SubResource(sub).Apply(ctx, o, opts...) })
		},
	})
}
