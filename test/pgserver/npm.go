/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// npmVersion is PostgreSQL's version, and after it the packager's own.
const npmVersion = "18.4.0-beta.17"

// fetched is the PostgreSQL of an npm package, which the npm client fetches, so that
// the user's registry and proxy count.
func fetched(ctx context.Context, a account, cache string) (programs, error) {
	home := filepath.Join(cache, npmVersion)
	bin := filepath.Join(home, "bin")
	if _, err := os.Stat(home); errors.Is(err, fs.ErrNotExist) {
		if err := fetch(ctx, a, home); err != nil {
			return programs{}, fmt.Errorf("PostgreSQL %d or newer is not installed (on Debian: apt-get install postgresql), "+
				"and fetching it from npm failed: %w", oldest, err)
		}
	}
	return inspect(ctx, a, bin)
}

// fetch unpacks the package beside home and renames it when it works.
func fetch(ctx context.Context, a account, home string) error {
	unfinished, err := os.MkdirTemp(filepath.Dir(home), "unfinished-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(unfinished) }()
	if err := os.Chmod(unfinished, 0o711); err != nil {
		return err
	}
	name := "@embedded-postgres/" + npmPlatform() + "@" + npmVersion
	if err := tool(ctx, unfinished, "npm", "pack", "--silent", "--ignore-scripts", name); err != nil {
		return err
	}
	archives, err := filepath.Glob(filepath.Join(unfinished, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return errors.Join(err, fmt.Errorf("npm pack %s left %d archives, want one", name, len(archives)))
	}
	if err := tool(ctx, unfinished, "tar", "-xzf", archives[0], "--no-same-owner"); err != nil {
		return err
	}
	unpacked := filepath.Join(unfinished, "package")
	if err := errors.Join(link(unpacked), open(unpacked)); err != nil {
		return err
	}
	native := filepath.Join(unpacked, "native")
	if _, err := inspect(ctx, a, filepath.Join(native, "bin")); err != nil {
		return fmt.Errorf("what %s brings does not run here: %w", name, err)
	}
	return settle(native, home)
}

// npmPlatform is this machine's, in npm's words.
func npmPlatform() string {
	architecture := map[string]string{"amd64": "x64", "386": "ia32", "ppc64le": "ppc64"}[runtime.GOARCH]
	if architecture == "" {
		architecture = runtime.GOARCH
	}
	return runtime.GOOS + "-" + architecture
}

// link makes the symbolic links that npm packages cannot carry: libraries by their
// short names. The package lists them, by paths from its top.
func link(unpacked string) error {
	text, err := os.ReadFile(filepath.Join(unpacked, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // this platform needs none
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("read the package's links: %w", err)
	}
	for _, l := range links {
		if !filepath.IsLocal(l.Source) || !filepath.IsLocal(l.Target) {
			return fmt.Errorf("the package's link %s to %s leads out of it", l.Target, l.Source)
		}
		source, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := os.Symlink(source, filepath.Join(unpacked, l.Target)); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// open lets everybody run what was unpacked, whatever our umask and the package say.
func open(unpacked string) error {
	return filepath.WalkDir(unpacked, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() || filepath.Base(filepath.Dir(path)) == "bin":
			return os.Chmod(path, 0o755)
		case entry.Type().IsRegular():
			return os.Chmod(path, 0o644)
		}
		return nil
	})
}

// tool runs a program of this machine in a directory.
func tool(ctx context.Context, directory, name string, arguments ...string) error {
	var said bytes.Buffer
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir, command.Stdout, command.Stderr = directory, &said, &said
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, strings.TrimSpace(said.String()))
	}
	return nil
}
