package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/binaries"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/process"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/simulation"
)

func TestPorts(t *testing.T) {
	t.Run("differ and lie below those of outgoing connections", func(t *testing.T) {
		ports, err := freePorts(50, nil)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(ports)
		if len(slices.Compact(ports)) != 50 || ports[0] < firstPort || ports[49] >= lastPort {
			t.Errorf("ports are %v", ports)
		}
	})
	t.Run("that another cluster recorded are left to it", func(t *testing.T) {
		var taken []int
		for port := firstPort; port < lastPort; port++ {
			if port%100 != 0 {
				taken = append(taken, port)
			}
		}
		ports, err := freePorts(5, taken)
		if err != nil {
			t.Fatal(err)
		}
		for _, port := range ports {
			if port%100 != 0 {
				t.Errorf("port %d was taken", port)
			}
		}
	})
	t.Run("that somebody listens on are not free", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		if taken, ok := listener.Addr().(*net.TCPAddr); !ok || isFree(taken.Port) {
			t.Error("a port in use was called free")
		}
	})
}

func TestNames(t *testing.T) {
	t.Setenv(DirVariable, t.TempDir())
	tests := map[string]bool{
		"mezzanotte": true, "night-2": true, "a": true, strings.Repeat("a", 40): true,
		"": false, "Upper": false, "-a": false, "a-": false, "../up": false, "a/b": false, "a.lock": false, strings.Repeat("a", 41): false,
	}
	for name, want := range tests {
		if _, err := Named(name); (err == nil) != want {
			t.Errorf("name %q: %v", name, err)
		}
	}
}

func TestRecord(t *testing.T) {
	t.Setenv(DirVariable, t.TempDir())
	c, err := Named("night")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Load(); !errors.Is(err, ErrNone) {
		t.Errorf("loading what is not there: %v", err)
	}
	if err := os.Mkdir(c.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	want := c.newState(binaries.Build{Dir: "/built", Version: "v1.37.2"}, []int{1, 2, 3, 4, 5, 6},
		Options{Nodes: 7, Audit: true, Pace: simulation.Pace{Earliest: time.Second, Latest: 2 * time.Second}})
	want.Created = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	want.Components[1].Process = process.ID{PID: 42, Began: "then"}
	if err := c.save(want); err != nil {
		t.Fatal(err)
	}
	got, err := c.Load()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read back %+v\nwant %+v", got, want)
	}
	if all, err := All(); err != nil || len(all) != 1 || all[0] != c {
		t.Errorf("all clusters are %v, %v", all, err)
	}
	if ports, want := recordedPorts(), []int{1, 2, 3, 4, 5}; !slices.Equal(ports, want) {
		t.Errorf("recorded ports are %v, want %v", ports, want)
	}
}

// The folder of all clusters may be set to one that holds other things.
func TestForeignFoldersAreLeftAlone(t *testing.T) {
	home := t.TempDir()
	t.Setenv(DirVariable, home)
	for _, path := range []string{"documents/letter", "app/state.json"} {
		if err := os.MkdirAll(filepath.Join(home, filepath.Dir(path)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, path), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"documents", "app"} {
		c, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		if was, _ := c.Down(t.Context(), os.Stderr); was {
			t.Errorf("%s was taken for a cluster", name)
		}
		if _, err := c.Up(t.Context(), os.Stderr, Options{}); err == nil {
			t.Errorf("a cluster was started in %s", name)
		}
	}
	for _, path := range []string{"documents/letter", "app/state.json"} {
		if _, err := os.Stat(filepath.Join(home, path)); err != nil {
			t.Error(err)
		}
	}
}

func TestComponentsAreFoundByName(t *testing.T) {
	state := &State{Components: Cluster{Name: "n"}.components([]int{1, 2, 3, 4, 5, 6}, true)}
	if component, err := state.Component("kube-apiserver"); err != nil || component.Port != 2 {
		t.Errorf("found %+v, %v", component, err)
	}
	_, err := state.Component("apiserver")
	if err == nil || !strings.Contains(err.Error(), "kube-apiserver") {
		t.Errorf("the error should say what there is: %v", err)
	}
}

func TestEverythingStaysOnLoopback(t *testing.T) {
	for _, component := range (Cluster{Name: "n", Dir: "/d"}).components([]int{1, 2, 3, 4, 5, 6}, true) {
		text := strings.Join(component.Args, " ")
		if !strings.Contains(text, "127.0.0.1") || strings.Contains(text, "0.0.0.0") {
			t.Errorf("%s may listen elsewhere: %s", component.Name, text)
		}
	}
}

func TestAuditLogCanBeLeftOut(t *testing.T) {
	for _, audit := range []bool{true, false} {
		args := strings.Join(Cluster{}.apiServer(1, 2, audit).Args, " ")
		if strings.Contains(args, "--audit-log-path") != audit {
			t.Errorf("audit %v: %s", audit, args)
		}
	}
}

func TestNodesCountOnceUsable(t *testing.T) {
	var nodes nodeList
	if err := decode(`{"items":[
		{"status":{"conditions":[{"type":"Ready","status":"True"}]}},
		{"status":{"conditions":[{"type":"Ready","status":"False"}]}},
		{"spec":{"taints":[{"key":"node.kubernetes.io/not-ready"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}},
		{}]}`, &nodes); err != nil {
		t.Fatal(err)
	}
	if got := nodes.usable(); got != 1 {
		t.Errorf("%d usable nodes, want 1", got)
	}
}

func TestLastLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	var text strings.Builder
	for i := range 100000 {
		fmt.Fprintf(&text, "line %d\n", i)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := lastLines(path, 2), "line 99998\nline 99999"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := lastLines(path+".none", 2); got != "" {
		t.Errorf("a log that is not there says %q", got)
	}
}

func TestFollowedLogGivesWholeLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	log := &followedLog{path: path, prefix: "etcd | "}
	var out strings.Builder
	for _, step := range []struct{ content, want string }{
		{"one\ntw", "etcd | one\n"},
		{"one\ntwo\n", "etcd | two\n"},
		{"new\n", "etcd | new\n"}, // a log that was begun anew
	} {
		if err := os.WriteFile(path, []byte(step.content), 0o600); err != nil {
			t.Fatal(err)
		}
		out.Reset()
		if err := log.advance(&out); err != nil || out.String() != step.want {
			t.Errorf("after %q: printed %q, %v; want %q", step.content, out.String(), err, step.want)
		}
	}
}

func decode(text string, into any) error { return json.Unmarshal([]byte(text), into) }
