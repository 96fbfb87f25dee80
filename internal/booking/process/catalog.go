/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
)

// Binding has the catalog in force in this process.
type Binding interface {
	Refresh(context.Context) error
	Current() (*binding.Snapshot, error)
}

// CatalogRefresher asks the store which catalog binds, and reports whether the store answers
// and a catalog is in force.
type CatalogRefresher struct {
	Readiness *Readiness
	Clock     func() time.Time
	Binding   Binding
}

// Refresh is a chore.
func (c CatalogRefresher) Refresh(ctx context.Context) error {
	err := c.Binding.Refresh(ctx)
	var behind *binding.BehindError
	silent := err != nil && !errors.As(err, &behind)
	c.Readiness.Set(CheckStore, reason(silent, "does not answer"), c.Clock())
	_, none := c.Binding.Current()
	c.Readiness.Set(CheckCatalog, reason(none != nil, "none is in force here"), c.Clock())
	return err
}

func reason(wrong bool, text string) string {
	if wrong {
		return text
	}
	return ""
}
