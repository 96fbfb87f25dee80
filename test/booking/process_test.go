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
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take that has no bound of its own: a machine
// that does ten other things must not fail a test.
const patience = 2 * time.Minute

// process is one booking server, which may be ended and started again.
type process struct {
	t         *testing.T
	name      string // of its channel
	catalog   string // its own file
	log       string // what it wrote, all the times that it ran
	program   string // another version than the tests' own, where it is set
	arguments []string

	address atomic.Pointer[string] // http://127.0.0.1:PORT; nil while it does not run
	away    atomic.Bool            // its Service sends it no requests, as while it is replaced
	command *exec.Cmd
	ended   chan struct{}
	err     error // once it has ended
}

// serve makes a server of a channel, which is not started yet, with a catalog file of
// its own, which is not written yet.
func (w *world) serve(name string, flags ...string) *process {
	w.t.Helper()
	directory := filepath.Join(w.directory, name)
	if err := os.Mkdir(directory, 0o700); err != nil {
		w.t.Fatal(err)
	}
	p := &process{t: w.t, name: name, catalog: filepath.Join(directory, "catalog.json"), log: filepath.Join(directory, "log")}
	p.arguments = append([]string{
		"--channel-type=web", "--channel=" + name, "--listen=127.0.0.1:0", "--metrics-listen=",
		"--catalog=" + p.catalog, "--database=" + w.path("database"), "--identifier-keys=" + w.path("keys"),
		"--database-connections=8", "--horizon-days=60",
	}, flags...)
	w.t.Cleanup(func() {
		p.kill()
		if w.t.Failed() {
			w.t.Logf("the %s server wrote last:\n%s", p.name, p.tail())
		}
	})
	return p
}

// start starts the process, and returns when it listens.
func (p *process) start() {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	before := len(p.lines())
	p.command, p.ended = exec.Command(cmp.Or(p.program, program), p.arguments...), make(chan struct{})
	p.command.Env = append(os.Environ(), "MEZZANOTTE_PLATFORM=lazio")
	p.command.Stdout, p.command.Stderr, p.command.SysProcAttr = log, log, attributes()
	if err := p.begin(); err != nil {
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

// begin starts the command. The kernel speaks of the parent's death when the thread
// ends that made the child, so that thread does nothing else until the child has ended.
func (p *process) begin() error {
	started := make(chan error)
	command, ended := p.command, p.ended
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			p.err = command.Wait()
			close(ended)
		}
	}()
	return <-started
}

// kill ends the process at once, whatever it does.
func (p *process) kill() {
	p.t.Helper()
	p.signal(syscall.SIGKILL)
	if p.ended != nil {
		<-p.ended
	}
}

// signal sends a signal to a process that runs.
func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	p.address.Store(nil)
	if p.command == nil {
		return
	}
	if err := p.command.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("signal the %s server: %v", p.name, err)
	}
}

// url is where the process answers; "" while it does not run.
func (p *process) url() string {
	if address := p.address.Load(); address != nil {
		return *address
	}
	return ""
}

// until waits for something, as long as the process runs.
func (p *process) until(what string, done func() bool) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for !done() {
		select {
		case <-p.ended:
			p.t.Fatalf("the %s server has ended: %v", p.name, p.err)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("after %v the %s server: still not: %s", patience, p.name, what)
		}
	}
}

// ready waits until the process says that it can book.
func (p *process) ready() {
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
func (p *process) lines() []line {
	p.t.Helper()
	text, err := os.ReadFile(p.log)
	if err != nil {
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

// tail is the end of the log.
func (p *process) tail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-15):], "\n")
}

// noPanic looks for one in the log, where net/http or Go itself has written it.
func (p *process) noPanic() {
	p.t.Helper()
	for _, l := range p.lines() {
		if strings.Contains(l.text, "panic") || l.Level == "" {
			p.t.Errorf("the %s server wrote: %.500s", p.name, l.text)
		}
	}
}
