/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package constants reads the constants of a type from the source, so that a test covers
// those that are added later.
package constants

import (
	"os"
	"reflect"
	"regexp"
	"testing"
)

// Declared returns the constants of a string type that a source file declares.
func Declared[T ~string](t testing.TB, file string) (out []T) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	declaration := regexp.MustCompile(`(?m)^\t\w+ +` + reflect.TypeFor[T]().Name() + ` += "([^"]+)"`)
	for _, match := range declaration.FindAllSubmatch(source, -1) {
		out = append(out, T(match[1]))
	}
	if len(out) == 0 {
		t.Fatalf("%s declares no constant of type %s", file, reflect.TypeFor[T]().Name())
	}
	return out
}
