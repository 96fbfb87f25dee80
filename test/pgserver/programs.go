/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// oldest is the first major version that the booking server's schema is tested with.
const oldest = 15

// programs are those of one PostgreSQL: initdb, postgres, and perhaps others.
type programs struct {
	directory string
	version   version
}

type version struct{ major, minor int }

func (v version) String() string { return fmt.Sprintf("%d.%d", v.major, v.minor) }

func (v version) less(than version) bool {
	return v.major < than.major || v.major == than.major && v.minor < than.minor
}

func (p programs) path(name string) string { return filepath.Join(p.directory, name) }

// find looks for an installed PostgreSQL, and fetches one where there is none.
func find(ctx context.Context, a account, cache string) (programs, error) {
	newest := programs{}
	for _, directory := range installed() {
		if p, err := inspect(ctx, a, directory); err == nil && newest.version.less(p.version) {
			newest = p
		}
	}
	if newest.version.major >= oldest {
		return newest, nil
	}
	return fetched(ctx, a, cache)
}

// installed are directories that may hold PostgreSQL's programs: where PATH leads, and
// where Debian's packages keep them, version beside version.
func installed() []string {
	directories, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		directories = nil
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			directories = append(directories, filepath.Dir(path))
		}
	}
	return directories
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)(?:\.(\d+))?`)

// inspect asks the programs of a directory for their version, as whoever will run them.
func inspect(ctx context.Context, a account, directory string) (programs, error) {
	p := programs{directory: directory}
	if _, err := os.Stat(p.path("initdb")); err != nil {
		return programs{}, err
	}
	out, err := run(ctx, a, p.path("postgres"), "--version")
	if err != nil {
		return programs{}, err
	}
	found := versionPattern.FindStringSubmatch(out)
	if found == nil {
		return programs{}, fmt.Errorf("%s --version says %q", p.path("postgres"), out)
	}
	if p.version.major, err = strconv.Atoi(found[1]); err != nil {
		return programs{}, err
	}
	if found[2] != "" {
		p.version.minor, err = strconv.Atoi(found[2])
	}
	return p, err
}

// Pgbench is the path of PostgreSQL's own benchmark, the server's if it has one.
func (s *Server) Pgbench() (string, error) {
	beside := s.programs.path("pgbench")
	if _, err := os.Stat(beside); err == nil {
		return beside, nil
	}
	path, err := exec.LookPath("pgbench")
	if err != nil {
		return "", fmt.Errorf("there is no pgbench here (on Debian: apt-get install postgresql): %w",
			errors.Join(fmt.Errorf("not in %s", s.programs.directory), err))
	}
	return path, nil
}

// run runs one of PostgreSQL's programs to its end, and returns what it wrote.
func run(ctx context.Context, a account, program string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir, command.Env = "/", environment()
	command.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential}
	out, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}
