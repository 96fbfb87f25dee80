package binaries

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/progress"
)

func TestKeyChangesWithWhatIsBuilt(t *testing.T) {
	sources := func() map[string][]byte {
		return map[string][]byte{"go.mod": []byte("module m"), "go.sum": nil, "main.go": []byte("package main")}
	}
	target := Target{OS: "linux", Arch: "amd64", GoVersion: "go1.26.8"}
	base := key("v1.37.2", sources(), target)
	if want := "v1.37.2-linux-amd64-go1.26.8-"; !strings.HasPrefix(base, want) {
		t.Errorf("key is %s, want it to begin with %s", base, want)
	}
	if again := key("v1.37.2", sources(), target); again != base {
		t.Errorf("the same build has two keys: %s and %s", base, again)
	}
	changes := map[string]func(map[string][]byte, *Target){
		"code":                   func(s map[string][]byte, _ *Target) { s["main.go"] = []byte("package  main") },
		"go.sum":                 func(s map[string][]byte, _ *Target) { s["go.sum"] = []byte("x") },
		"one more file":          func(s map[string][]byte, _ *Target) { s["kwok.go"] = nil },
		"a moved file":           func(s map[string][]byte, _ *Target) { s["moved.go"] = s["main.go"]; delete(s, "main.go") },
		"the system":             func(_ map[string][]byte, t *Target) { t.OS = "darwin" },
		"the processor":          func(_ map[string][]byte, t *Target) { t.Arch = "arm64" },
		"the compiler's version": func(_ map[string][]byte, t *Target) { t.GoVersion = "go1.26.9" },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			changed, changedTarget := sources(), target
			change(changed, &changedTarget)
			if key("v1.37.2", changed, changedTarget) == base {
				t.Error("the key is the same")
			}
		})
	}
}

func TestOnlyWhatIsBuiltCounts(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "main.go", "main_test.go", "README.md"} {
		write(t, filepath.Join(dir, name), name)
	}
	sources, err := readSources(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) != 3 || string(sources["main.go"]) != "main.go" {
		t.Errorf("sources are %v, want go.mod, go.sum and main.go", sources)
	}
}

func TestVersionComesFromGoMod(t *testing.T) {
	tests := map[string]struct {
		goMod, want string
	}{
		"in a block":                   {"require (\n\tk8s.io/kubectl v0.37.2\n\tk8s.io/kubernetes v1.37.2\n)\n", "v1.37.2"},
		"not that of a replaced one":   {"replace (\n\tk8s.io/kubernetes => k8s.io/kubernetes v1.1.1\n)\n", ""},
		"not that of another":          {"require (\n\tk8s.io/kubernetes-x v1.37.2\n)\n", ""},
		"an indirect one, as a tool's": {"require (\n\tk8s.io/kubernetes v1.37.2 // indirect\n)\n", "v1.37.2"},
		"a release candidate is good":  {"require (\n\tk8s.io/kubernetes v1.38.0-rc.1\n)\n", "v1.38.0-rc.1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := kubernetesVersion([]byte(test.goMod))
			if got != test.want || (err != nil) != (test.want == "") {
				t.Errorf("version %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestNodeAndServersAreOfOneVersion(t *testing.T) {
	versions := map[string]string{}
	for _, module := range []string{"kubernetes", "node"} {
		goMod, err := os.ReadFile(filepath.Join("..", "..", module, "go.mod"))
		if err == nil {
			versions[module], err = kubernetesVersion(goMod)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if versions["kubernetes"] != versions["node"] {
		t.Errorf("they are %v", versions)
	}
}

func TestServersSayTheirVersion(t *testing.T) {
	flags := versionFlags("v1.37.2")
	for _, want := range []string{
		"-X k8s.io/component-base/version.gitVersion=v1.37.2",
		"-X k8s.io/component-base/version.gitMajor=1",
		"-X k8s.io/component-base/version.gitMinor=37",
		"-X k8s.io/client-go/pkg/version.gitVersion=v1.37.2",
	} {
		if !strings.Contains(flags, want) {
			t.Errorf("no %q in %q", want, flags)
		}
	}
}

func TestSourceIsFound(t *testing.T) {
	repository := t.TempDir()
	module := filepath.Join(repository, "hack", "cluster", "kubernetes")
	write(t, filepath.Join(module, "go.mod"), "module example.com/hack/cluster/kubernetes\n")
	write(t, filepath.Join(module, "main.go"), "package main\n")
	t.Run("from a folder below the repository", func(t *testing.T) {
		if got, ok := above(filepath.Join(repository, "docs", "deep")); !ok || got != module {
			t.Errorf("found %q, want %q", got, module)
		}
	})
	t.Run("named by the environment", func(t *testing.T) {
		t.Setenv(SourceVariable, module)
		if got, err := Source(); err != nil || got != module {
			t.Errorf("found %q, %v; want %q", got, err, module)
		}
	})
	t.Run("but not when that is wrong", func(t *testing.T) {
		t.Setenv(SourceVariable, repository)
		if _, err := Source(); err == nil {
			t.Error("a folder without the module was accepted")
		}
	})
	t.Run("beside the CLI's own sources", func(t *testing.T) {
		t.Setenv(SourceVariable, "")
		if got, err := Source(); err != nil || !strings.HasSuffix(got, "kubernetes") {
			t.Errorf("found %q, %v", got, err)
		}
	})
}

func TestFollowTellsProgressFromTrouble(t *testing.T) {
	line := progress.Start(&strings.Builder{}, "building")
	defer line.Stop("")
	tail := follow(strings.NewReader(strings.Join([]string{
		"go: downloading k8s.io/api v0.37.2",
		"k8s.io/api/core/v1",
		"# k8s.io/broken",
		"broken.go:3:1: syntax error",
	}, "\n")), line)
	if got, want := strings.Join(tail, "\n"), "# k8s.io/broken\nbroken.go:3:1: syntax error"; got != want {
		t.Errorf("kept %q, want %q", got, want)
	}
}

func TestNFTIsFoundOrAskedFor(t *testing.T) {
	without, with := t.TempDir(), t.TempDir()
	write(t, filepath.Join(without, "nft"), "not a program")
	if err := os.Symlink("/bin/sh", filepath.Join(with, "nft")); err != nil {
		t.Fatal(err)
	}
	if err := findNFT([]string{without, with}); err != nil {
		t.Error(err)
	}
	if err := findNFT([]string{without}); err == nil || !strings.Contains(err.Error(), "apt-get install nftables") {
		t.Errorf("without nft it says %v", err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
