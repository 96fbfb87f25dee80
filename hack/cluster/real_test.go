//go:build node

package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/cluster"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/realnode"
)

// real is the name of the only cluster of these tests.
const real = "real"

// TestRealNode runs pods on a real node. It needs Linux and root, and minutes; so
// it is asked for by name: make test-node.
func TestRealNode(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Fatal("a real node needs Linux and root: nothing was tested")
	}
	c := buildCLI(t)
	c.run("assets", "--nodes", "real")
	before := lookForTraces(t)

	c.run("up", "--name", real, "--nodes", "real")
	state := c.state(real)
	t.Run("the node has namespaces of its own", func(t *testing.T) { testApart(t, state) })
	t.Run("20 pods become Ready", func(t *testing.T) { testRealPods(t, c, state) })
	t.Run("their Service is reached from the machine", func(t *testing.T) { testService(t, c) })
	t.Run("and from a pod, by name", func(t *testing.T) { testNames(t, c) })
	t.Run("their logs are read, and programs run in them", func(t *testing.T) { testInside(t, c) })
	t.Run("a pod has volumes, an identity, limits and a proper end", func(t *testing.T) { testWitness(t, c) })
	t.Run("busy ones are measured, and an autoscaler adds to them", func(t *testing.T) { testMetrics(t, c) })
	t.Run("kubelet and containerd end and come back; pods stay", func(t *testing.T) { testNodeOutage(t, c) })

	t.Run("nothing is left after everything was killed", func(t *testing.T) {
		for _, component := range c.state(real).Components {
			if err := component.Process.Signal(syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		}
		c.t = t
		c.run("down", "--name", real)
		expectGone(t, real, state)
		expectNoneAdded(t, before, state.Real.Interface)
	})
	t.Run("nor after a start that was killed", func(t *testing.T) {
		c.t = t
		killStart(t, c)
		c.run("down", "--name", real)
		expectNoneAdded(t, before, state.Real.Interface)
	})
	t.Run("nor after an orderly end", func(t *testing.T) {
		c.t = t
		c.run("up", "--name", real, "--nodes", "real")
		c.run("down", "--name", real)
		expectNoneAdded(t, before, state.Real.Interface)
	})
}

// testApart checks that no rule and no mount of the node can be the machine's.
func testApart(t *testing.T, state *cluster.State) {
	for _, name := range []string{"containerd", "kubelet", "kube-proxy"} {
		component, err := state.Component(name)
		if err != nil {
			t.Fatal(err)
		}
		child := childOf(t, component.Process.PID)
		for _, kind := range []string{"mnt", "net", "pid", "ipc"} {
			own, err := os.Readlink("/proc/self/ns/" + kind)
			if err != nil {
				t.Fatal(err)
			}
			if its, err := os.Readlink(filepath.Join("/proc", child, "ns", kind)); err != nil || its == own {
				t.Errorf("%s is in the machine's %s namespace: %v", name, kind, err)
			}
		}
	}
}

func childOf(t *testing.T, pid int) string {
	t.Helper()
	output, err := exec.Command("pgrep", "--parent", strconv.Itoa(pid)).Output()
	if err != nil {
		t.Fatalf("process %d has no child: %v", pid, err)
	}
	return strings.TrimSpace(string(output))
}

func testRealPods(t *testing.T, c cli, state *cluster.State) {
	c.t = t
	dir := t.TempDir()
	program, archive := filepath.Join(dir, "greeter"), filepath.Join(dir, "greeter.tar")
	build := exec.Command("go", "build", "-o", program, "./testdata/greeter")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	image := exec.Command(filepath.Join(state.Real.Programs, "image"), "mezzanotte/greeter:test", archive, program)
	if output, err := image.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if output := c.run("load", "--name", real, archive); !strings.Contains(output, "mezzanotte/greeter:test") {
		t.Errorf("it does not say what it loaded: %s", output)
	}
	began := time.Now()
	c.run("kubectl", "--name", real, "--", "apply", "--filename", "testdata/greeter.yaml")
	c.eventually("20", "kubectl", "--name", real, "--", "get", "deployment", "greeter", "-o", "jsonpath={.status.readyReplicas}")
	t.Logf("20 pods are Ready after %.1fs", time.Since(began).Seconds())
}

// get asks until it is answered with 200.
func get(t *testing.T, address string) string {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	last := ""
	for range 20 {
		response, err := client.Get(address)
		if err != nil {
			last = err.Error()
		} else {
			content, _ := io.ReadAll(response.Body)
			_ = response.Body.Close()
			if last = strings.TrimSpace(string(content)); response.StatusCode == http.StatusOK {
				return last
			}
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Errorf("%s answers %s", address, last)
	return ""
}

func service(c cli) string {
	return "http://" + c.run("kubectl", "--name", real, "--", "get", "service", "greeter", "-o", "jsonpath={.spec.clusterIP}")
}

func testService(t *testing.T, c cli) {
	c.t = t
	answered := map[string]bool{}
	address := service(c)
	for range 60 {
		answered[get(t, address)] = true
	}
	if len(answered) < 10 {
		t.Errorf("of 20 pods only %d answered 60 requests: %v", len(answered), answered)
	}
}

func testNames(t *testing.T, c cli) {
	c.t = t
	ask := service(c) + "/ask?url="
	for range 40 { // each pod, itself among those that answer
		if name := get(t, ask+url.QueryEscape("http://greeter.default.svc.cluster.local/")); !strings.HasPrefix(name, "greeter-") {
			t.Errorf("a pod heard %q from the Service", name)
		}
	}
	if name := get(t, ask+url.QueryEscape("http://greeter/")); !strings.HasPrefix(name, "greeter-") {
		t.Errorf("by its short name it says %q", name)
	}
	machine := &http.Server{
		Addr:              c.state(real).Real.Network.Machine.String() + ":18123",
		ReadHeaderTimeout: time.Second,
		Handler:           http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(answer, "the machine") }),
	}
	go func() { _ = machine.ListenAndServe() }()
	defer func() { _ = machine.Shutdown(context.Background()) }()
	if name := get(t, ask+url.QueryEscape("http://"+realnode.MachineName+":18123/")); name != "the machine" {
		t.Errorf("%s says %q", realnode.MachineName, name)
	}
	response, err := http.Get(ask + url.QueryEscape("http://example.org/"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if content, _ := io.ReadAll(response.Body); !strings.Contains(string(content), "no such host") {
		t.Errorf("a name outside: %s", content)
	}
}

func testInside(t *testing.T, c cli) {
	c.t = t
	if text := c.run("kubectl", "--name", real, "--", "logs", "deployment/greeter"); !strings.Contains(text, "greeting") {
		t.Errorf("the log says %q", text)
	}
	c.run("kubectl", "--name", real, "--", "exec", "deployment/greeter", "--", "/greeter", "probe")
}

func testMetrics(t *testing.T, c cli) {
	c.t = t
	address := service(c)
	ctx, cancel := context.WithCancel(context.Background())
	var burning sync.WaitGroup
	defer func() { cancel(); burning.Wait() }()
	for range 8 {
		burning.Go(func() {
			for ctx.Err() == nil {
				get(t, address+"/burn")
			}
		})
	}
	// 20 pods request 10m each, and the autoscaler is to keep them there. A single
	// busy one, at its limit of 200m, is too much for that.
	c.eventually("21", "kubectl", "--name", real, "--", "get", "deployment", "greeter", "-o", "jsonpath={.spec.replicas}")
	if top := c.run("kubectl", "--name", real, "--", "top", "pods", "--no-headers"); strings.Count(top, "greeter-") < 20 {
		t.Errorf("20 pods are measured as\n%s", top)
	}
	t.Logf("the node: %s", c.run("kubectl", "--name", real, "--", "top", "nodes", "--no-headers"))
}

func testNodeOutage(t *testing.T, c cli) {
	c.t = t
	restarts := []string{"kubectl", "--name", real, "--", "get", "pods", "-o", "jsonpath={.items[*].status.containerStatuses[*].restartCount}"}
	names := []string{"kubectl", "--name", real, "--", "get", "pods", "-o", "name"}
	before, pods := c.run(restarts...), c.run(names...)
	c.run("stop", "--name", real, "--kill", "kubelet", "containerd")
	get(t, service(c))
	c.run("start", "--name", real, "containerd", "kubelet")
	c.run("kubectl", "--name", real, "--", "rollout", "status", "deployment/greeter", "--timeout=60s")
	if after := c.run(restarts...); after != before || c.run(names...) != pods {
		t.Errorf("containers were started again: %s, before %s", after, before)
	}
}

// killStart ends a start as soon as the node's first programs run.
func killStart(t *testing.T, c cli) {
	t.Helper()
	up := exec.Command(c.program, "up", "--name", real, "--nodes", "real")
	if err := up.Start(); err != nil {
		t.Fatal(err)
	}
	named, err := cluster.Named(real)
	if err != nil {
		t.Fatal(err)
	}
	runs := func() bool {
		state, err := named.Load()
		if err != nil {
			return false
		}
		component, err := state.Component("containerd")
		return err == nil && component.Process.Runs()
	}
	for range 600 {
		if runs() {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err := up.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = up.Wait()
	if !runs() {
		t.Error("containerd was not started")
	}
}
