/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestInspect(t *testing.T) {
	tests := map[string]struct {
		says string
		want version
		err  bool
	}{
		"Debian's":         {says: "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", want: version{15, 14}},
		"of the npm":       {says: "postgres (PostgreSQL) 18.4", want: version{18, 4}},
		"not yet released": {says: "postgres (PostgreSQL) 19beta2", want: version{19, 0}},
		"something else":   {says: "usage: postgres", err: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			directory := t.TempDir()
			write(t, filepath.Join(directory, "initdb"), "")
			write(t, filepath.Join(directory, "postgres"), "#!/bin/sh\necho '"+test.says+"'\n")
			p, err := inspect(t.Context(), account{}, directory)
			if (err != nil) != test.err || p.version != test.want {
				t.Errorf("version %s, error %v; want %s", p.version, err, test.want)
			}
		})
	}
}

func TestVersionLess(t *testing.T) {
	ordered := []version{{}, {9, 6}, {15, 0}, {15, 14}, {18, 3}}
	for i, a := range ordered {
		for j, b := range ordered {
			if a.less(b) != (i < j) {
				t.Errorf("%s less than %s: %t, want %t", a, b, a.less(b), i < j)
			}
		}
	}
}

func TestPgbench(t *testing.T) {
	directory := t.TempDir()
	s := &Server{programs: programs{directory: directory}}
	t.Setenv("PATH", t.TempDir())
	if _, err := s.Pgbench(); err == nil || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("error %v, want one that says how to get it", err)
	}
	beside := filepath.Join(directory, "pgbench")
	write(t, beside, "#!/bin/sh\n")
	if path, err := s.Pgbench(); err != nil || path != beside {
		t.Errorf("%s, %v; want the one beside the server, %s", path, err, beside)
	}
}

func TestLink(t *testing.T) {
	tests := map[string]struct {
		list string
		want map[string]string // links and where they lead
		err  bool
	}{
		"none": {},
		"a library's short names": {
			list: `[{"source": "native/lib/libz.so.1.3", "target": "native/lib/libz.so.1"}, {"source": "native/lib/libz.so.1.3", "target": "native/lib/deep/libz.so"}]`,
			want: map[string]string{"native/lib/libz.so.1": "libz.so.1.3", "native/lib/deep/libz.so": "../libz.so.1.3"},
		},
		"a link that is there already": {
			list: `[{"source": "native/lib/libz.so.1.3", "target": "native/lib/libz.so"}]`,
			want: map[string]string{"native/lib/libz.so": "before"},
		},
		"a link outside":         {list: `[{"source": "native/lib/libz.so.1.3", "target": "../libz.so"}]`, err: true},
		"a link to the outside":  {list: `[{"source": "/etc/passwd", "target": "native/lib/libz.so"}]`, err: true},
		"a list that is no JSON": {list: `[`, err: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			unpacked := t.TempDir()
			if err := os.MkdirAll(filepath.Join(unpacked, "native", "lib", "deep"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("before", filepath.Join(unpacked, "native", "lib", "libz.so")); err != nil {
				t.Fatal(err)
			}
			if test.list != "" {
				write(t, filepath.Join(unpacked, "native", "pg-symlinks.json"), test.list)
			}
			if err := link(unpacked); (err != nil) != test.err {
				t.Fatalf("error %v, want one: %t", err, test.err)
			}
			got := map[string]string{}
			for name := range test.want {
				leads, err := os.Readlink(filepath.Join(unpacked, name))
				if err != nil {
					t.Error(err)
				}
				got[name] = leads
			}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	unpacked := t.TempDir()
	for _, directory := range []string{"bin", "lib"} {
		if err := os.Mkdir(filepath.Join(unpacked, directory), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(unpacked, directory, "file"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := open(unpacked); err != nil {
		t.Fatal(err)
	}
	want := map[string]fs.FileMode{"bin": 0o755, "lib": 0o755, "bin/file": 0o755, "lib/file": 0o644}
	got := map[string]fs.FileMode{}
	for path := range want {
		info, err := os.Stat(filepath.Join(unpacked, path))
		if err != nil {
			t.Fatal(err)
		}
		got[path] = info.Mode().Perm()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("modes (-want +got):\n%s", diff)
	}
}

func TestSettle(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"first", "second"} {
		write(t, filepath.Join(home, name, "made by"), name)
		if err := settle(filepath.Join(home, name), filepath.Join(home, "whole")); err != nil {
			t.Errorf("settle the %s: %v", name, err)
		}
	}
	by, err := os.ReadFile(filepath.Join(home, "whole", "made by"))
	if err != nil || string(by) != "first" {
		t.Errorf("made by the %s, %v; want the first", by, err)
	}
	if err := settle(filepath.Join(home, "never"), filepath.Join(home, "other")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("settle what is not there: %v", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}
