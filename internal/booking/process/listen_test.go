/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"
)

// in returns a channel that closes after a while.
func in(t *testing.T, d time.Duration) <-chan struct{} {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx.Done()
}

// TestConnectionsAreLimited: a connection beyond the limit is accepted once another ends.
func TestConnectionsAreLimited(t *testing.T) {
	const most = 2
	listener, err := Listen("127.0.0.1:0", most)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	taken := make(chan net.Conn, most+1)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			taken <- conn
		}
	}()
	for range most + 1 {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
	}
	first := <-taken
	if _, ok := first.(interface{ CloseWrite() error }); !ok {
		t.Error("the connection has no CloseWrite, so a client that still sends gets no answer")
	}
	<-taken
	select {
	case <-taken:
		t.Fatalf("more than %d connections were taken", most)
	case <-in(t, 100*time.Millisecond):
	}
	_ = first.Close()
	select {
	case <-taken:
	case <-in(t, time.Minute):
		t.Error("nobody takes the place of who has gone")
	}
}

// TestClosedWhileFull: closing a listener that has no room for another connection ends Accept.
func TestClosedWhileFull(t *testing.T) {
	listener, err := Listen("127.0.0.1:0", 1)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	taken, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	ended := make(chan error)
	go func() {
		_, err := listener.Accept()
		ended <- err
	}()
	if err := listener.Close(); err != nil {
		t.Error(err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	case <-in(t, time.Minute):
		t.Error("it still waits for a place")
	}
}
