/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

// TestKeysAreReadAgain: the store's answer also counts for keys that are read later.
func TestKeysAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	add := func(name string, secret byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(keyring.Generate([32]byte{secret})), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	add("2026-11", 1)
	keys, err := LoadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, test := range []struct{ added, shared, want string }{
		{"2026-12", "", "2026-11"},
		{"2027-05", "2026-12", "2026-12"},
		{"2027-06", "2027-05", "2027-05"},
	} {
		add(test.added, byte(2+i))
		if err := keys.Refresh(func(context.Context) (string, error) { return test.shared, nil })(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := keys.Refresh(func(context.Context) (string, error) { return "", errDown })(t.Context()); !errors.Is(err, errDown) {
			t.Errorf("a store that is away: %v", err)
		}
		if got := keys.Load().Shared(); got != test.want {
			t.Errorf("with %s added, %q is shared, want %q", test.added, got, test.want)
		}
	}
}

// Keys that cannot be read leave those held before, and the store is not asked.
func TestKeysThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if _, err := LoadKeys(dir); err == nil {
		t.Error("a directory without a key is read")
	}
	file := filepath.Join(dir, "2026-11")
	if err := os.WriteFile(file, []byte(keyring.Generate([32]byte{1})), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := LoadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err = keys.Refresh(func(context.Context) (string, error) {
		t.Error("the store is asked")
		return "", nil
	})(t.Context())
	if err == nil || keys.Load().Newest() != "2026-11" {
		t.Errorf("error %v, and the newest key is %q", err, keys.Load().Newest())
	}
}
