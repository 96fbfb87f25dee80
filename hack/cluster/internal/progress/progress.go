// Package progress shows that something long is going on and for how long: one
// line that keeps changing on a terminal, a line now and then elsewhere.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// every is the interval between lines where a line cannot be rewritten.
const every = 15 * time.Second

// Line is one running task.
type Line struct {
	out      io.Writer
	what     string
	terminal bool
	began    time.Time
	quit     chan struct{}
	done     chan struct{}

	mu     sync.Mutex
	detail string
}

// Start shows what is going on until Stop is called.
func Start(out io.Writer, what string) *Line {
	l := &Line{
		out: out, what: what, terminal: isTerminal(out), began: time.Now(),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	go l.run()
	return l
}

// Set replaces the words behind the elapsed time.
func (l *Line) Set(detail string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.detail = detail
}

// Stop ends the line with a last word.
func (l *Line) Stop(last string) {
	close(l.quit)
	<-l.done
	l.Set(last)
	l.write("\n")
}

func (l *Line) run() {
	defer close(l.done)
	period := every
	if l.terminal {
		period = time.Second
		l.write("")
	}
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case <-l.quit:
			return
		case <-tick.C:
			if l.terminal {
				l.write("")
			} else {
				l.write("\n")
			}
		}
	}
}

func (l *Line) write(end string) {
	l.mu.Lock()
	text := render(l.what, time.Since(l.began), l.detail)
	l.mu.Unlock()
	if l.terminal {
		text = "\r\033[K" + text // back to the start of the line, and wipe it
	}
	fmt.Fprint(l.out, text, end)
}

func render(what string, elapsed time.Duration, detail string) string {
	text := fmt.Sprintf("%s: %s", what, elapsed.Truncate(time.Second))
	if elapsed < 10*time.Second {
		text = fmt.Sprintf("%s: %.1fs", what, elapsed.Seconds())
	}
	if detail != "" {
		text += ", " + detail
	}
	return text
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
