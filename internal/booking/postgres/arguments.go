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

// rewritten is a statement whose arguments have numbers instead of names.
type rewritten struct {
	text  string
	names []string // in the order of the numbers
}

// rewrites are the statements that were rewritten. There are only those of this package.
var rewrites = struct {
	sync.RWMutex
	of map[string]rewritten
}{of: map[string]rewritten{}}

// RewriteQuery implements [pgx.QueryRewriter].
func (a arguments) RewriteQuery(ctx context.Context, connection *pgx.Conn, statement string, _ []any) (string, []any, error) {
	rewrites.RLock()
	found, ok := rewrites.of[statement]
	rewrites.RUnlock()
	if !ok {
		var err error
		if found, err = a.rewrite(ctx, connection, statement); err != nil {
			return "", nil, err
		}
		rewrites.Lock()
		rewrites.of[statement] = found
		rewrites.Unlock()
	}
	values := make([]any, len(found.names))
	for i, name := range found.names {
		value, given := a[name]
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

// rewrite has pgx rewrite a statement: with the names as values it returns their order.
func (a arguments) rewrite(ctx context.Context, connection *pgx.Conn, statement string) (rewritten, error) {
	names := pgx.StrictNamedArgs{}
	for name := range a {
		names[name] = name
	}
	text, order, err := names.RewriteQuery(ctx, connection, statement, nil)
	out := rewritten{text: text}
	for _, name := range order {
		out.names = append(out.names, fmt.Sprint(name))
	}
	return out, err
}
