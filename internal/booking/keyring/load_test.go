/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keyring

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLoad(t *testing.T) {
	good := Generate(random(1))
	for name, tc := range map[string]struct {
		file, content string
		want          string // of the error; none where it is read
	}{
		"as it is generated":         {"2026-12-01", good, ""},
		"without the end of a line":  {"2026-12-01", strings.TrimSpace(good), ""},
		"with the end of a DOS line": {"2026-12-01", strings.TrimSpace(good) + "\r\n", ""},
		"the longest name":           {strings.Repeat("a", 40), good, ""},

		"a longer name":           {strings.Repeat("a", 41), good, "not the name of a key; name it with small letters"},
		"a name in capitals":      {"Key", good, "not the name of a key"},
		"a name with a dot":       {"key.b64", good, "not the name of a key"},
		"an editor's copy":        {"key~", good, "not the name of a key"},
		"a name with an accent":   {"chiàve", good, "not the name of a key"},
		"an empty file":           {"key", "", "has 0 characters; write 32 random bytes as base64"},
		"an empty line":           {"key", "\n", "has 0 characters"},
		"16 bytes":                {"key", base64.StdEncoding.EncodeToString(make([]byte, 16)), "has 24 characters"},
		"31 bytes":                {"key", base64.StdEncoding.EncodeToString(make([]byte, 31)), "is not 32 bytes as base64"},
		"33 bytes":                {"key", base64.StdEncoding.EncodeToString(make([]byte, 33)), "is not 32 bytes as base64"},
		"the bytes themselves":    {"key", "\x00\x01sssssssssssssssssssssssssssss\xff", "has 32 characters"},
		"as hexadecimal digits":   {"key", strings.Repeat("0f", 32), "has 64 characters"},
		"base64 of base64":        {"key", base64.StdEncoding.EncodeToString([]byte(good)), "has 60 characters"},
		"two keys":                {"key", good + good, "is too long"},
		"two empty lines":         {"key", strings.TrimSpace(good) + "\n\n", "has 45 characters"},
		"a line broken in two":    {"key", good[:20] + "\n" + good[20:], "has 45 characters"},
		"breaks for characters":   {"key", strings.TrimSpace(good)[:36] + "\n\n\n\n\n\n\n\n", "has 43 characters"},
		"base64 for addresses":    {"key", base64.URLEncoding.EncodeToString([]byte(strings.Repeat("\xff", 32))), "is not 32 bytes as base64"},
		"bits that say nothing":   {"key", strings.Repeat("A", 42) + "B=", "is not 32 bytes as base64"},
		"spaces around it":        {"key", " " + good, "has 45 characters"},
		"a file without an end":   {"key", strings.Repeat("A", 1<<20), "is too long"},
		"something else entirely": {"key", "-----BEGIN PRIVATE KEY-----", "has 27 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, tc.file), tc.content)
			keys, err := Load(dir)
			if tc.want == "" {
				if err != nil || !cmp.Equal([]string{tc.file}, keys.Names()) {
					t.Fatalf("error %v, want the key %s", err, tc.file)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), filepath.Join(dir, tc.file)) {
				t.Fatalf("error %v, want %q of %s", err, tc.want, tc.file)
			}
			if content := strings.TrimSpace(tc.content); len(content) > 8 && strings.Contains(err.Error(), content[:8]) {
				t.Errorf("the error says what is in the file: %v", err)
			}
		})
	}
}

// A mounted Secret is a directory of links to links.
func TestLoadFromMountedSecret(t *testing.T) {
	dir := t.TempDir()
	mounted := filepath.Join(dir, "..2026_12_01_00_00_00.123456789")
	if err := os.Mkdir(mounted, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"2026-12-01", "2026-11-01", "9-is-after-2026"} {
		write(t, filepath.Join(mounted, name), Generate(random(byte(i))))
		if err := os.Symlink(filepath.Join("..data", name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Base(mounted), filepath.Join(dir, "..data")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, ".hidden"), "no key")
	if diff := cmp.Diff([]string{"2026-11-01", "2026-12-01", "9-is-after-2026"}, load(t, dir).Names()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoadOfNothingGood(t *testing.T) {
	for name, tc := range map[string]struct {
		arrange func(dir string) error
		want    string
	}{
		"an empty directory": {func(string) error { return nil }, "there is no identifier key: add a file"},
		"no directory":       {os.Remove, "read identifier keys: "},
		"a directory in it":  {func(dir string) error { return os.Mkdir(filepath.Join(dir, "key"), 0o755) }, "key: is not a regular file"},
		"a link to nothing":  {func(dir string) error { return os.Symlink("nowhere", filepath.Join(dir, "key")) }, "no such file"},
		"one key, two names": {func(dir string) error {
			content := []byte(Generate(random(1)))
			return errors.Join(os.WriteFile(filepath.Join(dir, "a"), content, 0o600), os.WriteFile(filepath.Join(dir, "b"), content, 0o600))
		}, "b is the same as a: write a new one"},
		"one key good, one bad": {func(dir string) error {
			return errors.Join(os.WriteFile(filepath.Join(dir, "a"), []byte(Generate(random(1))), 0o600), os.WriteFile(filepath.Join(dir, "b"), nil, 0o600))
		}, "b: has 0 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := tc.arrange(dir); err != nil {
				t.Fatal(err)
			}
			if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

// FuzzDecode: every file that can be read is one that Generate writes, except for the line end.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(Generate(random(1))))
	f.Add([]byte(strings.TrimSpace(Generate(random(2)))))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, content []byte) {
		secret, err := decode(content)
		if err == nil && strings.TrimRight(string(content), "\r\n")+"\n" != Generate(secret) {
			t.Errorf("%q was read as the key %q", content, Generate(secret))
		}
		if err != nil && secret != [size]byte{} {
			t.Error("an error, and a key")
		}
	})
}
