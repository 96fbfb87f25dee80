// Package cluster runs the servers of a Kubernetes cluster as plain processes on
// the loopback interface and keeps record of them.
//
// Everything of a cluster lies in one folder:
//
//	<user cache>/mezzanotte/clusters/<name>/
//	    state.json           which processes, with what arguments and ports
//	    admin.kubeconfig     for people and tests
//	    certificates/ etcd/ logs/ …
//
// The nodes are simulated, or one is real: its programs are components like the
// others, with the arguments that realComponents gives them.
package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// DirVariable names the environment variable that moves the clusters' folder.
const DirVariable = "MEZZANOTTE_CLUSTER_DIR"

// DefaultName is the name of the cluster if none is given.
const DefaultName = "mezzanotte"

var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// Home returns the folder of all clusters.
func Home() (string, error) {
	if named := os.Getenv(DirVariable); named != "" {
		return filepath.Abs(named)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a place for clusters (%s names one): %w", DirVariable, err)
	}
	return filepath.Join(cache, "mezzanotte", "clusters"), nil
}

// Cluster is the folder of a cluster, which may not exist.
type Cluster struct {
	Name string
	Dir  string
}

// Named returns the cluster of that name.
func Named(name string) (Cluster, error) {
	if !namePattern.MatchString(name) {
		return Cluster{}, fmt.Errorf("--name %q: use at most 40 lower-case letters, digits and hyphens", name)
	}
	home, err := Home()
	if err != nil {
		return Cluster{}, err
	}
	return Cluster{Name: name, Dir: filepath.Join(home, name)}, nil
}

// All returns every cluster that has files.
func All() ([]Cluster, error) {
	home, err := Home()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(home)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var all []Cluster
	for _, entry := range entries {
		c := Cluster{Name: entry.Name(), Dir: filepath.Join(home, entry.Name())}
		if _, err := c.Load(); !errors.Is(err, ErrNone) && namePattern.MatchString(c.Name) {
			all = append(all, c)
		}
	}
	return all, nil
}

// Kubeconfig returns the path of the administrator's kubeconfig.
func (c Cluster) Kubeconfig() string { return c.file("admin.kubeconfig") }

// Log returns the path of a component's log; "audit" is the API server's audit log.
func (c Cluster) Log(component string) string { return c.file("logs", component+".log") }

func (c Cluster) file(parts ...string) string {
	return filepath.Join(append([]string{c.Dir}, parts...)...)
}

func (c Cluster) certificate(name string) string { return c.file("certificates", name) }
