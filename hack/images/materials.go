/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"debug/buildinfo"
	"strings"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const mediaTypeMaterials = "application/vnd.cyclonedx+json"

// materials lists, in CycloneDX, the modules that a program says it is made of.
func materials(path string, i image, tree checkout) ([]byte, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, err
	}
	components := []cyclonedx.Component{library("std", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		components = append(components, library(module.Path, module.Version))
	}
	list := cyclonedx.NewBOM()
	list.Metadata = &cyclonedx.Metadata{
		Timestamp: tree.created.Format(time.RFC3339),
		Component: &cyclonedx.Component{
			Type: cyclonedx.ComponentTypeApplication, BOMRef: group + i.name,
			Name: group + i.name, Version: tree.version, Description: i.about,
			Licenses: &cyclonedx.Licenses{{License: &cyclonedx.License{ID: "Apache-2.0"}}},
		},
	}
	list.Components = &components
	var text bytes.Buffer
	err = cyclonedx.NewBOMEncoder(&text, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(list)
	return text.Bytes(), err
}

func library(path, version string) cyclonedx.Component {
	link := "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
	return cyclonedx.Component{Type: cyclonedx.ComponentTypeLibrary, BOMRef: link, Name: path, Version: version, PackageURL: link}
}

// attachment is the list as an artifact that refers to its image.
func (m made) attachment() (v1.Image, error) {
	subject, err := partial.Descriptor(m.image)
	if err != nil {
		return nil, err
	}
	subject.Platform = nil
	list, err := mutate.AppendLayers(empty.Image, static.NewLayer(m.materials, mediaTypeMaterials))
	if err != nil {
		return nil, err
	}
	list = mutate.ConfigMediaType(mutate.MediaType(list, types.OCIManifestSchema1), mediaTypeMaterials)
	return mutate.Subject(list, *subject).(v1.Image), nil //nolint:errcheck // of an image, Subject gives an image
}
