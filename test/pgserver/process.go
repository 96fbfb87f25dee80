/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/mezzanotte/mezzanotte/test/child"
)

// process is a postmaster: PostgreSQL's first process, the parent of all others.
type process struct{ *child.Process }

func (s *Server) spawn() (*process, error) {
	command := exec.Command(s.programs.path("postgres"), s.arguments()...)
	command.Dir, command.Env = s.directory, environment()
	command.SysProcAttr = &syscall.SysProcAttr{Credential: s.account.credential}
	started, err := child.Start(command, s.Log(), syscall.SIGINT)
	return &process{started}, err
}

func (s *Server) arguments() []string {
	connections := s.options.MaxConnections
	if connections == 0 {
		connections = 200
	}
	settings := map[string]string{
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(s.port),
		"unix_socket_directories": "",
		"max_connections":         strconv.Itoa(connections),
		"log_timezone":            "UTC",
		"timezone":                "UTC",
	}
	arguments := []string{"-D", s.data()}
	for name, value := range settings {
		arguments = append(arguments, "-c", name+"="+value)
	}
	for name, value := range s.options.Settings { // the last one of a name counts
		arguments = append(arguments, "-c", name+"="+value)
	}
	return arguments
}

// stop asks the postmaster to end its sessions and to leave the data in order.
func (p *process) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), longestStop)
	defer cancel()
	select {
	case <-p.Exited:
		return fmt.Errorf("PostgreSQL had ended by itself: %w", errors.Join(p.Err, errUnasked))
	default:
	}
	if err := p.Signal(syscall.SIGINT); err != nil {
		return err
	}
	select {
	case <-p.Exited:
		return p.Err
	case <-ctx.Done():
		return errors.Join(errors.New("PostgreSQL does not stop, so it was killed"), p.kill())
	}
}

var errUnasked = errors.New("nobody had asked it to")

// kill ends the postmaster and all its children. It holds the postmaster still first,
// so that no child is born meanwhile; when it returns, none of them is left to write.
func (p *process) kill() error {
	ctx, cancel := context.WithTimeout(context.Background(), longestStop)
	defer cancel()
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	family, err := children(p.PID())
	for _, child := range family {
		_ = syscall.Kill(child, syscall.SIGKILL) // it may have ended by itself
	}
	err = errors.Join(err, p.Signal(syscall.SIGKILL))
	select {
	case <-p.Exited:
	case <-ctx.Done():
		return errors.Join(err, errors.New("PostgreSQL survives SIGKILL"))
	}
	for slices.ContainsFunc(family, alive) && ctx.Err() == nil {
		<-after(ctx, time.Millisecond)
	}
	return errors.Join(err, ctx.Err())
}

// freePort is below those that systems hand out by themselves. Were it one of them,
// one of many clients that call again and again while the server is down would in the
// end be given the server's own port to call from, and keep it.
func freePort() (int, error) {
	var errs []error
	for range 100 {
		port := 15000 + rand.IntN(17000)
		listener, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			return port, listener.Close()
		}
		errs = append(errs, err)
	}
	return 0, fmt.Errorf("find a free port: %w", errors.Join(errs...))
}

// environment is the part of ours that PostgreSQL's programs need. Nothing of the
// user's may change what they do, and their messages are parsed.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
}

// after is closed once some time has passed, or ctx has ended.
func after(ctx context.Context, pause time.Duration) <-chan struct{} {
	ctx, cancel := context.WithTimeout(ctx, pause)
	context.AfterFunc(ctx, cancel)
	return ctx.Done()
}
