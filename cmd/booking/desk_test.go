/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

func TestNewAgent(t *testing.T) {
	for name, test := range map[string]struct{ agent, typed, want string }{
		"right":          {"anna", "cavallo graffetta 7\n", "anna:$argon2id$v=19$m=19456,t=2,p=1$"},
		"no end of line": {"anna", "cavallo graffetta 7", "anna:$argon2id$"},
		"too short":      {"anna", "cavallo\n", "12 to 256 characters"},
		"nothing":        {"anna", "", "12 to 256 characters"},
		"a wrong name":   {"Anna", "cavallo graffetta 7\n", "not a valid agent name"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			c := command()
			c.SetArgs([]string{"new-agent", test.agent})
			c.SetIn(strings.NewReader(test.typed))
			c.SetOut(&out)
			err := c.ExecuteContext(t.Context())
			said := out.String()
			if err != nil {
				said = err.Error()
			}
			if !strings.Contains(said, test.want) || strings.Contains(said, "cavallo") {
				t.Errorf("got %q, want %q", said, test.want)
			}
		})
	}
}

// TestWrongSignIn starts no desk whose agents cannot be read, and says what would be
// right.
func TestWrongSignIn(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	right := []string{
		"--channel-type=call-centre", "--channel=desk", "--database=" + file("uri", "postgres://127.0.0.1:1/none\n"), "--listen=127.0.0.1:0", "--metrics-listen=",
		"--identifier-keys=" + filepath.Dir(file("keys/2026-11", keyring.Generate([32]byte{1}))),
	}
	for name, test := range map[string]struct{ directory, want string }{
		"a directory that is not": {dir + "/none", "--sign-in: stat"},
		"an empty one":            {t.TempDir(), "contains neither agents, with a line for each agent, nor oidc.json"},
		"a password in it":        {filepath.Dir(file("agents/agents", "anna:hunter2")), "line 1 is for anna, whose hash is perhaps the password itself"},
		"half a client":           {filepath.Dir(file("client/oidc.json", `{"issuer":"https://login.example.org"}`)), "oidc.json: clientID is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			c := command()
			c.SetArgs(append(append([]string{}, right...), "--sign-in="+test.directory))
			err := c.ExecuteContext(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
