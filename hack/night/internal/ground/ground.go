/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package ground prepares what a night needs: a Kubernetes cluster of its own with the
// operator, a PostgreSQL beside it, and the programs. All of it is on this machine and
// is removed when the night is over.
//
// With a real node, the operator runs in the cluster, from config/default, and booking
// servers run in pods. With simulated nodes nothing runs in pods: the operator is a
// process with the rights of its ServiceAccount, and each channel has one booking
// server, a process on this machine, for any number of simulated pods.
package ground

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/test/stage"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// Ground is one cluster with the operator on it.
type Ground struct {
	*stage.Stage // nil until the cluster is up
	// Client and Config give up on a request sooner than those of the stage.
	Client client.Client
	Config *rest.Config
	Real   bool
	// Machine is the address at which pods reach this machine.
	Machine string
	// Directory holds programs and the files of nights; Clear removes it.
	Directory string

	operator *stage.Manager // as a process
}

// Options configures a ground.
type Options struct {
	Name string
	Real bool
	Out  io.Writer // for what builds and starts say
	Say  func(format string, args ...any)
}

// Lay builds the programs, starts the cluster and installs the operator. The caller
// calls Clear unless there was an error.
func Lay(ctx context.Context, o Options) (*Ground, error) {
	directory, err := os.MkdirTemp("", "mezzanotte-night-")
	if err != nil {
		return nil, fmt.Errorf("make a working directory: %w", err)
	}
	// PostgreSQL, which runs as another user, reads a file in it.
	g := &Ground{Real: o.Real, Directory: directory}
	if err = os.Chmod(directory, 0o711); err == nil {
		err = g.lay(ctx, o)
	}
	if err != nil {
		return nil, errors.Join(err, g.Clear())
	}
	return g, nil
}

func (g *Ground) lay(ctx context.Context, o Options) error {
	o.Say("building the crowd")
	if err := (source{"cmd/crowd", "."}).build(ctx, o.Out, g.Program("crowd")); err != nil {
		return err
	}
	if g.Real {
		return g.layReal(ctx, o)
	}
	return g.laySimulated(ctx, o)
}

// Clear ends everything and removes it.
func (g *Ground) Clear() error {
	var errs []error
	if g.operator != nil {
		errs = append(errs, g.operator.Stop())
	}
	if g.Stage != nil {
		errs = append(errs, g.Down())
	}
	return errors.Join(append(errs, os.RemoveAll(g.Directory))...)
}

// Program returns the path of a program's executable.
func (g *Ground) Program(name string) string { return filepath.Join(g.Directory, name) }

// connect makes the client and reads the API server's address.
func (g *Ground) connect() (err error) {
	g.Config = rest.CopyConfig(g.Stage.Config)
	g.Config.Timeout = 5 * time.Second // an outage must not hold up who looks
	if g.Client, err = client.New(g.Config, client.Options{Scheme: testenv.Scheme()}); err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	server, err := url.Parse(g.Config.Host)
	if err != nil {
		return fmt.Errorf("read where the API server is: %w", err)
	}
	g.Machine = server.Hostname()
	return nil
}

// laySimulated starts a cluster with simulated nodes, and the operator as a process.
func (g *Ground) laySimulated(ctx context.Context, o Options) error {
	o.Say("building the booking server")
	if err := (source{".", "./cmd/booking"}).build(ctx, o.Out, g.Program("booking")); err != nil {
		return err
	}
	o.Say("starting a cluster with simulated nodes")
	var err error
	if g.Stage, err = stage.Up(ctx, o.Name, o.Out); err != nil {
		return err
	}
	o.Say("installing the operator and starting it with the rights of its ServiceAccount")
	if err := errors.Join(g.Install(ctx), g.BuildManager(ctx)); err != nil {
		return err
	}
	if g.operator, err = g.StartManager(ctx); err != nil {
		return err
	}
	return g.connect()
}

// source names a program of a module of the repository.
type source struct{ module, path string }

// build builds a program.
func (s source) build(ctx context.Context, out io.Writer, to string) error {
	command := exec.CommandContext(ctx, "go", "build", "-o", to, s.path)
	command.Dir, command.Stderr = testenv.Path(s.module), out
	if err := command.Run(); err != nil {
		return fmt.Errorf("build %s: %w", to, err)
	}
	return nil
}
