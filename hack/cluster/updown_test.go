package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/cluster"
)

// cli runs the built command as a person would. Its clusters live in a folder
// of the test's own.
type cli struct {
	t       *testing.T
	program string
}

func buildCLI(t *testing.T) cli {
	t.Helper()
	if testing.Short() {
		t.Skip("starts real clusters")
	}
	home := t.TempDir()
	t.Setenv(cluster.DirVariable, home)
	c := cli{t: t, program: filepath.Join(t.TempDir(), "cluster")}
	if output, err := exec.Command("go", "build", "-o", c.program, ".").CombinedOutput(); err != nil {
		t.Fatalf("building the CLI: %v\n%s", err, output)
	}
	t.Cleanup(func() { _, _ = c.try("down", "--all") })
	return c
}

func (c cli) try(args ...string) (string, error) {
	output, err := exec.Command(c.program, args...).CombinedOutput()
	return strings.TrimSpace(string(output)), err
}

func (c cli) run(args ...string) string {
	c.t.Helper()
	output, err := c.try(args...)
	if err != nil {
		c.t.Fatalf("cluster %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return output
}

// patience bounds waits: a busy machine takes its time.
const patience = 5 * time.Minute

// eventually waits until a command says something.
func (c cli) eventually(want string, args ...string) {
	c.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		output, _ := c.try(args...)
		if output == want {
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("cluster %s: after %s it says\n%s\nwant %s", strings.Join(args, " "), patience, output, want)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func (c cli) state(name string) *cluster.State {
	c.t.Helper()
	named, err := cluster.Named(name)
	if err != nil {
		c.t.Fatal(err)
	}
	state, err := named.Load()
	if err != nil {
		c.t.Fatal(err)
	}
	return state
}

func TestUpDown(t *testing.T) {
	c := buildCLI(t)
	c.run("up", "--name", "one", "--nodes", "3")
	c.run("up", "--name", "two", "--nodes", "2", "--ready-delay", "0s", "--ready-jitter", "0s")
	states := map[string]*cluster.State{"one": c.state("one"), "two": c.state("two")}

	t.Run("up again changes nothing", func(t *testing.T) {
		if got, want := c.run("up", "--name", "one"), "cluster one is already up"; got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
		if c.state("one").Components[0].Process != states["one"].Components[0].Process {
			t.Error("etcd is another process")
		}
	})
	t.Run("the clusters are apart", func(t *testing.T) {
		for name, want := range map[string]string{"one": "3 of 3 ready", "two": "2 of 2 ready"} {
			if got := c.run("status", "--name", name); !strings.Contains(got, want) {
				t.Errorf("cluster %s: %s", name, got)
			}
		}
	})
	t.Run("the server says its version", func(t *testing.T) {
		want := "Server Version: " + states["one"].Version
		if got := c.run("kubectl", "--name", "one", "version"); !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	})
	t.Run("40 pods turn Ready in 5 to 8 seconds", func(t *testing.T) { testPods(t, c) })
	t.Run("the API server goes and comes back", func(t *testing.T) { testOutage(t, c) })
	t.Run("the audit log knows who did it", func(t *testing.T) {
		c.run("kubectl", "--name", "one", "create", "configmap", "witness")
		if got := c.run("logs", "--name", "one", "--lines", "500", "audit"); !strings.Contains(got, "configmaps") {
			t.Error("the audit log does not mention it")
		}
	})

	c.run("down", "--name", "one")
	if got := c.run("status", "--name", "two"); !strings.Contains(got, "2 of 2 ready") {
		t.Errorf("ending one cluster hurt the other: %s", got)
	}
	c.run("down", "--all")
	for name, state := range states {
		expectGone(t, name, state)
	}
	if got := c.run("down", "--name", "one"); got != "there is no cluster one" {
		t.Errorf("a second down says %q", got)
	}
}

func testPods(t *testing.T, c cli) {
	c.t = t
	c.run("kubectl", "--name", "one", "create", "deployment", "web", "--image", "web", "--replicas", "40")
	c.eventually("40", "kubectl", "--name", "one", "--", "get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}")
	var pods struct {
		Items []struct {
			Status struct {
				PodIP      string
				PodIPs     []struct{ IP string }
				Conditions []struct {
					Type, Status       string
					LastTransitionTime time.Time
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(c.run("kubectl", "--name", "one", "--", "get", "pods", "-o", "json")), &pods); err != nil {
		t.Fatal(err)
	}
	addresses, quickest := map[string]bool{}, time.Hour
	for _, pod := range pods.Items {
		addresses[pod.Status.PodIP] = true
		if len(pod.Status.PodIPs) != 1 {
			t.Errorf("a pod has the addresses %v", pod.Status.PodIPs)
		}
		at := map[string]time.Time{}
		for _, condition := range pod.Status.Conditions {
			if condition.Status == "True" {
				at[condition.Type] = condition.LastTransitionTime
			}
		}
		quickest = min(quickest, at["Ready"].Sub(at["PodScheduled"]))
	}
	if quickest < 5*time.Second || quickest > 11*time.Second { // a busy machine may be late, never early
		t.Errorf("the quickest pod took %s from scheduled to Ready", quickest)
	}
	if len(addresses) != 40 {
		t.Errorf("40 pods have %d addresses", len(addresses))
	}
	c.run("kubectl", "--name", "one", "delete", "deployment", "web")
	c.eventually("", "kubectl", "--name", "one", "--", "get", "pods", "-o", "name")
}

func testOutage(t *testing.T, c cli) {
	c.t = t
	before, err := c.state("one").Component("kube-apiserver")
	if err != nil {
		t.Fatal(err)
	}
	c.run("stop", "--name", "one", "kube-apiserver")
	if output, err := c.try("kubectl", "--name", "one", "get", "nodes"); err == nil {
		t.Errorf("the API server still answers: %s", output)
	}
	if output, err := c.try("status", "--name", "one"); err == nil || !strings.Contains(output, "stopped") {
		t.Errorf("status does not tell: %v\n%s", err, output)
	}
	c.run("start", "--name", "one", "kube-apiserver")
	after, err := c.state("one").Component("kube-apiserver")
	if err != nil {
		t.Fatal(err)
	}
	if after.Port != before.Port || strings.Join(after.Args, " ") != strings.Join(before.Args, " ") {
		t.Error("it came back with other arguments")
	}
	c.run("stop", "--name", "one", "--kill", "kube-apiserver")
	c.run("start", "--name", "one", "kube-apiserver")
	c.eventually("ok", "kubectl", "--name", "one", "--", "get", "--raw", "/readyz")
}

// expectGone looks for the recorded processes, and for any other that mentions
// the cluster's folder where the system lets one look.
func expectGone(t *testing.T, name string, state *cluster.State) {
	t.Helper()
	for _, component := range state.Components {
		if component.Process.Runs() {
			t.Errorf("cluster %s: %s still runs as %d", name, component.Name, component.Process.PID)
		}
	}
	named, err := cluster.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(named.Dir); !os.IsNotExist(err) {
		t.Errorf("cluster %s: its folder is still there", name)
	}
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range commands {
		if content, _ := os.ReadFile(path); strings.Contains(string(content), named.Dir+string(filepath.Separator)) {
			t.Errorf("cluster %s: %s is still there: %q", name, path, content)
		}
	}
}

// A start that was cut off leaves processes and a record; down finds them.
func TestDownAfterAStartThatWasKilled(t *testing.T) {
	c := buildCLI(t)
	up := exec.Command(c.program, "up", "--name", "cut")
	if err := up.Start(); err != nil {
		t.Fatal(err)
	}
	named, err := cluster.Named("cut")
	if err != nil {
		t.Fatal(err)
	}
	var state *cluster.State
	for range 600 {
		if state, err = named.Load(); err == nil && state.Components[1].Process.Runs() {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err := up.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = up.Wait()
	if state == nil || !state.Components[1].Process.Runs() {
		t.Fatal("the API server was not started: " + strconv.Quote(named.Dir))
	}
	c.run("down", "--name", "cut")
	expectGone(t, "cut", state)
}
