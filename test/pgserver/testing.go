/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

// longestDrop bounds how long it may take to remove a test's database.
const longestDrop = time.Minute

// Test starts a server that lives as long as the test.
func Test(tb testing.TB, o Options) *Server {
	tb.Helper()
	s, err := Start(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Stop(); err != nil {
			tb.Errorf("stop PostgreSQL: %v", err)
		}
	})
	return s
}

// Run is for TestMain: it runs the package's tests with one server, which it puts
// into s, and returns the exit code. Each test takes a [Server.Database] of its own.
func Run(m *testing.M, s **Server, o Options) int {
	started, err := Start(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	*s = started
	code := m.Run()
	if err := started.Stop(); err != nil {
		fmt.Fprintf(os.Stderr, "stop PostgreSQL: %v\n", err)
		return max(code, 1)
	}
	return code
}

// Database makes an empty database that no other test has, and returns its address.
// It goes with the test, whoever still uses it.
func (s *Server) Database(tb testing.TB) (uri string) {
	tb.Helper()
	s.mu.Lock()
	s.made++
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), s.made) // kept data may have those of others
	s.mu.Unlock()
	if err := s.execute(tb.Context(), "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		tb.Fatalf("make a database: %v", err)
	}
	tb.Cleanup(func() {
		if !s.up() {
			return // the test has killed it
		}
		ctx, cancel := context.WithTimeout(context.Background(), longestDrop)
		defer cancel()
		if err := s.execute(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			tb.Errorf("remove the test's database: %v", err)
		}
	})
	return s.URI(name)
}
