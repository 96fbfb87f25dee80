/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
)

// arguments are the arguments of a statement by name, as [pgx.StrictNamedArgs]: all that
// the statement names, and no others. It rewrites each statement once. pgx does so each
// time, which costs some percent of a booking.
type arguments map[string]any

// rewritten is a statement whose arguments have numbers.
type rewritten struct {
	text  string
	order []any // the names
}

var rewrites sync.Map // from the statement; there are only those of this package

// RewriteQuery implements [pgx.QueryRewriter].
func (a arguments) RewriteQuery(ctx context.Context, connection *pgx.Conn, statement string, _ []any) (string, []any, error) {
	known, ok := rewrites.Load(statement)
	if !ok {
		names := pgx.StrictNamedArgs{}
		for name := range a {
			names[name] = name
		}
		text, order, err := names.RewriteQuery(ctx, connection, statement, nil)
		if err != nil {
			return "", nil, err
		}
		known, _ = rewrites.LoadOrStore(statement, rewritten{text, order})
	}
	found := known.(rewritten)
	values := make([]any, len(found.order))
	for i, name := range found.order {
		value, given := a[name.(string)]
		if !given {
			return "", nil, fmt.Errorf("argument %s is missing", name)
		}
		values[i] = value
	}
	if len(a) != len(values) {
		return "", nil, fmt.Errorf("%d arguments are given, the statement has %d", len(a), len(values))
	}
	return found.text, values, nil
}
