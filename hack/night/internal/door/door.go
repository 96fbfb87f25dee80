/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package door forwards requests to a channel, as a load balancer or an ingress does.
// Each request has a connection of its own. A Service chooses a pod for each connection,
// so it spreads requests over its pods, not people. A door retries nothing and hides
// nothing: if no pod answers, it answers 502.
package door

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	// longestConnect limits the time to connect.
	longestConnect = 5 * time.Second
	longestClose   = 2 * time.Second
)

// Door is a listener on this machine.
type Door struct {
	server   *http.Server
	listener net.Listener
}

// Open forwards from a free port of this machine to an address. If there are cookies,
// each request carries one of them, in turn.
func Open(to *url.URL, cookies ...string) (*Door, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open a door: %w", err)
	}
	quiet := log.New(io.Discard, "", 0)
	turn := atomic.Uint64{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
			r.SetXForwarded()
			r.Out.Host = r.In.Host
			if len(cookies) > 0 {
				r.Out.Header.Set("Cookie", cookies[turn.Add(1)%uint64(len(cookies))])
			}
		},
		Transport: &http.Transport{
			DisableKeepAlives: true, DisableCompression: true,
			DialContext: (&net.Dialer{Timeout: longestConnect}).DialContext,
		},
		ErrorLog: quiet,
	}
	d := &Door{listener: listener, server: &http.Server{Handler: whole(proxy), ErrorLog: quiet, ReadHeaderTimeout: time.Minute}}
	go func() { _ = d.server.Serve(listener) }() // ends with Close
	return d, nil
}

// largestRequest limits the size of a request.
const largestRequest = 1 << 20

// whole reads a request to its end before it is forwarded, as proxies do: a slow
// client does not slow down a pod.
func whole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestRequest))
		if err != nil {
			http.Error(w, "the request was not read to its end", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// URL returns the door's address.
func (d *Door) URL() string { return "http://" + d.listener.Addr().String() }

// Close closes the door and its open connections.
func (d *Door) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), longestClose)
	defer cancel()
	if err := d.server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return d.server.Close()
}
