/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// quick is an image of this very test, for both platforms: a Go program as good as any.
func quick(t *testing.T) image {
	t.Helper()
	i, err := makeQuick()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

var makeQuick = sync.OnceValues(func() (image, error) {
	tree := checkout{version: "v0.9.0", revision: "0123", created: time.Unix(1_800_000_000, 0).UTC()}
	path, err := os.Executable()
	if err != nil {
		return image{}, err
	}
	below, err := layer(surroundings([]byte("authorities"))...)
	if err != nil {
		return image{}, err
	}
	platforms, err := parsePlatforms("linux/amd64,linux/arm64")
	if err != nil {
		return image{}, err
	}
	i := image{program: program{name: "manager", about: "a test"}, version: tree.version}
	for _, platform := range platforms {
		m, err := i.make(tree, platform, path, below)
		if err != nil {
			return image{}, err
		}
		i.made = append(i.made, m)
	}
	i.index = i.join(tree)
	return i, nil
})

func TestFiles(t *testing.T) {
	got := files(t, quick(t).made[0].image)
	modes := map[string]int64{}
	for name, file := range got {
		modes[strings.TrimSuffix(name, "/")] = file.mode
	}
	want := map[string]int64{
		"etc": 0o755, "etc/passwd": 0o644, "etc/ssl": 0o755, "etc/ssl/certs": 0o755,
		"etc/ssl/certs/ca-certificates.crt": 0o644, "tmp": 0o1777, "manager": 0o755,
	}
	if diff := cmp.Diff(want, modes); diff != "" {
		t.Error(diff)
	}
	if text := string(got["etc/ssl/certs/ca-certificates.crt"].content); text != "authorities" {
		t.Errorf("the authorities are %q", text)
	}
}

func TestWrite(t *testing.T) {
	i, out := quick(t), t.TempDir()
	for range 2 { // the second replaces the first
		if err := i.write(out); err != nil {
			t.Fatal(err)
		}
	}
	if err := validate.Index(onlyIndex(t, filepath.Join(out, "manager"))); err != nil {
		t.Error(err)
	}
	whole, err := layout.ImageIndexFromPath(filepath.Join(out, "manager"))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := whole.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"org.opencontainers.image.ref.name": "v0.9.0",
		"io.containerd.image.name":          "docker.io/mezzanotte/manager:v0.9.0", // how runtimes complete a name without a host
	}
	if diff := cmp.Diff(want, manifest.Manifests[0].Annotations); diff != "" {
		t.Error(diff)
	}
}

// Docker's older store finds one platform in the archive, under the name that people use.
func TestArchiveForDocker(t *testing.T) {
	i, out := quick(t), t.TempDir()
	if err := i.write(out); err != nil {
		t.Fatal(err)
	}
	named, err := name.NewTag("mezzanotte/manager:v0.9.0")
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := tarball.ImageFromPath(filepath.Join(out, "manager.tar"), &named)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(loaded); err != nil {
		t.Error(err)
	}
	got, err := loaded.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	want, err := i.made[0].image.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("its config is %s, want %s", got, want)
	}
}

func TestWriteLeavesOthersAlone(t *testing.T) {
	out := t.TempDir()
	mine := filepath.Join(out, "manager", "diary")
	if err := os.MkdirAll(filepath.Dir(mine), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mine, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	err := quick(t).write(out)
	if err == nil || !strings.Contains(err.Error(), "holds something else than an image") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}

func TestPush(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir()) // nobody is logged in
	silent := registry.Logger(log.New(io.Discard, "", 0))
	tests := map[string]http.Handler{
		"a registry that lists what refers to an image": registry.New(silent, registry.WithReferrersSupport(true)),
		"one that does not":                             registry.New(silent),
	}
	for name, handler := range tests {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			to, err := parseTarget(server.Listener.Addr().String() + "/region/mezzanotte")
			if err != nil {
				t.Fatal(err)
			}
			testPush(t, quick(t), *to)
		})
	}
}

func testPush(t *testing.T, i image, to target) {
	digest, err := i.index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	pushed, err := i.push(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	if want := to.path + "/manager:v0.9.0@" + digest.String(); pushed != want {
		t.Errorf("pushed %s, want %s", pushed, want)
	}
	repository, err := to.repository("manager")
	if err != nil {
		t.Fatal(err)
	}
	there, err := remote.Index(repository.Tag("v0.9.0"))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(there); err != nil {
		t.Error(err)
	}
	for _, m := range i.made {
		digest, err := m.image.Digest()
		if err != nil {
			t.Fatal(err)
		}
		referring, err := remote.Referrers(repository.Digest(digest.String()))
		if err != nil {
			t.Fatal(err)
		}
		list, err := referring.IndexManifest()
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Manifests) != 1 || list.Manifests[0].ArtifactType != mediaTypeMaterials {
			t.Errorf("to %s refer %v, want a bill of materials", m.platform, list.Manifests)
		}
	}
}

func TestMaterials(t *testing.T) {
	var list cyclonedx.BOM
	text := strings.NewReader(string(quick(t).made[0].materials))
	if err := cyclonedx.NewBOMDecoder(text, cyclonedx.BOMFileFormatJSON).Decode(&list); err != nil {
		t.Fatal(err)
	}
	if got := list.Metadata.Component; got.Name != "mezzanotte/manager" || got.Version != "v0.9.0" {
		t.Errorf("is of %s %s", got.Name, got.Version)
	}
	found := map[string]bool{}
	for _, c := range *list.Components {
		path, _, _ := strings.Cut(c.PackageURL, "@")
		found[path] = c.Version != ""
	}
	for _, want := range []string{"pkg:golang/std", "pkg:golang/github.com/google/go-containerregistry"} {
		if !found[want] {
			t.Errorf("does not name %s", want)
		}
	}
	if got := library("a.test/b", "v1.0.0+incompatible").PackageURL; got != "pkg:golang/a.test/b@v1.0.0%2Bincompatible" {
		t.Errorf("a version with a plus is linked to as %s", got)
	}
}

func TestTable(t *testing.T) {
	i := quick(t)
	digest, err := i.index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	text, err := table([]image{i})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	if len(lines) != 3 {
		t.Fatalf("has %d lines, want a head, an image and an end:\n%s", len(lines), text)
	}
	for word, under := range map[string]string{
		"IMAGE": "mezzanotte/manager:v0.9.0", "PLATFORMS": "linux/amd64, linux/arm64", "DIGEST": digest.String(),
	} {
		if column := strings.Index(lines[0], word); !strings.HasPrefix(lines[1][column:], under) {
			t.Errorf("under %s is no %s:\n%s", word, under, text)
		}
	}
}
