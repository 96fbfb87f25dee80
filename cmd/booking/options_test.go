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

// TestWrongFlags: each error names the wrong flag and what to write instead.
func TestWrongFlags(t *testing.T) {
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
	uri := file("uri", "postgres://127.0.0.1:1/none\n")
	keys := filepath.Dir(file("keys/2026-11", keyring.Generate([32]byte{1})))
	right := []string{"--channel-type=web", "--channel=web", "--database=" + uri, "--identifier-keys=" + keys, "--listen=127.0.0.1:0", "--metrics-listen="}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no such type":         {[]string{"--channel-type=fax"}, `--channel-type is "fax": write ` + channelTypeNames()},
		"no name":              {[]string{"--channel="}, "--channel is missing"},
		"no database":          {[]string{"--database="}, "--database is missing: write the file"},
		"a file that is not":   {[]string{"--database=" + dir + "/none"}, "--database: open"},
		"another database":     {[]string{"--database=" + file("other", "mysql://u:hunter2@h/x")}, "--database: read the database's URI"},
		"no keys":              {[]string{"--identifier-keys="}, "--identifier-keys is missing"},
		"an empty directory":   {[]string{"--identifier-keys=" + t.TempDir()}, "read the identifier keys"},
		"half a key":           {[]string{"--identifier-keys=" + filepath.Dir(file("half/2026", "c2hvcnQ="))}, "write 32 random bytes as base64"},
		"no connections":       {[]string{"--database-connections=0"}, "--database-connections is 0: write 1 to 1000"},
		"no days":              {[]string{"--horizon-days=0"}, "--horizon-days is 0: write 1 to 366"},
		"no time to drain":     {[]string{"--drain=-1s"}, "--drain is -1s: write 0s or more"},
		"an address, no net":   {[]string{"--trusted-proxies=10.0.0.1"}, `--trusted-proxies: "10.0.0.1" is not a network: write one such as 10.0.0.0/8`},
		"profiles for all":     {[]string{"--pprof-address=:6060"}, `--pprof-address is ":6060": write an IP address and a port, such as 127.0.0.1:6060`},
		"profiles at a port":   {[]string{"--pprof-address=6060"}, `--pprof-address is "6060"`},
		"profiles at a name":   {[]string{"--pprof-address=booking:6060"}, `--pprof-address is "booking:6060"`},
		"profiles, no port":    {[]string{"--pprof-address=127.0.0.1:"}, `--pprof-address is "127.0.0.1:"`},
		"profiles at no port":  {[]string{"--pprof-address=127.0.0.1:100000"}, "--pprof-address: listen"},
		"no address to listen": {[]string{"--listen=nowhere"}, "--listen:"},
		"a word too many":      {[]string{"serve"}, `unknown command "serve"`},
	} {
		t.Run(name, func(t *testing.T) {
			c := command()
			c.SetArgs(append(append([]string{}, right...), test.args...))
			err := c.ExecuteContext(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a password: %v", err)
			}
		})
	}
}

func TestNewKey(t *testing.T) {
	var made [2]bytes.Buffer
	for i := range made {
		c := command()
		c.SetArgs([]string{"new-key"})
		c.SetOut(&made[i])
		if err := c.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "2026-11"), made[i].Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := keyring.Load(dir); err != nil {
			t.Errorf("the key that is printed is none: %v", err)
		}
	}
	if made[0].String() == made[1].String() {
		t.Error("the same key twice")
	}
}
