package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/process"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/simulation"
)

// State is the record of a cluster. It is written after every process that is
// started, so that what a crash leaves behind can be found.
type State struct {
	Version    string          `json:"version"`
	Binaries   string          `json:"binaries"` // the folder with the programs
	Created    time.Time       `json:"created"`
	Complete   bool            `json:"complete"` // the start went through to the end
	Nodes      int             `json:"nodes"`
	Pace       simulation.Pace `json:"pace"`
	Real       *Real           `json:"real,omitempty"` // of a cluster whose node is real
	Components []Component     `json:"components"`
}

// Component is one server: how it is started, and which process it is.
type Component struct {
	Name    string     `json:"name"`
	Program string     `json:"program"`
	Args    []string   `json:"args"`
	Port    int        `json:"port"`
	Health  string     `json:"health"` // URL that answers 200 when it is ready
	Process process.ID `json:"process"`
	Started time.Time  `json:"started,omitzero"`
	Stopped bool       `json:"stopped"` // on purpose
}

// ErrNone means there is no cluster of that name.
var ErrNone = errors.New("there is no such cluster")

// Load reads the record.
func (c Cluster) Load() (*State, error) {
	content, err := os.ReadFile(c.file("state.json"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, fmt.Errorf("%w: %s (start it with up)", ErrNone, c.Name)
	}
	if err != nil {
		return nil, err
	}
	state := &State{}
	err = json.Unmarshal(content, state)
	if err == nil && state.Version == "" {
		err = errors.New("it says no version")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the record of cluster %s: %w", c.Name, err)
	}
	return state, nil
}

// save replaces the record as a whole: a reader never sees half of it.
func (c Cluster) save(state *State) error {
	content, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return err
	}
	next := c.file("state.json.next")
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return err
	}
	return os.Rename(next, c.file("state.json"))
}

// Component finds a component by name.
func (s *State) Component(name string) (*Component, error) {
	var names []string
	for i := range s.Components {
		if s.Components[i].Name == name {
			return &s.Components[i], nil
		}
		names = append(names, s.Components[i].Name)
	}
	return nil, fmt.Errorf("there is no component %q; there are %s", name, strings.Join(names, ", "))
}

// running counts the components that run.
func (s *State) running() int {
	n := 0
	for _, component := range s.Components {
		if component.Process.Runs() {
			n++
		}
	}
	return n
}

// missing returns the names of the components that do not run.
func (s *State) missing() []string {
	var names []string
	for _, component := range s.Components {
		if !component.Process.Runs() {
			names = append(names, component.Name)
		}
	}
	return names
}

// ports of every recorded cluster, so that a component that is stopped for a
// while finds its own port free again.
func recordedPorts() []int {
	clusters, _ := All()
	var ports []int
	for _, c := range clusters {
		state, err := c.Load()
		if err != nil {
			continue
		}
		for _, component := range state.Components {
			ports = append(ports, component.Port)
		}
	}
	slices.Sort(ports)
	return ports
}
