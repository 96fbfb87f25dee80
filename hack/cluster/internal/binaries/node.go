package binaries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// nodePrograms are what a real node is made of, as packages of the module in
// hack/cluster/node. runc, which needs a C compiler, is not among them.
var nodePrograms = []string{
	"github.com/containerd/containerd/v2/cmd/containerd",
	"github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
	"github.com/containerd/containerd/v2/cmd/ctr",
	"github.com/containernetworking/plugins/plugins/ipam/host-local",
	"github.com/containernetworking/plugins/plugins/main/loopback",
	"github.com/containernetworking/plugins/plugins/main/ptp",
	"k8s.io/kubernetes/cmd/kube-proxy",
	"k8s.io/kubernetes/cmd/kubelet",
	"sigs.k8s.io/metrics-server/cmd/metrics-server",
	"./dns", "./image", "./pause", "./place", "./runtime",
}

const (
	runc = "github.com/opencontainers/runc"
	// pauseImage is put into a file beside the programs, as no registry is asked.
	pauseImage = "docker.io/mezzanotte/pause:1"
)

// systemFolders hold the machine's programs even where PATH leaves them out, as
// it often does the administrator's. The node looks there as well.
var systemFolders = []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}

// FindNFT fails where the machine has no nft, which kube-proxy runs.
func FindNFT() error { return findNFT(append(filepath.SplitList(os.Getenv("PATH")), systemFolders...)) }

func findNFT(folders []string) error {
	for _, folder := range folders {
		if _, err := exec.LookPath(filepath.Join(folder, "nft")); err == nil {
			return nil
		}
	}
	return errors.New("a real node needs nft, which is not installed: on Debian, apt-get install nftables")
}

// EnsureNode returns the build of a real node's programs, building it when
// missing. They are kept beside the servers':
//
//	<user cache>/mezzanotte/node/<key>/{containerd,runc,kubelet,…,pause.tar}
func EnsureNode(ctx context.Context, out io.Writer) (Build, error) {
	if err := FindNFT(); err != nil {
		return Build{}, err
	}
	source, err := Source()
	if err != nil {
		return Build{}, err
	}
	plan, err := planOf(ctx, filepath.Join(filepath.Dir(source), "node"), "node")
	if err != nil {
		return Build{}, err
	}
	plan.make = plan.compileNode
	return plan.ensure(ctx, out)
}

func (p plan) compileNode(ctx context.Context, dir string, out io.Writer) error {
	if _, err := exec.LookPath("gcc"); err != nil {
		return fmt.Errorf("a real node needs runc, and runc a C compiler: %w (Debian: apt-get install gcc libc6-dev)", err)
	}
	arguments := append([]string{"-o", dir + string(filepath.Separator)}, nodePrograms...)
	what := fmt.Sprintf("building a node of Kubernetes %s from source (first time only, about 10 min)", p.build.Version)
	if err := p.compile(ctx, build{what: what, arguments: arguments}, out); err != nil {
		return err
	}
	// Without libseccomp: see "runtime" in the module for the reason.
	static := build{
		what: "building runc", flags: "-extldflags -static", environment: []string{"CGO_ENABLED=1"},
		arguments: []string{"-tags=netgo,osusergo", "-o", filepath.Join(dir, "runc"), runc},
	}
	if err := p.compile(ctx, static, out); err != nil {
		return err
	}
	image := exec.CommandContext(ctx, filepath.Join(dir, "image"), pauseImage, filepath.Join(dir, "pause.tar"), filepath.Join(dir, "pause"))
	if output, err := image.CombinedOutput(); err != nil {
		return fmt.Errorf("making the pause image: %w\n%s", err, output)
	}
	return os.Symlink("dns", filepath.Join(dir, "coredns"))
}
