/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// world is a process that runs, in the hands of a test.
type world struct {
	t        *testing.T
	public   net.Listener
	private  net.Listener
	begun    chan struct{} // a request has begun
	finish   chan struct{} // closed when requests may end
	drained  atomic.Bool
	chores   atomic.Bool // run
	stop     func()
	returned chan error
}

// start runs a process whose begun requests may take `within`.
func start(t *testing.T, within time.Duration) *world {
	t.Helper()
	w := &world{t: t, begun: make(chan struct{}, 1), finish: make(chan struct{}), returned: make(chan error, 1)}
	var err error
	if w.public, err = Listen("127.0.0.1:0", MostConnections); err != nil {
		t.Fatal(err)
	}
	if w.private, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	slow := http.HandlerFunc(func(w2 http.ResponseWriter, r *http.Request) {
		w.begun <- struct{}{}
		select {
		case <-w.finish:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w2, "booked")
	})
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "metrics") })
	var ctx context.Context
	ctx, w.stop = context.WithCancel(t.Context())
	go func() {
		w.returned <- Run(ctx, Options{
			Public:  Endpoint{&http.Server{Handler: slow, ReadHeaderTimeout: time.Minute}, w.public},
			Private: []Endpoint{{&http.Server{Handler: metrics, ReadHeaderTimeout: time.Minute}, w.private}},
			Start: func(ctx context.Context) func() {
				w.chores.Store(true)
				return func() {
					<-ctx.Done()
					w.chores.Store(false)
				}
			},
			Drain:  func() { w.drained.Store(true) },
			Within: within, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		})
	}()
	return w
}

// ask asks one of the listeners, and returns what it answers.
func (w *world) ask(from net.Listener) (string, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://" + from.Addr().String())
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}

// begin begins a request, and returns what becomes of it.
func (w *world) begin() <-chan string {
	out := make(chan string, 1)
	go func() {
		text, err := w.ask(w.public)
		if err != nil {
			text = err.Error()
		}
		out <- text
	}()
	<-w.begun
	return out
}

// ends waits until Run has returned.
func (w *world) ends() error {
	w.t.Helper()
	select {
	case err := <-w.returned:
		if w.chores.Load() {
			w.t.Error("chores still run")
		}
		return err
	case <-in(w.t, time.Minute):
		w.t.Fatal("it does not end")
		return nil
	}
}

// A begun request is finished after the process is told to end. Meanwhile the process says
// that it drains, takes no connections, does its chores and shows its metrics.
func TestDrain(t *testing.T) {
	w := start(t, time.Minute)
	answer := w.begin()
	w.stop()
	for {
		conn, err := net.Dial("tcp", w.public.Addr().String())
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	if !w.drained.Load() || !w.chores.Load() {
		t.Errorf("it drains: %t; chores run: %t", w.drained.Load(), w.chores.Load())
	}
	if text, err := w.ask(w.private); text != "metrics" {
		t.Errorf("metrics are %q, %v", text, err)
	}
	close(w.finish)
	if text := <-answer; text != "booked" {
		t.Errorf("the begun request got %q", text)
	}
	if err := w.ends(); err != nil {
		t.Error(err)
	}
	if _, err := w.ask(w.private); err == nil {
		t.Error("metrics are still there")
	}
}

// A request that takes longer than it may is cut short, and Run says so.
func TestDrainTakesTooLong(t *testing.T) {
	w := start(t, time.Millisecond)
	answer := w.begin()
	w.stop()
	if err := w.ends(); err == nil || !strings.Contains(err.Error(), "requests were cut short") {
		t.Errorf("got %v", err)
	}
	if text := <-answer; text == "booked" {
		t.Error("it was finished")
	}
}

// A listener that fails ends the process with its error, and the chores with it.
func TestListenerFails(t *testing.T) {
	for name, which := range map[string]func(*world) net.Listener{
		"the public one": func(w *world) net.Listener { return w.public }, "a private one": func(w *world) net.Listener { return w.private },
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, time.Minute)
			defer w.stop()
			if err := which(w).Close(); err != nil {
				t.Fatal(err)
			}
			if err := w.ends(); !errors.Is(err, net.ErrClosed) || w.drained.Load() {
				t.Errorf("got %v; it drains: %t", err, w.drained.Load())
			}
		})
	}
}
