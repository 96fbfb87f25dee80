/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package protocol

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Client sends requests. It follows no redirects and uses no proxies, so that a crowd stays
// where it was sent.
type Client struct {
	Transport http.RoundTripper
	// Timeout of one request.
	Timeout time.Duration
}

// Tuning of connections for a crowd on one machine.
const (
	idleFor    = 90 * time.Second
	bufferSize = 4 << 10
	// mostOfAnAnswer limits the bytes that are read of an answer.
	mostOfAnAnswer = 4 << 20
	// mostIdle limits the idle connections to each server.
	mostIdle = 20_000
)

// NewTransport returns a transport with no limit on its connections: people do not wait for
// each other.
func NewTransport(dialer *net.Dialer) *http.Transport {
	dialer.KeepAlive = -1
	return &http.Transport{
		DialContext:         dialer.DialContext,
		MaxIdleConns:        mostIdle,
		MaxIdleConnsPerHost: mostIdle,
		IdleConnTimeout:     idleFor,
		DisableCompression:  true, // answers are not looked at where they are long
		WriteBufferSize:     bufferSize,
		ReadBufferSize:      bufferSize,
	}
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// headers are the same for every request; net/http does not write to them.
var (
	wantsPage = []string{"application/fhir+json, application/fhir+ndjson, */*"}
	wantsFHIR = []string{"application/fhir+json"}
	gzip      = []string{"gzip"}
	agent     = []string{"mezzanotte-crowd"}
)

// Do sends a request and parses the answer.
func (c *Client) Do(ctx context.Context, server *url.URL, r Request) Answer {
	ctx, stop := context.WithTimeout(ctx, c.Timeout)
	defer stop()
	response, err := c.Transport.RoundTrip(r.to(ctx, server))
	if err != nil {
		return Answer{Outcome: tally.Failed, Code: kindOf(err)}
	}
	buffer, _ := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	n, err := buffer.ReadFrom(io.LimitReader(response.Body, mostOfAnAnswer))
	_ = response.Body.Close()
	switch {
	case err != nil:
		return Answer{Outcome: tally.Failed, Code: kindOf(err)}
	case n == mostOfAnAnswer:
		return Answer{Outcome: tally.Failed, Code: "endless answer"}
	}
	return Read(r.Method == http.MethodGet, response.StatusCode, response.Header, buffer.Bytes())
}

// to returns the HTTP request.
func (r Request) to(ctx context.Context, server *url.URL) *http.Request {
	at := *server
	path, query, _ := strings.Cut(r.Path, "?")
	at.Path, at.RawQuery = server.Path+path, query
	header := make(http.Header, 6)
	header["User-Agent"] = agent
	if r.From != "" {
		header["X-Forwarded-For"] = []string{r.From}
	}
	request := &http.Request{
		Method: r.Method, URL: &at, Host: at.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if r.Body == nil {
		header["Accept"], header["Accept-Encoding"] = wantsPage, gzip
		return request.WithContext(ctx)
	}
	header["Accept"], header["Content-Type"] = wantsFHIR, wantsFHIR
	if r.Key != "" {
		header["Idempotency-Key"] = []string{r.Key}
	}
	request.ContentLength = int64(len(r.Body))
	request.Body = io.NopCloser(bytes.NewReader(r.Body))
	request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.Body)), nil }
	return request.WithContext(ctx)
}

// closedIdle is the message of net/http if a server closes an idle connection just before
// it is used again. There is no error value for it.
const closedIdle = "server closed idle connection"

// kindOf returns a short name for the kind of an error.
func kindOf(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(err.Error(), closedIdle):
		return "connection closed"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "too many open files here"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "no port left here"
	}
	return "other"
}
