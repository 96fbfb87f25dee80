/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// group is the prefix of the names of our images.
const group = "mezzanotte/"

// image is one program, for all platforms.
type image struct {
	program
	version string
	index   v1.ImageIndex
	made    []made
}

// made is an image for one platform.
type made struct {
	platform  v1.Platform
	image     v1.Image
	materials []byte // what it is made of, in CycloneDX
}

// reference returns the image's name for Kubernetes.
func (i image) reference() string { return group + i.name + ":" + i.version }

// build makes an image of each program.
func build(ctx context.Context, tree checkout, o options) (images []image, err error) {
	trusted, err := certificates(o.certificates)
	if err != nil {
		return nil, err
	}
	surroundings, err := layer(surroundings(trusted)...)
	if err != nil {
		return nil, err
	}
	directory, err := os.MkdirTemp("", "mezzanotte-images-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(directory)) }()
	for _, p := range programs {
		images = append(images, image{program: p, version: tree.version})
	}
	for _, platform := range o.platforms {
		compiled := filepath.Join(directory, platform.Architecture)
		if err := compile(ctx, tree, platform, compiled); err != nil {
			return nil, err
		}
		for i := range images {
			m, err := images[i].make(tree, platform, filepath.Join(compiled, images[i].name), surroundings)
			if err != nil {
				return nil, fmt.Errorf("make %s for %s: %w", images[i].name, platform, err)
			}
			images[i].made = append(images[i].made, m)
		}
	}
	for i := range images {
		images[i].index = images[i].join(tree)
	}
	return images, nil
}

// make puts a program on top of its surroundings.
func (i image) make(tree checkout, platform v1.Platform, path string, surroundings v1.Layer) (made, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return made{}, err
	}
	top, err := layer(file{i.name, 0o755, content})
	if err != nil {
		return made{}, err
	}
	created := v1.Time{Time: tree.created}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	base, err = mutate.ConfigFile(base, &v1.ConfigFile{
		OS: platform.OS, Architecture: platform.Architecture, Created: created,
		RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{
			Entrypoint: []string{"/" + i.name}, User: user, WorkingDir: "/", Labels: i.labels(tree),
		},
	})
	if err != nil {
		return made{}, err
	}
	whole, err := mutate.Append(base,
		mutate.Addendum{Layer: surroundings, History: v1.History{Created: created, CreatedBy: "certificates, /etc/passwd, /tmp"}},
		mutate.Addendum{Layer: top, History: v1.History{Created: created, CreatedBy: "go build ./cmd/" + i.name}})
	if err != nil {
		return made{}, err
	}
	list, err := materials(path, i, tree)
	return made{platform, whole, list}, err
}

// join makes the index of the image's platforms.
func (i image) join(tree checkout) v1.ImageIndex {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, m := range i.made {
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: m.image, Descriptor: v1.Descriptor{Platform: &m.platform}})
	}
	return mutate.Annotations(index, i.labels(tree)).(v1.ImageIndex) //nolint:errcheck // of an index, Annotations gives an index
}

// labels returns the labels that OCI's image specification defines.
func (i image) labels(tree checkout) map[string]string {
	labels := map[string]string{
		"title":       "Mezzanotte " + i.name,
		"description": i.about,
		"authors":     "The Mezzanotte Authors",
		"licenses":    "Apache-2.0",
		"version":     tree.version,
		"created":     tree.created.Format("2006-01-02T15:04:05Z07:00"),
	}
	if tree.revision != "" {
		labels["revision"] = tree.revision
		if tree.modified {
			labels["revision"] += "-dirty"
		}
	}
	whole := make(map[string]string, len(labels))
	for key, value := range labels {
		whole["org.opencontainers.image."+key] = value
	}
	return whole
}

// table lists the images that were built. A node downloads one platform's size.
func table(images []image) (string, error) {
	var text strings.Builder
	columns := tabwriter.NewWriter(&text, 0, 0, 3, ' ', 0)
	fmt.Fprintln(columns, "IMAGE\tPLATFORMS\tSIZE\tDIGEST")
	for _, i := range images {
		var platforms, sizes []string
		for _, m := range i.made {
			bytes, err := size(m.image)
			if err != nil {
				return "", err
			}
			platforms = append(platforms, m.platform.String())
			sizes = append(sizes, fmt.Sprintf("%.1f MB", float64(bytes)/1e6))
		}
		digest, err := i.index.Digest()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(columns, "%s\t%s\t%s\t%s\n", i.reference(), strings.Join(platforms, ", "), strings.Join(sizes, ", "), digest)
	}
	err := columns.Flush()
	return text.String(), err
}

// size returns the size of an image's download.
func size(i v1.Image) (int64, error) {
	manifest, err := i.Manifest()
	if err != nil {
		return 0, err
	}
	total := manifest.Config.Size
	for _, l := range manifest.Layers {
		total += l.Size
	}
	return total, nil
}
