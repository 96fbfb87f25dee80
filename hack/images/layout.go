/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// Annotations of a layout with the name of an image.
const (
	annotationTag  = "org.opencontainers.image.ref.name"
	annotationName = "io.containerd.image.name"
)

// write puts the image into a directory: as a layout, as an archive, and its list of
// materials. It replaces an earlier build's.
func (i image) write(directory string) error {
	to := filepath.Join(directory, i.name)
	if err := clear(to); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	written, err := layout.Write(to, empty.Index)
	if err != nil {
		return err
	}
	names, err := i.names()
	if err != nil {
		return err
	}
	if err := written.AppendIndex(i.index, layout.WithAnnotations(names)); err != nil {
		return err
	}
	if err := i.writeArchive(to+".tar", os.DirFS(to)); err != nil {
		return err
	}
	for _, m := range i.made {
		file := fmt.Sprintf("%s.%s-%s.cdx.json", to, m.platform.OS, m.platform.Architecture)
		if err := os.WriteFile(file, m.materials, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// clear removes a layout, and nothing else.
func clear(directory string) error {
	entries, err := os.ReadDir(directory)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(directory, "oci-layout")); err != nil {
		return fmt.Errorf("%s holds something else than an image: remove it, or give another --out", directory)
	}
	return os.RemoveAll(directory)
}

// names returns the annotations with the image's tag and the name under which containerd
// keeps it: the one that a kubelet looks for if a pod's image is
// mezzanotte/manager:v0.1.0.
func (i image) names() (map[string]string, error) {
	whole, err := reference.ParseDockerRef(i.reference())
	if err != nil {
		return nil, err
	}
	return map[string]string{annotationTag: i.version, annotationName: whole.String()}, nil
}

// writeArchive packs a layout. Programs that read layouts see all platforms;
// manifest.json is for Docker's older store, which reads one platform and gets the first.
func (i image) writeArchive(path string, tree fs.FS) (err error) {
	first, err := i.made[0].image.Manifest()
	if err != nil {
		return err
	}
	blob := func(hex string) string { return "blobs/sha256/" + hex }
	var layers []string
	for _, l := range first.Layers {
		layers = append(layers, blob(l.Digest.Hex))
	}
	old, err := json.Marshal([]map[string]any{{
		"Config": blob(first.Config.Digest.Hex), "RepoTags": []string{i.reference()}, "Layers": layers,
	}})
	if err != nil {
		return err
	}
	archive, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	return packTree(archive, tree, file{"manifest.json", 0o644, old})
}
