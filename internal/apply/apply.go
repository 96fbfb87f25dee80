/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package apply writes with server-side apply, only if something differs.
//
// The API server recognises an apply that changes nothing and stores nothing,
// but it is a request all the same. What a field manager applied last can be
// extracted from the live object; only if that is not what is wanted now, a
// request is sent. A field that another manager has taken over is missing from
// the extract, so it is applied again: without force that is a conflict that
// names the other, with force it takes the field back.
package apply

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/condition"
)

// Manager writes under the name of one field manager.
type Manager struct {
	Client client.Client
	Name   client.FieldOwner
}

// Extract is the generated function that returns what a manager applied to a live
// object.
type Extract[L client.Object, Config runtime.ApplyConfiguration] func(live L, manager string) (Config, error)

// Live is a pointer to an object of the API server.
type Live interface {
	client.Object
	comparable
}

// Change is an object as it is and as it is wanted.
type Change[L Live, Config runtime.ApplyConfiguration] struct {
	Live    L // nil: there is none yet
	Wanted  Config
	Extract Extract[L, Config]
}

// NewChange returns a Change; its types follow from the arguments.
func NewChange[L Live, Config runtime.ApplyConfiguration](live L, wanted Config, extract Extract[L, Config]) Change[L, Config] {
	return Change[L, Config]{Live: live, Wanted: wanted, Extract: extract}
}

// Exists reports whether the object exists.
func (c Change[L, Config]) Exists() bool {
	var none L
	return c.Live != none
}

// Object applies what is wanted unless the object already has it. It reports whether it
// sent a request.
func Object[L Live, Config runtime.ApplyConfiguration](ctx context.Context, m Manager, c Change[L, Config], opts ...client.ApplyOption) (wrote bool, err error) {
	if c.Exists() {
		applied, err := c.Extract(c.Live, string(m.Name))
		if err != nil {
			return false, fmt.Errorf("extract what %s applied: %w", m.Name, err)
		}
		if equality.Semantic.DeepEqual(applied, c.Wanted) {
			return false, nil
		}
	}
	return true, m.Client.Apply(ctx, c.Wanted, append([]client.ApplyOption{m.Name}, opts...)...)
}

// Status writes the difference between the status that was read and the one that is
// wanted, if any. It fails with a conflict if the object has changed since, so that a
// stale cache loses nothing that a status remembers. It reports whether it sent a
// request.
func Status[O client.Object](ctx context.Context, m Manager, read, wanted O) (wrote bool, err error) {
	if equality.Semantic.DeepEqual(read, wanted) {
		return false, nil
	}
	patch := client.MergeFromWithOptions(read, client.MergeFromWithOptimisticLock{})
	if err := m.Client.Status().Patch(ctx, wanted, patch, m.Name); err != nil {
		return true, fmt.Errorf("write the status: %w", err)
	}
	return true, nil
}

// Event reports what a controller has written. Type is corev1.EventTypeNormal or
// corev1.EventTypeWarning.
type Event struct{ Type, Reason, Action, Note string }

// Record records events about one object, in order. Without a recorder it records none.
func Record(recorder events.EventRecorder, object runtime.Object, all []Event) {
	if recorder == nil {
		return
	}
	for _, e := range all {
		recorder.Eventf(object, nil, e.Type, e.Reason, e.Action, "%s", condition.Brief(e.Note))
	}
}
