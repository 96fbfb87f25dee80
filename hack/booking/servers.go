/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mezzanotte/mezzanotte/test/child"
)

const (
	// longestStart includes the migrations and the first slots.
	longestStart = time.Minute
	connections  = 8
	// metricsAbove is the distance from a server's port to the port of its metrics.
	metricsAbove = 1010
)

// channels of the sample, and their values of --channel-type.
var (
	channels = []string{"web", "app", "desk"}
	types    = map[string]string{"web": "web", "app": "app", "desk": "call-centre"}
)

// server is one booking server.
type server struct {
	channel string
	address string // http://127.0.0.1:8080
	metrics string // http://127.0.0.1:9090/metrics
	*child.Process
}

type servers []*server

// startServers builds and starts a server for each channel, and returns when all are
// ready to book. Also after an error it returns those that it has started.
func startServers(ctx context.Context, p place, port int) (servers, error) {
	program := p.path("booking")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/booking")
	build.Dir, build.Stderr = repository(), os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build cmd/booking: %w", err)
	}
	if err := p.enrol(ctx, program); err != nil {
		return nil, err
	}
	var started servers
	for i, channel := range channels {
		s, err := start(p, program, channel, port+i)
		if err != nil {
			return started, err
		}
		started = append(started, s)
	}
	for _, s := range started {
		if err := s.ready(ctx); err != nil {
			return started, err
		}
	}
	return started, nil
}

func start(p place, program, channel string, port int) (*server, error) {
	address, metrics := "127.0.0.1:"+strconv.Itoa(port), "127.0.0.1:"+strconv.Itoa(port+metricsAbove)
	s := &server{channel: channel, address: "http://" + address, metrics: "http://" + metrics + "/metrics"}
	command := exec.Command(program,
		"--channel-type="+types[channel], "--channel="+channel, "--listen="+address, "--metrics-listen="+metrics, "--public-url="+s.address,
		"--catalog="+p.catalog(), "--database="+p.path("database"), "--identifier-keys="+p.path("keys"),
		"--database-connections="+strconv.Itoa(connections))
	if channel == "desk" {
		command.Args = append(command.Args, "--sign-in="+p.path("sign-in"))
	}
	command.Env = append(os.Environ(), "MEZZANOTTE_CHANNEL="+channel, "MEZZANOTTE_CHANNEL_TYPE="+types[channel], "MEZZANOTTE_PLATFORM=lazio")
	log := p.path(channel + ".log")
	if err := os.WriteFile(log, nil, 0o644); err != nil { // that of the last time goes
		return nil, err
	}
	var err error
	if s.Process, err = child.Start(command, log, syscall.SIGTERM); err != nil {
		return nil, fmt.Errorf("start the %s server: %w", channel, err)
	}
	return s, nil
}

// ready waits until the server says that it can book.
func (s *server) ready(ctx context.Context) error {
	said := "nothing"
	err := s.until(ctx, func(ctx context.Context) (bool, error) {
		answer, err := get(ctx, s.address+"/readyz")
		if answer != "" {
			said = answer
		}
		return err == nil, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the %s server does not become ready, and says %s: %w", s.channel, said, err)
	}
	return err
}

// published waits until the server publishes how many places are free.
func (s *server) published(ctx context.Context) error {
	return s.until(ctx, func(ctx context.Context) (bool, error) {
		slots, err := get(ctx, s.address+slotsPath)
		return slots != "", err
	})
}

// recounted waits until the server's metrics show a recount of all places.
func (s *server) recounted(ctx context.Context) error {
	return s.until(ctx, func(ctx context.Context) (bool, error) {
		metrics, err := get(ctx, s.metrics)
		return strings.Contains(metrics, "oversold_places"), err
	})
}

// until polls while the server runs.
func (s *server) until(ctx context.Context, done func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, longestStart)
	defer cancel()
	for {
		if ok, err := done(ctx); ok || err != nil {
			return err
		}
		select {
		case <-s.Exited:
			return s.failure()
		case <-ctx.Done():
			return fmt.Errorf("%w\n%s", ctx.Err(), s.LastWords(15))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// wait waits for our end, or for a server's, which is an error.
func (all servers) wait(ctx context.Context) error {
	for _, s := range all {
		ctx = s.within(ctx)
	}
	<-ctx.Done()
	for _, s := range all {
		select {
		case <-s.Exited:
			return s.failure()
		default:
		}
	}
	return nil
}

// within returns a context that ends with ctx or with the server.
func (s *server) within(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-s.Exited:
		case <-ctx.Done():
		}
		cancel()
	}()
	return ctx
}

// stop tells all servers to drain, and kills those that do not end in time.
func (all servers) stop() error {
	var started []*child.Process
	for _, s := range all {
		started = append(started, s.Process)
	}
	return child.StopAll(started...)
}

func (s *server) failure() error {
	return fmt.Errorf("the %s server has ended: %w\n%s", s.channel, errors.Join(s.Err, errUnasked), s.LastWords(15))
}

var errUnasked = errors.New("nobody had asked it to")

// get returns the answer to a request, and an error unless it is 200 OK.
func get(ctx context.Context, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	return do(request)
}

// repository returns the root of the checkout.
func repository() string {
	_, this, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(this), "..", "..")
}
