// Package orphans does the duty of the first process of a PID namespace: it collects
// the processes whose parents have ended, until a signal ends it.
package orphans

import (
	"os"
	"os/signal"
	"syscall"
)

// Collect returns on SIGTERM or SIGINT.
func Collect() {
	ended := make(chan os.Signal, 16)
	signal.Notify(ended, syscall.SIGCHLD, syscall.SIGTERM, syscall.SIGINT)
	for received := range ended {
		if received != syscall.SIGCHLD {
			return
		}
		for {
			pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
			if pid <= 0 && err != syscall.EINTR {
				break
			}
		}
	}
}
