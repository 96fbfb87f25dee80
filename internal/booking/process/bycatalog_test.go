/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
)

func TestByCatalog(t *testing.T) {
	first, second := revision(t, 7), revision(t, 8)
	var in, got *binding.Snapshot
	var none, fails error
	send := ByCatalog(func() (*binding.Snapshot, error) { return in, none }, func(_ context.Context, by *binding.Snapshot) error {
		got = by
		return fails
	})
	for _, step := range []struct {
		name  string
		in    *binding.Snapshot
		none  error
		fails error
		want  *binding.Snapshot
	}{
		{name: "no catalog", none: binding.ErrNone},
		{name: "the first", in: first, want: first},
		{name: "another", in: second, want: second},
		{name: "one that cannot be read", in: second, none: errDown},
		{name: "a mail server that is away", in: second, fails: errDown, want: second},
	} {
		in, got, none, fails = step.in, nil, step.none, step.fails
		if err := send(t.Context()); !errors.Is(err, step.fails) {
			t.Errorf("%s: got %v, want %v", step.name, err, step.fails)
		}
		if got != step.want {
			t.Errorf("%s: worked by %v, want %v", step.name, got, step.want)
		}
	}
}
