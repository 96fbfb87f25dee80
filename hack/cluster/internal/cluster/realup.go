package cluster

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/binaries"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/realnode"
)

// builds holds the programs of a cluster, and those of a real node if it has one.
type builds struct {
	cluster, node binaries.Build
}

// canBeReal returns an error with the alternative if no real node can run here.
func canBeReal(system string, user int) error {
	const instead = "simulated nodes need neither: cluster up --nodes 10"
	if system != "linux" {
		return fmt.Errorf("--nodes real: a real node needs Linux and root, and this is %s; %s", system, instead)
	}
	if user != 0 {
		return fmt.Errorf("--nodes real: a real node needs Linux and root, and this is user %d; %s", user, instead)
	}
	return nil
}

func (c Cluster) anyState(builds builds, ports []int, options Options) (*State, error) {
	state := c.newState(builds.cluster, ports[:portCount], options)
	if !options.Real {
		return state, nil
	}
	var err error
	if state.Real, err = c.newReal(builds.node.Dir); err != nil {
		return nil, err
	}
	state.Nodes = 1
	state.Components = c.realComponents(state.Real, ports, options.Audit)
	for i := range state.Components {
		if component := &state.Components[i]; component.Program == "" {
			component.Program = builds.cluster.Program(component.Name)
		}
	}
	return state, nil
}

// writeRealFiles writes the files that the programs of a real node read, and keeps a
// copy of the program that clears up: down needs it even if the build is gone.
func (c Cluster) writeRealFiles(state *State) error {
	authority, err := os.ReadFile(c.certificate("ca.crt"))
	if err != nil {
		return err
	}
	description := realnode.Description{
		Network: state.Real.Network, Folder: c.Dir, Programs: state.Real.Programs, Group: state.Real.Group,
		Authority: base64.StdEncoding.EncodeToString(authority), Certificates: c.file("certificates"),
		DNSPort: state.Real.DNSPort, LimitOOM: !mayProtect(),
	}
	if description.DNSReady, err = portOf(state, coreDNS); err != nil {
		return err
	}
	if description.MetricsPort, err = portOf(state, metricsServer); err != nil {
		return err
	}
	files, err := description.Files()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.file("node", "cni"), 0o700); err != nil {
		return err
	}
	for name, content := range files {
		path := c.file("node", name)
		if filepath.Ext(name) == ".conflist" {
			path = c.file("node", "cni", name)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
	}
	program, err := os.ReadFile(realProgram(state.Real, place))
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.file(place+".next"), program, 0o700); err != nil {
		return err
	}
	return os.Rename(c.file(place+".next"), c.file(place)) // whole, or not there
}

// portOf returns the port in a component's health address. CoreDNS answers health checks
// on another port than the one it serves.
func portOf(state *State, name string) (int, error) {
	component, err := state.Component(name)
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(component.Health, "://")
	address, _, _ := strings.Cut(rest, "/")
	return strconv.Atoi(address[strings.LastIndex(address, ":")+1:])
}

// mayProtect reports whether this process may make others less likely to be
// ended when memory runs out: CAP_SYS_RESOURCE, number 24.
func mayProtect() bool {
	const resource = 24
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "CapEff:")
	line, _, _ := strings.Cut(rest, "\n")
	capabilities, err := strconv.ParseUint(strings.TrimSpace(line), 16, 64)
	return err == nil && capabilities&(1<<resource) != 0
}

// furnish creates the objects of DNS and metrics.
func (c Cluster) furnish(ctx context.Context, state *State) error {
	command := exec.CommandContext(ctx, binaries.Build{Dir: state.Binaries}.Program("kubectl"),
		"--kubeconfig="+c.Kubeconfig(), "create", "--filename="+c.file("node", "objects.yaml"))
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("making the objects of DNS and metrics: %w\n%s", err, output)
	}
	return nil
}

func (c Cluster) loadPause(ctx context.Context, state *State) error {
	_, err := c.load(ctx, state, filepath.Join(state.Real.Programs, "pause.tar"))
	return err
}

// unpacked matches what ctr prints of each image.
var unpacked = regexp.MustCompile(`(?m)^unpacking (\S+)`)

// LoadImages gives the node the images in a file, which may be an OCI or a
// Docker archive.
func (c Cluster) LoadImages(ctx context.Context, out io.Writer, path string) error {
	state, err := c.Load()
	if err != nil {
		return err
	}
	if state.Real == nil {
		return errors.New("its nodes are simulated, and run no images")
	}
	text, err := c.load(ctx, state, path)
	for _, image := range unpacked.FindAllStringSubmatch(text, -1) {
		fmt.Fprintln(out, "loaded", image[1])
	}
	return err
}

func (c Cluster) load(ctx context.Context, state *State, path string) (string, error) {
	archive, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = archive.Close() }()
	command := exec.CommandContext(ctx, realProgram(state.Real, place),
		c.enter(state.Real, "ctr", "--namespace=k8s.io", "images", "import", "--local", "-")...)
	var complaint bytes.Buffer
	command.Stdin, command.Stderr = archive, &complaint
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	return string(output), nil
}

// clear removes what the kernel does not remove by itself. It does not use the record of
// processes, so it finds even one that was never recorded.
func (c Cluster) clear(state *State) error {
	program := c.file(place)
	if _, err := os.Stat(program); errors.Is(err, os.ErrNotExist) { // the start did not get that far
		program = realProgram(state.Real, place)
	}
	command := exec.Command(program, "clear", "--cgroup="+state.Real.Group, "--interface="+state.Real.Interface)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("clearing up after the node: %w\n%s", err, output)
	}
	return nil
}
