/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"fmt"
	"net"
	"sync"
)

// MostConnections is more than one process serves; their buffers fit into its memory.
const MostConnections = 10_000

// Listen listens for TCP connections and accepts at most `most` at once; the next waits
// until one ends.
func Listen(address string, most int) (net.Listener, error) {
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

// listener replaces netutil's, whose connections have no CloseWrite. net/http calls it if a
// client is still sending something that is not read, such as too long a header, so that the
// client gets the answer.
type listener struct {
	*net.TCPListener
	places chan struct{} // holds one element for each connection
	closed chan struct{}
	once   sync.Once
}

// Accept waits until a connection is allowed, then for one.
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

// connection makes room for the next one when it is closed.
type connection struct {
	*net.TCPConn
	leave func()
}

func (c *connection) Close() error {
	defer c.leave()
	return c.TCPConn.Close()
}
