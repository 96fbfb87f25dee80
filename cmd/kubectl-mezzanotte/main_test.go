/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// config of the API server that the tests share.
var config *rest.Config

func TestMain(m *testing.M) {
	os.Exit(testenv.Run(m, &config))
}

// evening before the midnight that ends 1 December 2026 in Rome.
const evening = "2026-12-01T21:00:00Z"

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// newSession at an instant, on the tests' API server.
func newSession(t *testing.T, now string) *session {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	s := &session{Clock: clocktesting.NewFakePassiveClock(at(now)), Config: genericclioptions.NewConfigFlags(true)}
	s.IOStreams, _, _, _ = genericiooptions.NewTestIOStreams()
	s.Config.WrapConfigFn = func(*rest.Config) *rest.Config { return rest.CopyConfig(config) }
	return s
}

// result of a command.
type result struct {
	status      int
	out, errOut string
}

// execute a command line with a text on its standard input.
func execute(t *testing.T, now, stdin string, args ...string) result {
	t.Helper()
	s := newSession(t, now)
	var out, errOut bytes.Buffer
	s.In, s.Out, s.ErrOut = bytes.NewBufferString(stdin), &out, &errOut
	status := run(t.Context(), s, args)
	return result{status: status, out: out.String(), errOut: errOut.String()}
}
