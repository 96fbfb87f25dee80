package cluster

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
)

// Below what systems give to outgoing connections (from 32768 on Linux, 49152
// on macOS): there, a client that keeps calling a stopped server on loopback is
// sooner or later given the server's own port and ends up talking to itself.
const firstPort, lastPort = 15000, 32000

// freePorts finds n different ports that nobody listens on and none of which is
// in taken.
func freePorts(n int, taken []int) ([]int, error) {
	var ports []int
	for range 2000 {
		if len(ports) == n {
			return ports, nil
		}
		port := firstPort + rand.IntN(lastPort-firstPort)
		if slices.Contains(taken, port) || slices.Contains(ports, port) || !isFree(port) {
			continue
		}
		ports = append(ports, port)
	}
	return nil, errors.New("no free ports on 127.0.0.1")
}

func isFree(port int) bool {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}
