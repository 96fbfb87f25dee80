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
	"syscall"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/workload"
	"github.com/mezzanotte/mezzanotte/test/child"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// server is a booking server that runs as a process, for simulated nodes.
type server struct {
	channel, address string
	*child.Process
}

// mirror keeps the platform's catalog in a file, as a mounted ConfigMap does.
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
	s := &server{channel: c.Name, address: "http://" + address}
	kind := map[night.Kind]string{night.Web: "web", night.App: "app", night.CallCentre: "call-centre"}[c.Kind]
	command := exec.Command(n.Program("booking"),
		"--channel-type="+kind, "--channel="+c.Name, "--listen="+address, "--metrics-listen=", "--public-url="+s.address,
		"--catalog="+n.path("catalog.json"), "--database="+n.path("database"), "--identifier-keys="+n.path("keys"),
		"--database-connections=6")
	if c.Kind == night.CallCentre {
		command.Args = append(command.Args, "--sign-in="+n.path("agents"))
	}
	command.Env = append(os.Environ(), "MEZZANOTTE_CHANNEL="+c.Name, "MEZZANOTTE_CHANNEL_TYPE="+kind, "MEZZANOTTE_PLATFORM="+platformName)
	if s.Process, err = child.Start(command, n.path(c.Name+".log"), syscall.SIGTERM); err != nil {
		return nil, fmt.Errorf("start the %s server: %w", c.Name, err)
	}
	return s, nil
}

// ready returns nil once the server can book. Until then it returns an error with the
// last line of the server's log.
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
	return fmt.Errorf("%w; its log ends with %s", err, s.LastWords(1))
}

// serving returns the servers as houses to knock at.
func (n *nightly) serving() []house {
	var all []house
	for _, s := range n.servers {
		all = append(all, house{s.channel, s.channel + " (process)", s.address, ""})
	}
	return all
}

// stopServers tells all servers to drain, and kills those that do not end in time.
func (n *nightly) stopServers() error {
	var started []*child.Process
	for _, s := range n.servers {
		started = append(started, s.Process)
	}
	return child.StopAll(started...)
}
