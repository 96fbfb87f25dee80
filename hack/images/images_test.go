/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// TestImages builds the real programs, twice, in clones of one commit of the files that
// are here now.
func TestImages(t *testing.T) {
	here, there := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere")
	commit(t, here)
	gitIn(t, here, "tag", "v0.9.0")
	gitIn(t, here, "clone", "--quiet", here, there)
	first, second := t.TempDir(), t.TempDir()
	images := buildIn(t, here, first)
	buildIn(t, there, second)

	for _, i := range images {
		t.Run(i.name+" is the same again, built elsewhere", func(t *testing.T) {
			for _, file := range []string{".tar", ".linux-amd64.cdx.json", ".linux-arm64.cdx.json"} {
				if !bytes.Equal(read(t, filepath.Join(first, i.name+file)), read(t, filepath.Join(second, i.name+file))) {
					t.Errorf("%s%s is another", i.name, file)
				}
			}
		})
		t.Run(i.name+" is whole", func(t *testing.T) {
			if err := validate.Index(onlyIndex(t, filepath.Join(first, i.name))); err != nil {
				t.Error(err)
			}
			if want := "mezzanotte/" + i.name + ":v0.9.0"; i.reference() != want {
				t.Errorf("is %s, want %s", i.reference(), want)
			}
		})
		for _, m := range i.made {
			t.Run(i.name+" for "+m.platform.String(), func(t *testing.T) {
				testConfig(t, i, m)
				testProgram(t, i, m)
			})
		}
	}
}

// testConfig looks at what a kubelet looks at.
func testConfig(t *testing.T, i image, m made) {
	config, err := m.image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	want := v1.Config{
		User: "65532:65532", Entrypoint: []string{"/" + i.name}, WorkingDir: "/",
		Labels: map[string]string{
			"org.opencontainers.image.title":       "Mezzanotte " + i.name,
			"org.opencontainers.image.description": i.about,
			"org.opencontainers.image.authors":     "The Mezzanotte Authors",
			"org.opencontainers.image.licenses":    "Apache-2.0",
			"org.opencontainers.image.version":     "v0.9.0",
			"org.opencontainers.image.created":     "2026-11-23T00:00:00Z",
			"org.opencontainers.image.revision":    config.Config.Labels["org.opencontainers.image.revision"],
		},
	}
	if diff := cmp.Diff(want, config.Config); diff != "" {
		t.Error(diff)
	}
	if got := len(config.Config.Labels["org.opencontainers.image.revision"]); got != 40 {
		t.Errorf("the revision has %d characters, want those of a commit", got)
	}
	if got := config.Platform().String(); got != m.platform.String() {
		t.Errorf("is for %s, want %s", got, m.platform)
	}
}

// testProgram looks at the program as it lies in the image, and runs it where it can.
func testProgram(t *testing.T, i image, m made) {
	content := files(t, m.image)[i.name].content
	program, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			t.Error("is not static: it asks for a loader, and the image has none")
		}
	}
	machine := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[m.platform.Architecture]
	if program.Machine != machine {
		t.Errorf("is for %v, want %v", program.Machine, machine)
	}
	if runtime.GOOS != m.platform.OS || runtime.GOARCH != m.platform.Architecture {
		return
	}
	path := filepath.Join(t.TempDir(), i.name)
	if err := os.WriteFile(path, content, 0o755); err != nil {
		t.Fatal(err)
	}
	help := exec.CommandContext(t.Context(), path, "--help")
	help.Env = []string{}
	said, err := help.CombinedOutput()
	if err != nil {
		t.Fatalf("--help: %v: %s", err, said)
	}
	for _, flag := range map[string][]string{"manager": {"-leader-elect"}, "booking": {"-channel-type", "-identifier-keys"}, "crowd": {"-channel", "-people"}}[i.name] {
		if !strings.Contains(string(said), flag) {
			t.Errorf("--help does not speak of %s:\n%s", flag, said)
		}
	}
}

// commit puts the files that programs are made of into a repository of their own.
func commit(t *testing.T, to string) {
	t.Helper()
	list := gitIn(t, repository(), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--",
		"go.mod", "go.sum", "api", "cmd", "controllers", "internal")
	for name := range strings.SplitSeq(strings.Trim(list, "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(repository(), name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(to, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	gitIn(t, to, "init", "--quiet")
	gitIn(t, to, "add", ".")
	gitIn(t, to, "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "as it is")
}

func gitIn(t *testing.T, directory string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", arguments...)
	command.Dir = directory
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@test.invalid", "GIT_AUTHOR_DATE=2026-11-23T00:00:00Z",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@test.invalid", "GIT_COMMITTER_DATE=2026-11-23T00:00:00Z")
	if directory == repository() {
		command.Env = nil // its owner's settings may be what lets git read it
	}
	said, err := command.Output()
	if err != nil {
		t.Fatalf("git %s: %v", arguments[0], err)
	}
	return string(said)
}

func buildIn(t *testing.T, root, out string) []image {
	t.Helper()
	t.Setenv("SOURCE_DATE_EPOCH", "")
	o, err := parse([]string{"--out", out}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := readCheckout(t.Context(), root, "")
	if err != nil {
		t.Fatal(err)
	}
	images, err := build(t.Context(), tree, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range images {
		if err := i.write(out); err != nil {
			t.Fatal(err)
		}
	}
	return images
}

// onlyIndex is the one thing that a layout holds.
func onlyIndex(t *testing.T, directory string) v1.ImageIndex {
	t.Helper()
	whole, err := layout.ImageIndexFromPath(directory)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := whole.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if len(manifest.Manifests) != 1 {
		t.Fatalf("%s holds %d images, want 1", directory, len(manifest.Manifests))
	}
	index, err := whole.ImageIndex(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// files are all files of an image.
func files(t *testing.T, i v1.Image) map[string]file {
	t.Helper()
	stream := mutate.Extract(i)
	defer func() {
		if err := stream.Close(); err != nil {
			t.Error(err)
		}
	}()
	found := map[string]file{}
	for packed := tar.NewReader(stream); ; {
		header, err := packed.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(packed)
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Gid != 0 || header.ModTime.Unix() != 0 {
			t.Errorf("%s is of user %d, group %d and %s", header.Name, header.Uid, header.Gid, header.ModTime)
		}
		found[header.Name] = file{header.Name, header.Mode, content}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
