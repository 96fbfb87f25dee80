//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mezzanotte/mezzanotte/test/stage"
)

// firstBackOff is how long a kubelet waits before it starts a container for the
// second time; then twice as long each time, up to five minutes.
const firstBackOff, longestBackOff = 10 * time.Second, 5 * time.Minute

// kubelet runs the operator as a node would run its container.
type kubelet struct {
	scene *scene

	mu      sync.Mutex
	manager *stage.Manager
}

// start starts the operator once.
func (k *kubelet) start() {
	k.scene.Helper()
	m, err := k.scene.StartManager(k.scene.ctx)
	k.scene.must("start the operator", err)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.manager = m
}

// kill ends the operator without a word.
func (k *kubelet) kill() {
	m := k.running()
	if m == nil {
		return
	}
	if err := m.Kill(); err != nil {
		k.scene.Errorf("kill the operator: %v", err)
	}
}

// stop asks the operator to end.
func (k *kubelet) stop() {
	k.scene.Helper()
	k.scene.must("stop the operator", k.running().Stop())
}

// keepAlive starts the operator again whenever it ends, at first at once, then
// with a kubelet's back-off, until the returned function is called.
func (k *kubelet) keepAlive() (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		wait := time.Duration(0)
		for {
			select {
			case <-done:
				return
			case <-k.running().Exited:
			}
			k.scene.say("the operator has ended by itself; a kubelet starts it again after %s. Its last word: %s",
				wait, k.running().LastWords(1))
			select {
			case <-done:
				return
			case <-time.After(wait):
			}
			wait = min(max(firstBackOff, 2*wait), longestBackOff)
			m, err := k.scene.StartManager(k.scene.ctx)
			if err != nil {
				k.scene.Errorf("start the operator again: %v", err)
				return
			}
			k.mu.Lock()
			k.manager = m
			k.mu.Unlock()
		}
	}()
	return func() { close(done); <-stopped }
}

func (k *kubelet) running() *stage.Manager {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.manager
}

// lastWords are the end of the operator's log, less what it says at every start.
func (k *kubelet) lastWords() string {
	const lines, atStart = 100, `"msg":"Starting `
	said := strings.Split(k.running().LastWords(lines), "\n")
	return strings.Join(slices.DeleteFunc(said, func(line string) bool { return strings.Contains(line, atStart) }), "\n")
}
