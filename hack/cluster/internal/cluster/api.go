package cluster

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// api talks to one server with the few requests that are needed here.
type api struct {
	base   string
	client *http.Client
}

// errAlreadyThere means the object to be made exists.
var errAlreadyThere = errors.New("it exists already")

// connect trusts the named authority and presents the named certificate.
func (c Cluster) connect(base, authority, user string) (api, error) {
	trusted, err := os.ReadFile(c.certificate(authority + ".crt"))
	if err != nil {
		return api{}, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(trusted)
	pair, err := tls.LoadX509KeyPair(c.certificate(user+".crt"), c.certificate(user+".key"))
	if err != nil {
		return api{}, err
	}
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost: 8,
	}
	return api{base: base, client: &http.Client{Transport: transport, Timeout: 5 * time.Second}}, nil
}

func (c Cluster) connectAPIServer(state *State) (api, error) {
	server, err := state.Component(apiServer)
	if err != nil {
		return api{}, err
	}
	return c.connect(base(*server), "ca", "admin")
}

// base returns the URL of a server without a path.
func base(server Component) string {
	return strings.TrimSuffix(server.Health, "/readyz")
}

func (a api) get(ctx context.Context, path string, into any) error {
	return a.do(ctx, call{method: http.MethodGet, path: path, into: into})
}

func (a api) create(ctx context.Context, path string, object any) error {
	return a.do(ctx, call{method: http.MethodPost, path: path, send: object})
}

// call makes one request. send and into may be nil.
type call struct {
	method, path string
	send, into   any
}

func (a api) do(ctx context.Context, c call) error {
	var body io.Reader
	if c.send != nil {
		content, err := json.Marshal(c.send)
		if err != nil {
			return err
		}
		body = bytes.NewReader(content)
	}
	request, err := http.NewRequestWithContext(ctx, c.method, a.base+c.path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return err
	case response.StatusCode == http.StatusConflict:
		return errAlreadyThere
	case response.StatusCode >= 300:
		return fmt.Errorf("%s %s: %s: %.300s", c.method, c.path, response.Status, content)
	case c.into == nil:
		return nil
	}
	return json.Unmarshal(content, c.into)
}
