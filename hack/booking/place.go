/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// place is the directory of the files that the servers read, and of their logs.
type place struct {
	directory string
	kept      bool
}

// agent is the name of the only agent. The password is new each time.
const agent = "anna"

var password = rand.Text()

// enrol adds the agent: it writes the agents' file.
func (p place) enrol(ctx context.Context, program string) error {
	command := exec.CommandContext(ctx, program, "new-agent", agent)
	command.Stdin = strings.NewReader(password)
	line, err := command.Output()
	if err != nil {
		return fmt.Errorf("booking new-agent: %w", err)
	}
	return os.WriteFile(p.path("sign-in", "agents"), line, 0o600)
}

func openPlace(kept string) (place, error) {
	if kept == "" {
		directory, err := os.MkdirTemp("", "mezzanotte-booking-")
		return place{directory: directory}, err
	}
	if !filepath.IsAbs(kept) { // make does not run this where it was called
		return place{}, fmt.Errorf("-data %s: write an absolute path", kept)
	}
	return place{directory: filepath.Clean(kept), kept: true}, os.MkdirAll(kept, 0o755)
}

func (p place) close() error {
	if p.kept {
		return nil
	}
	return os.RemoveAll(p.directory)
}

func (p place) path(elements ...string) string {
	return filepath.Join(append([]string{p.directory}, elements...)...)
}

// postgres returns the directory of its data, or "" if it is not kept.
func (p place) postgres() string {
	if !p.kept {
		return ""
	}
	return p.path("postgres")
}

func (p place) catalog() string { return p.path("catalog", "catalog.json") }

// prepare writes the servers' files, and returns the catalog.
func (p place) prepare(uri string, opens time.Time) (catalog.Catalog, error) {
	for _, name := range []string{"catalog", "keys", "requests", "sign-in"} {
		if err := os.MkdirAll(p.path(name), 0o700); err != nil {
			return catalog.Catalog{}, err
		}
	}
	if err := errors.Join(os.WriteFile(p.path("database"), []byte(uri+"\n"), 0o600), p.makeKey()); err != nil {
		return catalog.Catalog{}, err
	}
	return p.publish(opens)
}

// makeKey makes an identifier key, unless one is kept. Without the key with which they
// were written, bookings cannot be found again.
func (p place) makeKey() error {
	if keys, err := os.ReadDir(p.path("keys")); err != nil || len(keys) > 0 {
		return err
	}
	var random [32]byte
	if _, err := rand.Read(random[:]); err != nil {
		return err
	}
	return os.WriteFile(p.path("keys", "sample"), []byte(keyring.Generate(random)), 0o600)
}

// publish writes the catalog. If one is kept, the new one has the next revision.
func (p place) publish(opens time.Time) (catalog.Catalog, error) {
	wanted, err := sample(opens)
	if err != nil {
		return catalog.Catalog{}, err
	}
	var known []catalog.Published
	switch text, err := os.ReadFile(p.catalog()); {
	case err == nil:
		before, err := catalog.Decode(text)
		if err != nil {
			return catalog.Catalog{}, fmt.Errorf("read the catalog that is kept: %w", err)
		}
		known = append(known, before.Published())
	case !errors.Is(err, fs.ErrNotExist):
		return catalog.Catalog{}, err
	}
	published := catalog.Next(wanted, known...)
	text, err := published.Encode()
	if err != nil {
		return catalog.Catalog{}, err
	}
	return published, os.WriteFile(p.catalog(), text, 0o600)
}
