/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/workload"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// farewell is a pod's termination grace period.
const farewell = 30 * time.Second

// server is a booking server as a process of this machine, where nothing runs in pods.
type server struct {
	channel, address, log string
	command               *exec.Cmd
	ended                 chan struct{}
}

// mirror keeps the platform's catalog in a file, as a mounted ConfigMap is one.
func (n *nightly) mirror(ctx context.Context) {
	key := client.ObjectKey{Namespace: n.namespace, Name: workload.CatalogConfigMap(platformName)}
	last := ""
	for ; ctx.Err() == nil; sleep(ctx, lookEvery) {
		var published corev1.ConfigMap
		if err := n.Client.Get(ctx, key, &published); err != nil {
			continue // not yet, or not now
		}
		text := published.Data[workload.CatalogKey]
		if text == last || text == "" {
			continue
		}
		path := n.path("catalog.json")
		if err := errors.Join(os.WriteFile(path+".new", []byte(text), 0o600), os.Rename(path+".new", path)); err == nil {
			last = text
		}
	}
}

// serve starts a server for each channel, and returns when all can book.
func (n *nightly) serve(ctx context.Context) error {
	for _, c := range n.Channels {
		s, err := n.start(c)
		if err != nil {
			return err
		}
		n.servers = append(n.servers, s)
		n.answers[c.Name] = s.address
	}
	for _, s := range n.servers {
		if err := until(ctx, startWithin, "the "+s.channel+" server is ready", s.ready); err != nil {
			return err
		}
	}
	return nil
}

func (n *nightly) start(c night.Channel) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find a port for %s: %w", c.Name, err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, fmt.Errorf("find a port for %s: %w", c.Name, err)
	}
	s := &server{channel: c.Name, address: "http://" + address, log: n.path(c.Name + ".log"), ended: make(chan struct{})}
	log, err := os.Create(s.log)
	if err != nil {
		return nil, fmt.Errorf("make a log: %w", err)
	}
	defer func() { _ = log.Close() }() // the process has its own handle
	kind := map[night.Kind]string{night.Web: "web", night.App: "app", night.CallCentre: "desk"}[c.Kind]
	s.command = exec.Command(n.Program("booking"),
		"--channel-type="+kind, "--channel="+c.Name, "--listen="+address, "--metrics-listen=", "--public-url="+s.address,
		"--catalog="+n.path("catalog.json"), "--database="+n.path("database"), "--identifier-keys="+n.path("keys"),
		"--database-connections=6")
	if c.Kind == night.CallCentre {
		s.command.Args = append(s.command.Args, "--sign-in="+n.path("agents"))
	}
	s.command.Env = append(os.Environ(), "MEZZANOTTE_CHANNEL="+c.Name, "MEZZANOTTE_CHANNEL_TYPE="+kind, "MEZZANOTTE_PLATFORM="+platformName)
	s.command.Stdout, s.command.Stderr = log, log
	s.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is for us, who then stop it
	if err := s.command.Start(); err != nil {
		return nil, fmt.Errorf("start the %s server: %w", c.Name, err)
	}
	go func() {
		_ = s.command.Wait() // its reason is in the log
		close(s.ended)
	}()
	return s, nil
}

// ready is nil once the server can book; an error says what its log says last.
func (s *server) ready(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err == nil {
		err = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			err = fmt.Errorf("it answers %s", answer.Status)
		}
	}
	if err == nil {
		return nil
	}
	text, _ := os.ReadFile(s.log) // the error is said in any case
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return fmt.Errorf("%w; its log ends with %s", err, lines[len(lines)-1])
}

// serving are the servers, as houses to knock at.
func (n *nightly) serving() []house {
	var all []house
	for _, s := range n.servers {
		all = append(all, house{s.channel, s.channel + " (process)", s.address, ""})
	}
	return all
}

// stopServers asks all to finish what they have, and ends those that do not.
func (n *nightly) stopServers() error {
	for _, s := range n.servers {
		_ = s.command.Process.Signal(syscall.SIGTERM) // it may have ended
	}
	deadline := time.After(farewell)
	var errs []error
	for _, s := range n.servers {
		select {
		case <-s.ended:
		case <-deadline:
			errs = append(errs, fmt.Errorf("the %s server did not stop, so it was killed", s.channel), s.command.Process.Kill())
		}
	}
	return errors.Join(errs...)
}
