/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package apply is server-side apply that writes only where something differs.
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

// Manager writes under one field manager's name.
type Manager struct {
	Client client.Client
	Name   client.FieldOwner
}

// Extract is the function of a generated apply configuration that gives what a
// manager applied to a live object.
type Extract[Live client.Object, Config runtime.ApplyConfiguration] func(live Live, manager string) (Config, error)

// Object applies wanted unless live already carries it. live is nil if there is
// no such object yet. It reports whether a request was sent.
func Object[Live client.Object, Config runtime.ApplyConfiguration](
	ctx context.Context, m Manager, live *Live, wanted Config, extract Extract[Live, Config], opts ...client.ApplyOption,
) (wrote bool, err error) {
	if live != nil {
		applied, err := extract(*live, string(m.Name))
		if err != nil {
			return false, fmt.Errorf("extract what %s applied: %w", m.Name, err)
		}
		if equality.Semantic.DeepEqual(applied, wanted) {
			return false, nil
		}
	}
	return true, m.Client.Apply(ctx, wanted, append([]client.ApplyOption{m.Name}, opts...)...)
}
