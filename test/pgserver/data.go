/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// fill makes the server's data, unless it has some.
func (s *Server) fill(ctx context.Context, cache string) error {
	text, err := os.ReadFile(filepath.Join(s.data(), "PG_VERSION"))
	if err == nil {
		if made := strings.TrimSpace(string(text)); made != strconv.Itoa(s.programs.version.major) {
			return fmt.Errorf("%s was made by PostgreSQL %s, and this is %s: remove it, or install that one", s.data(), made, s.programs.version)
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	template, err := s.template(ctx, cache)
	if err != nil {
		return err
	}
	unfinished := s.data() + ".unfinished" // of a copy that was killed
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "cp", "-a", template, unfinished).CombinedOutput(); err != nil {
		return fmt.Errorf("copy %s: %w\n%s", template, err, out)
	}
	return os.Rename(unfinished, s.data())
}

// template is empty data, made once for each PostgreSQL: making it takes seconds, a
// copy a fraction. Whoever makes it renames it when it is whole; if several do at
// once, the first one counts.
func (s *Server) template(ctx context.Context, cache string) (string, error) {
	key := sha256.Sum256([]byte(s.programs.directory + "\x00" + s.account.name))
	template := filepath.Join(cache, fmt.Sprintf("data-%s-%x", s.programs.version, key[:4]))
	if _, err := os.Stat(template); err == nil {
		return template, nil
	}
	unfinished, err := os.MkdirTemp(cache, "unfinished-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(unfinished) }()
	if err := s.account.own(unfinished); err != nil {
		return "", err
	}
	data := filepath.Join(unfinished, "data")
	if _, err := run(ctx, s.account, s.programs.path("initdb"), "--pgdata="+data, "--username="+Superuser,
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"); err != nil {
		return "", err
	}
	return template, settle(data, template)
}

// settle gives a finished directory its name, unless another process was faster.
func settle(finished, name string) error {
	if err := os.Rename(finished, name); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
