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
	"sigs.k8s.io/controller-runtime/pkg/client"
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
