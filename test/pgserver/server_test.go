/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

// orphan is the environment variable that makes this test binary a process that
// starts a server and is then killed.
const orphan = "MEZZANOTTE_TEST_ORPHAN"

// hasty forgets what a power cut would make it forget.
var hasty = pgserver.Options{Settings: map[string]string{"fsync": "off"}}

var server *pgserver.Server

func TestMain(m *testing.M) {
	if os.Getenv(orphan) != "" {
		os.Exit(beOrphaned())
	}
	os.Exit(pgserver.Run(m, &server, hasty))
}

func TestServer(t *testing.T) {
	c := connect(t, server.URI("postgres"))
	want := map[string]string{
		"max_connections": "200", "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
		"fsync": "off", "synchronous_commit": "on", "server_encoding": "UTF8", "TimeZone": "UTC",
	}
	got := map[string]string{}
	for name := range want {
		got[name] = one[string](t, c, "SELECT current_setting($1)", name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if major := one[int](t, c, "SELECT current_setting('server_version_num')::int / 10000"); major < 15 {
		t.Errorf("PostgreSQL %d, want 15 or newer", major)
	}
}

func TestDatabase(t *testing.T) {
	var uri string
	t.Run("one test", func(t *testing.T) {
		uri = server.Database(t)
		connect(t, uri)
		other := server.Database(t)
		if uri == other {
			t.Errorf("two databases at %s", uri)
		}
		execute(t, connect(t, uri), "CREATE TABLE kept (n int)")
		if n := one[int](t, connect(t, other), "SELECT count(*)::int FROM pg_tables WHERE tablename = 'kept'"); n != 0 {
			t.Error("a new database is not empty")
		}
	})
	if _, err := pgx.Connect(t.Context(), uri); err == nil {
		t.Error("a test's database outlives it")
	}
}

func TestKill(t *testing.T) {
	s := pgserver.Test(t, pgserver.Options{})
	c := connect(t, s.URI("postgres"))
	if on := one[string](t, c, "SHOW fsync"); on != "on" {
		t.Errorf("fsync is %s unless the test says otherwise, want on", on)
	}
	execute(t, c, "CREATE TABLE kept (n int)")
	for n := range 3 {
		execute(t, c, "INSERT INTO kept VALUES ($1)", n)
		execute(t, c, "BEGIN")
		execute(t, c, "INSERT INTO kept VALUES ($1)", 100+n)

		if err := s.Kill(); err != nil {
			t.Fatal(err)
		}
		if _, err := pgx.Connect(t.Context(), s.URI("postgres")); err == nil {
			t.Error("a killed server answers")
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(s.Log()), "data", "postmaster.pid")); err != nil {
			t.Errorf("a killed server had time to tidy up: %v", err)
		}
		uri := s.URI("postgres")
		if err := s.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again := s.URI("postgres"); again != uri {
			t.Errorf("restarted at %s, want %s", again, uri)
		}
		c = connect(t, uri)
		if count, most := one[int](t, c, "SELECT count(*)::int FROM kept"), one[int](t, c, "SELECT max(n) FROM kept"); count != n+1 || most != n {
			t.Errorf("after the kill there are %d rows up to %d, want %d up to %d", count, most, n+1, n)
		}
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatalf("restart what runs: %v", err)
	}
}

func TestStop(t *testing.T) {
	s := pgserver.Test(t, hasty)
	open := connect(t, s.URI("postgres"))
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if err := open.Ping(t.Context()); err == nil {
		t.Error("a session outlives the server")
	}
	if _, err := os.Stat(filepath.Dir(s.Log())); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("temporary data outlives the server: %v", err)
	}
	if err := errors.Join(s.Stop(), s.Kill()); err != nil {
		t.Errorf("end it again: %v", err)
	}
}

func TestDirectory(t *testing.T) {
	o := pgserver.Options{Directory: filepath.Join(directory(t), "kept"), MaxConnections: 7, Settings: hasty.Settings}
	first := pgserver.Test(t, o)
	for range 2 { // the second time it is there
		if err := first.Create(t.Context(), "Tor Vergata"); err != nil {
			t.Fatal(err)
		}
	}
	execute(t, connect(t, first.URI("Tor Vergata")), "CREATE TABLE kept AS SELECT 1")
	if _, err := pgserver.Start(t.Context(), o); err == nil {
		t.Error("two servers with the same data")
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	c := connect(t, pgserver.Test(t, o).URI("Tor Vergata"))
	if n := one[int](t, c, "SELECT count(*)::int FROM kept"); n != 1 {
		t.Errorf("%d rows were kept, want 1", n)
	}
	if n := one[string](t, c, "SHOW max_connections"); n != "7" {
		t.Errorf("%s connections, want 7", n)
	}
}

func TestDirectoryOfAnotherVersion(t *testing.T) {
	kept := directory(t)
	if err := os.Mkdir(filepath.Join(kept, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(kept, "data", "PG_VERSION"), []byte("9.6\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := pgserver.Start(t.Context(), pgserver.Options{Directory: kept})
	if err == nil || !strings.Contains(err.Error(), "made by PostgreSQL 9.6, and this is "+server.Version()) {
		t.Errorf("error %v, want one that names both versions", err)
	}
}

func TestStartWithWrongSetting(t *testing.T) {
	_, err := pgserver.Start(t.Context(), pgserver.Options{Settings: map[string]string{"no_such_setting": "on"}})
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("error %v, want one that names the setting", err)
	}
}

// Several test binaries start at once on a machine where nothing is cached yet.
func TestStartAtOnce(t *testing.T) {
	cache := directory(t)
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	errs := make(chan error)
	for range 3 {
		go func() {
			s, err := pgserver.Start(t.Context(), hasty)
			if err == nil {
				err = s.Stop()
			}
			errs <- err
		}()
	}
	for range 3 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	made, err := filepath.Glob(filepath.Join(cache, "*", "postgres", "*"))
	if err != nil {
		t.Fatal(err)
	}
	macs, err := filepath.Glob(filepath.Join(cache, "Library", "Caches", "*", "postgres", "*"))
	if err != nil {
		t.Fatal(err)
	}
	made = append(made, macs...)
	if len(made) == 0 || slices.ContainsFunc(made, func(path string) bool { return strings.Contains(path, "unfinished") }) {
		t.Errorf("the cache holds %q, want what is whole, and only that", made)
	}
}

// A test binary that is killed cannot stop its server.
func TestOrphan(t *testing.T) {
	command := exec.Command(os.Args[0])
	command.Env, command.Stderr = append(os.Environ(), orphan+"=yes"), os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var said []string
	for len(said) < 2 && lines.Scan() {
		said = append(said, lines.Text())
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // it was killed
	if len(said) < 2 {
		t.Fatalf("it started no server: %q", said)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pidFile := filepath.Join(said[1], "data", "postmaster.pid")
	for {
		if _, err := os.Stat(pidFile); errors.Is(err, fs.ErrNotExist) {
			break // it has tidied up, as when it is asked to end
		}
		if ctx.Err() != nil {
			t.Fatal("a server outlives the process that started it")
		}
		pause, end := context.WithTimeout(ctx, 10*time.Millisecond)
		<-pause.Done()
		end()
	}
	if _, err := pgx.Connect(t.Context(), said[0]); err == nil {
		t.Error("a server without its process answers")
	}

	if err := pgserver.Test(t, hasty).Stop(); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(said[1] + "*"); err != nil || len(left) > 0 {
		t.Errorf("the next server leaves %q of one that was killed: %v", left, err)
	}
	if _, err := os.Stat(server.Log()); err != nil {
		t.Errorf("the next server removes what is in use: %v", err)
	}
}

func beOrphaned() int {
	s, err := pgserver.Start(context.Background(), hasty)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(s.URI("postgres"))
	fmt.Println(filepath.Dir(s.Log()))
	select {}
}

// directory is one that whoever the server runs as may enter; t.TempDir is closed.
func directory(t *testing.T) string {
	t.Helper()
	path, err := os.MkdirTemp("", "mezzanotte-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(path); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func connect(t *testing.T, uri string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) }) // the server may be gone
	return c
}

func execute(t *testing.T, c *pgx.Conn, statement string, arguments ...any) {
	t.Helper()
	if _, err := c.Exec(t.Context(), statement, arguments...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// one is the only value that a query finds.
func one[T any](t *testing.T, c *pgx.Conn, query string, arguments ...any) T {
	t.Helper()
	var value T
	if err := c.QueryRow(t.Context(), query, arguments...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}
