/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/test/child"
)

// patience is how long anything may take that has no bound of its own: a machine
// that does ten other things must not fail a test.
const patience = 2 * time.Minute

// instance is one booking server, which may be ended and started again.
type instance struct {
	t         *testing.T
	name      string // of its channel
	catalog   string // its own file
	log       string // what it wrote, all the times that it ran
	program   string // another version than the tests' own, where it is set
	arguments []string

	address        atomic.Pointer[string] // http://127.0.0.1:PORT; nil while it does not run
	*child.Process                        // nil before it is started
	away           atomic.Bool            // its Service sends it no requests, as while it is replaced
}

// serve makes a server of a channel, which is not started yet, with a catalog file of
// its own, which is not written yet.
func (w *world) serve(name string, flags ...string) *instance {
	w.t.Helper()
	directory := filepath.Join(w.directory, name)
	if err := os.Mkdir(directory, 0o700); err != nil {
		w.t.Fatal(err)
	}
	p := &instance{t: w.t, name: name, catalog: filepath.Join(directory, "catalog.json"), log: filepath.Join(directory, "log")}
	p.arguments = append([]string{
		"--channel-type=web", "--channel=" + name, "--listen=127.0.0.1:0", "--metrics-listen=",
		"--catalog=" + p.catalog, "--database=" + w.path("database"), "--identifier-keys=" + w.path("keys"),
		"--database-connections=8", "--horizon-days=60",
	}, flags...)
	w.t.Cleanup(func() {
		p.kill()
		if w.t.Failed() {
			w.t.Logf("the %s server wrote last:\n%s", p.name, child.LastLines(p.log, 15))
		}
	})
	return p
}

// start starts the process, and returns when it listens.
func (p *instance) start() {
	p.t.Helper()
	before := len(p.lines())
	command := exec.Command(cmp.Or(p.program, program), p.arguments...)
	command.Env = append(os.Environ(), "MEZZANOTTE_PLATFORM=lazio")
	var err error
	if p.Process, err = child.Start(command, p.log, syscall.SIGKILL); err != nil {
		p.t.Fatal(err)
	}
	p.until("listens", func() bool {
		for _, line := range p.lines()[before:] {
			if line.Message == "Listening" {
				address := "http://" + line.Address
				p.address.Store(&address)
			}
		}
		return p.address.Load() != nil
	})
}

// kill ends the process at once.
func (p *instance) kill() {
	p.t.Helper()
	p.signal(syscall.SIGKILL)
	if p.Process != nil {
		<-p.Exited
	}
}

// signal sends a signal to a process that runs.
func (p *instance) signal(s syscall.Signal) {
	p.t.Helper()
	p.address.Store(nil)
	if p.Process == nil {
		return
	}
	if err := p.Signal(s); err != nil {
		p.t.Error(err)
	}
}

// url is where the process answers; "" while it does not run.
func (p *instance) url() string {
	if address := p.address.Load(); address != nil {
		return *address
	}
	return ""
}

// until waits for something, as long as the process runs.
func (p *instance) until(what string, done func() bool) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for !done() {
		select {
		case <-p.Exited:
			p.t.Fatalf("the %s server has ended: %v", p.name, p.Err)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("after %v the %s server: still not: %s", patience, p.name, what)
		}
	}
}

// ready waits until the process says that it can book.
func (p *instance) ready() {
	p.t.Helper()
	p.until("is ready", func() bool { return p.status("/readyz") == http.StatusOK })
}

// line is one of a log.
type line struct {
	Level   string `json:"level"`
	Message string `json:"msg"`
	Address string `json:"address"`
	text    string
}

// lines are those of the log so far, but for one that is still being written.
func (p *instance) lines() []line {
	p.t.Helper()
	text, err := os.ReadFile(p.log)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // not started yet
		p.t.Fatal(err)
	}
	var all []line
	from := bufio.NewScanner(bytes.NewReader(text[:bytes.LastIndexByte(text, '\n')+1]))
	from.Buffer(nil, 1<<20)
	for from.Scan() {
		l := line{text: from.Text()}
		_ = json.Unmarshal(from.Bytes(), &l) // what is no JSON, such as a panic, has no level
		all = append(all, l)
	}
	return all
}

// noPanic looks for one in the log, where net/http or Go itself has written it.
func (p *instance) noPanic() {
	p.t.Helper()
	for _, l := range p.lines() {
		if strings.Contains(l.text, "panic") || l.Level == "" {
			p.t.Errorf("the %s server wrote: %.500s", p.name, l.text)
		}
	}
}
