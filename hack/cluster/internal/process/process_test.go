package process

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

func startSleep(t *testing.T, script string) (ID, <-chan struct{}, string) {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	id, ended, err := Start(Command{Program: "/bin/sh", Args: []string{"-c", script}, Dir: dir, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = id.Signal(syscall.SIGKILL) })
	return id, ended, log
}

func TestProcessRunsUntilStopped(t *testing.T) {
	id, ended, _ := startSleep(t, "exec sleep 60")
	if !id.Runs() {
		t.Fatal("it does not run")
	}
	if group, err := syscall.Getpgid(id.PID); err != nil || group != id.PID {
		t.Errorf("its group is %d, %v: Ctrl-C in this terminal would reach it", group, err)
	}
	if err := id.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if !id.WaitGone(5 * time.Second) {
		t.Error("it still runs")
	}
	<-ended
}

func TestOutputIsAppendedToTheLog(t *testing.T) {
	_, ended, log := startSleep(t, "echo out; echo err >&2")
	<-ended
	if text, err := os.ReadFile(log); err != nil || string(text) != "out\nerr\n" {
		t.Errorf("the log is %q, %v", text, err)
	}
}

// A number that the system gave to another process must not be signalled.
func TestAnotherProcessWithTheNumberIsLeftAlone(t *testing.T) {
	id, _, _ := startSleep(t, "exec sleep 60")
	impostor := ID{PID: id.PID, Began: "another moment"}
	if impostor.Runs() {
		t.Error("it was taken for ours")
	}
	if err := impostor.Signal(syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	time.Sleep(50 * time.Millisecond)
	if !id.Runs() {
		t.Error("the wrong process was killed")
	}
}

func TestNoProcessNeverRuns(t *testing.T) {
	if (ID{}).Runs() || (ID{PID: -1}).Runs() {
		t.Error("nothing runs")
	}
	if err := (ID{}).Signal(syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

func TestProcessesAreFoundByProgramAndArgument(t *testing.T) {
	id, _, _ := startSleep(t, "sleep 60; true # the-word")
	tests := map[string]struct {
		folder, text string
		want         bool
	}{
		"its own":          {"/bin", "the-word", true},
		"another argument": {"/bin", "another-word", false},
		"another program":  {"/sbin", "the-word", false},
		"the program only": {"/bin", "/bin/sh", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, err := Find([]string{test.folder}, test.text)
			if slices.Contains(found, id) != test.want || err != nil {
				t.Errorf("found %v, %v; want %v among them: %t", found, err, id, test.want)
			}
		})
	}
}
