/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"flag"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
)

func parsed(t *testing.T, args ...string) *flags {
	t.Helper()
	set := flag.NewFlagSet("manager", flag.ContinueOnError)
	f := bindFlags(set)
	if err := set.Parse(args); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestProfilesAreOff: nobody finds profiles that were not asked for.
func TestProfilesAreOff(t *testing.T) {
	if got := parsed(t).options(nil).PprofBindAddress; got != "" {
		t.Errorf("profiles are served at %s, want nowhere", got)
	}
}

// TestProfiles: with the flag, a manager serves its profiles, whether it leads or not.
func TestProfiles(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	scheme, err := newScheme()
	if err != nil {
		t.Fatal(err)
	}
	f := parsed(t, "--pprof-bind-address="+address, "--metrics-bind-address=0", "--health-probe-bind-address=0")
	options := f.options(scheme)
	options.Cache = cache.Options{} // there is no API server to ask which kinds have a namespace
	mgr, err := ctrl.NewManager(&rest.Config{Host: "127.0.0.1:1"}, options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the manager ends with %v", err)
		}
	}()
	for range 100 {
		if text, status := get("http://" + address + "/debug/pprof/cmdline"); status == http.StatusOK && text != "" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("no profiles at %s", address)
}

func get(url string) (text string, status int) {
	answer, err := http.Get(url)
	if err != nil {
		return "", 0
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", 0
	}
	return string(body), answer.StatusCode
}
