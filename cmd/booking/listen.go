/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"fmt"
	"net"
	"sync"
)

// mostConnections is how many there may be at once: far more than one process serves,
// and not so many that their buffers fill its memory.
const mostConnections = 10_000

// listen takes so many connections at once; whoever comes after them waits until one
// ends.
func listen(address string, most int) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return nil, fmt.Errorf("listen at %s: not by TCP", address)
	}
	return &listener{TCPListener: tcp, places: make(chan struct{}, most), closed: make(chan struct{})}, nil
}

// listener is not netutil's, whose connections cannot be closed for writing alone:
// net/http does that for whoever still sends what nobody reads, such as too long a
// header, so that the answer arrives.
type listener struct {
	*net.TCPListener
	places chan struct{} // as many as there are connections
	closed chan struct{}
	once   sync.Once
}

// Accept waits for a place, then for a connection.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case l.places <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.AcceptTCP()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &connection{TCPConn: c, leave: sync.OnceFunc(func() { <-l.places })}, nil
}

// Close ends all waiting.
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.TCPListener.Close()
}

// connection gives its place back when it is closed.
type connection struct {
	*net.TCPConn
	leave func()
}

func (c *connection) Close() error {
	defer c.leave()
	return c.TCPConn.Close()
}
