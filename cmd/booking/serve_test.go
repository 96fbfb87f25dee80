/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"errors"
	"net"
	"testing"
	"time"
)

// TestConnectionsAreLimited: whoever comes after the last that there may be is taken
// only once one of them has gone.
func TestConnectionsAreLimited(t *testing.T) {
	const most = 2
	listener, err := listen("127.0.0.1:0", most)
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
		t.Error("who still sends when they are answered is cut off, and hears nothing")
	}
	<-taken
	select {
	case <-taken:
		t.Fatalf("more than %d connections were taken", most)
	case <-time.After(100 * time.Millisecond):
	}
	_ = first.Close()
	select {
	case <-taken:
	case <-time.After(time.Minute):
		t.Error("nobody takes the place of who has gone")
	}
}

// TestClosedWhileFull: a server that is told to end does not wait for a place.
func TestClosedWhileFull(t *testing.T) {
	listener, err := listen("127.0.0.1:0", 1)
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
	case <-time.After(time.Minute):
		t.Error("it still waits for a place")
	}
}
