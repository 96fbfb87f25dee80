/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArgumentsAreAllAndNoOthers(t *testing.T) {
	const statement = "SELECT f(p_b => @b, p_a => @a, p_c => @b)"
	for name, test := range map[string]struct {
		given arguments
		wrong string
		want  []any
	}{
		"one is missing at first":  {given: arguments{"a": 1}, wrong: "argument b found in sql query but not present in StrictNamedArgs"},
		"all":                      {given: arguments{"a": 1, "b": 2}, want: []any{2, 1}},
		"a null":                   {given: arguments{"a": nil, "b": 2}, want: []any{2, nil}},
		"one is missing":           {given: arguments{"a": 1}, wrong: "argument b is missing"},
		"one too many":             {given: arguments{"a": 1, "b": 2, "c": 3}, wrong: "3 arguments are given, the statement has 2"},
		"one has another name now": {given: arguments{"a": 1, "c": 3}, wrong: "argument b is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			delete(rewrites.of, statement)
			if name != "one is missing at first" {
				if _, _, err := (arguments{"a": 0, "b": 0}).RewriteQuery(t.Context(), nil, statement, nil); err != nil {
					t.Fatal(err)
				}
			}
			text, got, err := test.given.RewriteQuery(t.Context(), nil, statement, nil)
			if test.wrong != "" {
				if err == nil || err.Error() != test.wrong {
					t.Errorf("%v, want %s", err, test.wrong)
				}
				return
			}
			if err != nil || text != "SELECT f(p_b => $1, p_a => $2, p_c => $1)" {
				t.Errorf("%s, %v", text, err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
