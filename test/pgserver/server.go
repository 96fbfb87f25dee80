/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package postgres starts a real PostgreSQL on this machine, for tests, benches and
// `make run-booking`.
//
// It is the newest that is installed; where none is, the npm package that carries
// PostgreSQL's programs is fetched, once. It listens on 127.0.0.1 only, where it
// trusts whoever calls. PostgreSQL refuses to run as root, so root starts it as
// somebody else. On Linux it ends with the process that started it, however that
// one ends.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Superuser is who URIs name.
const Superuser = "postgres"

const (
	// longestStart includes the recovery of what a kill has left.
	longestStart = 2 * time.Minute
	// longestStop is when a server that was asked to end is killed.
	longestStop = 30 * time.Second
)

// Options of a server. The zero value is one that loses no committed row, and whose
// data goes with it.
type Options struct {
	// Directory keeps the data, for the next server too. Where it is empty, the data
	// is temporary.
	Directory string
	// MaxConnections is 200 if zero.
	MaxConnections int
	// Settings are what postgresql.conf can say, such as fsync: off.
	Settings map[string]string
}

// Server is one PostgreSQL server.
type Server struct {
	programs  programs
	account   account
	options   Options
	directory string
	lock      *os.File // of a temporary directory
	port      int

	mu      sync.Mutex
	running *process // nil where it was stopped or killed
	made    int      // databases for tests
}

// Start starts a server, and returns when it answers.
func Start(ctx context.Context, o Options) (*Server, error) {
	s := &Server{options: o}
	err := s.prepare(ctx)
	if err == nil {
		err = s.startSomewhere(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w", err), s.Stop())
	}
	return s, nil
}

// prepare finds all that the server needs before it can start.
func (s *Server) prepare(ctx context.Context) (err error) {
	if s.account, err = unprivileged(); err != nil {
		return err
	}
	cache, err := cacheDirectory(s.account)
	if err != nil {
		return err
	}
	if s.programs, err = find(ctx, s.account, cache); err != nil {
		return err
	}
	if err := s.place(); err != nil {
		return err
	}
	if closed := s.account.kept(s.directory); closed != "" {
		return fmt.Errorf("%s, as whom PostgreSQL runs, cannot enter %s: choose another directory (TMPDIR)", s.account.name, closed)
	}
	return s.fill(ctx, cache)
}

// place makes the server's directory: the one that is to be kept, or a temporary one.
func (s *Server) place() (err error) {
	if s.options.Directory == "" {
		s.directory, s.lock, err = temporary()
		return err
	}
	if s.directory, err = filepath.Abs(s.options.Directory); err != nil {
		return err
	}
	return os.MkdirAll(s.directory, 0o755)
}

func (s *Server) data() string { return filepath.Join(s.directory, "data") }

// Log is the path of what the server writes about itself.
func (s *Server) Log() string { return filepath.Join(s.directory, "log") }

// Version is PostgreSQL's, such as 15.14.
func (s *Server) Version() string { return s.programs.version.String() }

// Port is where it listens, on 127.0.0.1. It never changes.
func (s *Server) Port() int { return s.port }

// URI is the address of one of its databases; "postgres" is always there.
func (s *Server) URI(database string) string {
	address := url.URL{
		Scheme: "postgres", User: url.User(Superuser),
		Host: "127.0.0.1:" + strconv.Itoa(s.port), Path: "/" + database,
		RawQuery: "sslmode=disable",
	}
	return address.String()
}

// Stop ends the server and its clients' connections, and removes its data unless
// Options say where to keep it. Once it was stopped, stopping it does nothing.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.halt()
	if s.lock != nil {
		err = errors.Join(err, os.RemoveAll(s.directory), os.Remove(s.lock.Name()), s.lock.Close())
		s.lock = nil
	}
	return err
}

// Kill ends the server's processes as a power cut would: at once, whatever they do.
func (s *Server) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		return nil
	}
	p := s.running
	s.running = nil
	return p.kill()
}

// Restart starts the server again with the same data at the same address; where it
// runs, it ends first.
func (s *Server) Restart(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.halt(); err != nil && !errors.Is(err, errUnasked) {
		return fmt.Errorf("restart PostgreSQL: %w", err)
	}
	if err := s.start(ctx); err != nil {
		return fmt.Errorf("restart PostgreSQL: %w", err)
	}
	return nil
}

// up reports whether the server is meant to run.
func (s *Server) up() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running != nil
}

func (s *Server) halt() error {
	if s.running == nil {
		return nil
	}
	p := s.running
	s.running = nil
	return p.stop()
}

// startSomewhere starts the server at a port that is free.
func (s *Server) startSomewhere(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for attempt := 1; ; attempt++ {
		var err error
		if s.port, err = freePort(); err != nil {
			return err
		}
		err = s.start(ctx)
		if attempt == 5 || !errors.Is(err, errPortTaken) {
			return err
		}
	}
}

func (s *Server) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, longestStart)
	defer cancel()
	p, err := s.spawn()
	if err != nil {
		return err
	}
	if err := s.answers(ctx, p); err != nil {
		return errors.Join(err, p.kill())
	}
	s.running = p
	return nil
}

// answers waits until it is this server that answers, and not one that took its port.
func (s *Server) answers(ctx context.Context, p *process) error {
	for {
		err := s.greet(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return s.explain(p.err)
		case <-ctx.Done():
			return errors.Join(err, s.explain(ctx.Err()))
		case <-after(ctx, 10*time.Millisecond):
		}
	}
}

func (s *Server) greet(ctx context.Context) error {
	connection, err := pgx.Connect(ctx, s.URI("postgres"))
	if err != nil {
		return err
	}
	var data string
	err = connection.QueryRow(ctx, "SHOW data_directory").Scan(&data)
	if err == nil && data != s.data() {
		err = fmt.Errorf("another PostgreSQL answers at port %d: %w", s.port, errPortTaken)
	}
	return errors.Join(err, connection.Close(ctx))
}

var errPortTaken = errors.New("the port is taken")

// explain adds what the server wrote last.
func (s *Server) explain(ended error) error {
	text, err := os.ReadFile(s.Log())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(ended, err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	last := strings.Join(lines[max(0, len(lines)-10):], "\n")
	if strings.Contains(last, "Address already in use") {
		ended = errors.Join(ended, errPortTaken)
	}
	return fmt.Errorf("it did not start: %w\n%s", ended, last)
}
