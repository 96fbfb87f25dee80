/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package constants reads the constants of a type from the source, so that a test covers
// those that are added later.
package constants

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"testing"
)

// Declared returns the constants of a string type that a source file declares.
func Declared[T ~string](t testing.TB, file string) []T {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	ast.Inspect(source, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != reflect.TypeFor[T]().Name() {
			return true
		}
		for _, value := range spec.Values {
			if literal, ok := value.(*ast.BasicLit); ok {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, T(text))
			}
		}
		return true
	})
	if len(out) == 0 {
		t.Fatalf("%s declares no constant of type %s", file, reflect.TypeFor[T]().Name())
	}
	return out
}
