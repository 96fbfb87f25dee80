/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/template"
	"time"
)

//go:embed sql
var texts embed.FS

// text is one of the SQL texts, filled in.
func text(name string, values any) (string, error) {
	t, err := template.ParseFS(texts, "sql/"+name)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.Execute(&out, values)
	return out.String(), err
}

// way is how the statements of one booking are sent.
type way int

const (
	pipeline way = iota // all at once
	call                // as one call of a function
	singly              // each when the one before it is answered
)

// ceiling is pgbench, which makes bookings of the same rows.
type ceiling struct {
	*scene
	schema string // of its tables
	choose string // the lines that choose :hub, :first and :second
	way    way
	one    bool // one row counts all places
}

// script is the transaction that each client repeats.
func (c ceiling) script() (string, error) {
	const people = `\set person random(1, 9000000000000000000)
\set key random(1, 9000000000000000000)
\set number random(17592186044416, 281474976710655)
`
	values := c.copied(c.schema)
	values.One = c.one
	body, err := text("book.sql", values)
	switch c.way {
	case pipeline:
		body = "\\startpipeline\nBEGIN;\n" + body + "COMMIT;\n\\endpipeline\n"
	case call:
		body = "SELECT book(:hub, to_timestamp(:first), to_timestamp(:second), sha256(int8send(:person)), sha256(int8send(:key)), to_hex(:number::bigint), " +
			strconv.FormatBool(c.one) + ");\n"
	case singly:
		body = "BEGIN;\n" + body + "COMMIT;\n"
	}
	return c.choose + people + body, err
}

func (c ceiling) start(ctx context.Context) (running, error) {
	directory, err := os.MkdirTemp(c.directory, "pgbench-")
	if err != nil {
		return nil, err
	}
	script, err := c.script()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(directory, "script"), []byte(script), 0o644); err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, c.pgbench,
		"--client", strconv.Itoa(c.clients), "--jobs=2", "--time", "60", "--no-vacuum", "--protocol=prepared",
		"--log", "--log-prefix", filepath.Join(directory, "log"), "--file", filepath.Join(directory, "script"),
		"--host=127.0.0.1", "--port", strconv.Itoa(c.server.Port()), "--username=postgres", database)
	command.Env = append(os.Environ(), "PGOPTIONS=-c search_path="+c.schema+" -c timezone=UTC", "PGSSLMODE=disable")
	p := &pgbench{command: command, directory: directory}
	command.Stdout, command.Stderr = &p.said, &p.said
	// A terminal's Ctrl-C is ours to pass on.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return p, command.Start()
}

type pgbench struct {
	command   *exec.Cmd
	directory string
	said      bytes.Buffer
}

func (p *pgbench) cpu() (time.Duration, error) { return ownCPU(p.command.Process.Pid) }

// stop ends pgbench as its own timer would: it finishes its transactions, and its log
// is complete.
func (p *pgbench) stop() ([]done, error) {
	if err := p.command.Process.Signal(syscall.SIGALRM); err != nil {
		return nil, errors.Join(fmt.Errorf("pgbench: %w\n%s", err, p.said.String()), p.command.Wait())
	}
	if err := p.command.Wait(); err != nil {
		return nil, fmt.Errorf("pgbench: %w\n%s", err, p.said.String())
	}
	logs, err := filepath.Glob(filepath.Join(p.directory, "log*"))
	if err != nil {
		return nil, err
	}
	var all []done
	for _, log := range logs {
		text, err := os.ReadFile(log)
		if err != nil {
			return nil, err
		}
		if all, err = readLog(all, text); err != nil {
			return nil, err
		}
	}
	return all, os.RemoveAll(p.directory)
}

// readLog adds the transactions of one of pgbench's logs, a line each: client, number,
// microseconds it took, script, and when it ended, as seconds and microseconds.
func readLog(all []done, log []byte) ([]done, error) {
	for lines := bufio.NewScanner(bytes.NewReader(log)); lines.Scan(); {
		var took, seconds, microseconds int64
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 {
			return nil, fmt.Errorf("read pgbench's log: %q", lines.Text())
		}
		for i, into := range map[int]*int64{2: &took, 4: &seconds, 5: &microseconds} {
			var err error
			if *into, err = strconv.ParseInt(fields[i], 10, 64); err != nil {
				return nil, fmt.Errorf("read pgbench's log: %q: %w", lines.Text(), err)
			}
		}
		all = append(all, done{time.Unix(seconds, microseconds*1000), time.Duration(took) * time.Microsecond})
	}
	return all, nil
}
