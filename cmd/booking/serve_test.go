/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

// free returns an address at which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// status asks until something listens, and returns the status of the answer.
func status(t *testing.T, url string) int {
	t.Helper()
	for {
		answer, err := http.Get(url)
		if err == nil {
			_ = answer.Body.Close()
			return answer.StatusCode
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal(err)
		}
	}
}

// Profiles are off by default. When they are on, they have a listener of their own.
func TestProfiles(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(
		os.WriteFile(filepath.Join(dir, "uri"), []byte("postgres://127.0.0.1:1/none\n"), 0o600),
		os.Mkdir(filepath.Join(dir, "keys"), 0o700),
		os.WriteFile(filepath.Join(dir, "keys", "2026-11"), []byte(keyring.Generate([32]byte{1})), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	for name, on := range map[string]bool{"off by default": false, "on": true} {
		t.Run(name, func(t *testing.T) {
			public, profiles := free(t), free(t)
			args := []string{
				"--channel-type=web", "--channel=web", "--database=" + filepath.Join(dir, "uri"), "--identifier-keys=" + filepath.Join(dir, "keys"),
				"--listen=" + public, "--metrics-listen=",
			}
			if on {
				args = append(args, "--pprof-address="+profiles)
			}
			c := command()
			c.SetArgs(args)
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- c.ExecuteContext(ctx) }()
			const path = "/debug/pprof/goroutine"
			if got := status(t, "http://"+public+"/livez"); got != http.StatusOK {
				t.Errorf("/livez is answered %d", got)
			}
			if got := status(t, "http://"+public+path); got != http.StatusNotFound {
				t.Errorf("the public listener answers %d to a request for profiles", got)
			}
			if on {
				if got := status(t, "http://"+profiles+path); got != http.StatusOK {
					t.Errorf("profiles are answered %d", got)
				}
			} else if answer, err := http.Get("http://" + profiles + path); err == nil {
				_ = answer.Body.Close()
				t.Errorf("profiles are there, and answered %d", answer.StatusCode)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}
