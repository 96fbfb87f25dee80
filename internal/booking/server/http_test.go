/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// listening serves a world on a real listener, and returns its address.
func listening(t *testing.T, w *world) (*http.Server, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := HTTP(w, w.Log)
	server.ReadHeaderTimeout, server.ReadTimeout = 200*time.Millisecond, 300*time.Millisecond
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() {
		_ = server.Close()
		served.Wait()
	})
	return server, listener.Addr().String()
}

// raw sends bytes as they are, and reads the answer; nil where there is none.
func raw(t *testing.T, address, text string) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, text) // the server may have hung up in the middle
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return nil
	}
	body, _ := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer
}

// TestConnections: whoever sends slowly, too much, or what is no HTTP, is answered or
// hung up on, and keeps nobody else from being served.
func TestConnections(t *testing.T) {
	w := newWorld(t)
	_, address := listening(t, w)
	const start = "POST /fhir/Appointment/$hold HTTP/1.1\r\nHost: book\r\nContent-Type: application/fhir+json\r\n"
	for name, c := range map[string]struct {
		text string
		want int // 0: the server hangs up
		code booking.Code
	}{
		"a body that does not come":      {text: start + "Content-Length: 100\r\n\r\n", want: 408, code: booking.CodeTooSlow},
		"a body that stops":              {text: start + "Content-Length: 100\r\n\r\n{\"resourceType\":", want: 408, code: booking.CodeTooSlow},
		"a chunk that does not come":     {text: start + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"res", want: 408, code: booking.CodeTooSlow},
		"chunks that are none":           {text: start + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", want: 400, code: booking.CodeMalformed},
		"a body that is said to be huge": {text: start + "Content-Length: 9999999999\r\n\r\n", want: 413, code: booking.CodeTooLarge},
		"headers that do not end":        {text: start},
		"nothing":                        {text: ""},
		"headers that are huge":          {text: start + "X-A: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", want: 431},
		"no HTTP":                        {text: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n", want: 400},
		"two lengths":                    {text: start + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", want: 400},
		"all of the server":              {text: "OPTIONS * HTTP/1.1\r\nHost: book\r\n\r\n", want: 404, code: booking.CodeUnknownPath},
		"through it elsewhere":           {text: "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n", want: 404, code: booking.CodeUnknownPath},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					answer := raw(t, address, c.text)
					switch {
					case answer == nil && c.want != 0:
						t.Errorf("the server hung up, want %d", c.want)
					case answer != nil && answer.StatusCode != c.want:
						t.Errorf("answered %d, want %d", answer.StatusCode, c.want)
					case answer != nil && c.code != "":
						read(t, answer).is(t, c.want, c.code)
					}
				})
			}
			all.Wait()
			answer := raw(t, address, "GET /livez HTTP/1.1\r\nHost: book\r\n\r\n")
			if answer == nil || answer.StatusCode != 200 {
				t.Error("the server no longer answers")
			}
		})
	}
}

// TestShutdown: once it drains and is shut down, what has begun is answered, and
// nothing new is taken.
func TestShutdown(t *testing.T) {
	w := newWorld(t)
	began, release := make(chan struct{}), make(chan struct{})
	w.store.OnTake = func(r booking.Request) (booking.Booking, error) {
		close(began)
		<-release
		return makeBooking(booking.Held, r.Places), nil
	}
	server, address := listening(t, w)
	var answered, ended sync.WaitGroup
	answered.Go(func() {
		r := post(t, "$hold", wants(t, giulia).Parameters())
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		answer := raw(t, address, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: book\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", r.URL.Path, kindFHIR, len(body), body))
		if answer == nil {
			t.Error("what had begun was not answered")
			return
		}
		read(t, answer).is(t, 200, "")
	})
	<-began
	w.Drain()
	if answer := raw(t, address, "GET /readyz HTTP/1.1\r\nHost: book\r\n\r\n"); answer == nil || answer.StatusCode != 503 {
		t.Error("a server that drains is ready")
	}
	down := make(chan struct{})
	server.RegisterOnShutdown(func() { close(down) })
	ended.Go(func() {
		if err := server.Shutdown(context.Background()); err != nil {
			t.Errorf("shut down: %v", err)
		}
	})
	<-down
	if conn, err := net.Dial("tcp", address); err == nil {
		t.Error("a server that is shut down takes connections")
		_ = conn.Close()
	}
	close(release)
	answered.Wait()
	ended.Wait()
}

// TestComplaintsOfConnections: of what net/http says, only what names nobody is logged.
func TestComplaintsOfConnections(t *testing.T) {
	var log bytes.Buffer
	server := HTTP(http.NotFoundHandler(), slog.New(slog.NewTextHandler(&log, nil)))
	server.ErrorLog.Print("http: TLS handshake error from 203.0.113.7:4711: EOF")
	server.ErrorLog.Print("http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 5ms")
	if text := log.String(); strings.Contains(text, "203.0.113.7") || !strings.Contains(text, "too many open files") {
		t.Errorf("logged:\n%s", text)
	}
}
