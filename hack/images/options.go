/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/mezzanotte/mezzanotte/hack/internal/arguments"
)

const usage = `Builds container images of the manager, the booking server and the load generator, without Docker.

  images [--version V] [--platform P,…] [--out DIRECTORY] [--certificates FILE] [--push REPOSITORY]

`

// options holds the command line.
type options struct {
	version      string // "": as git describes the commit
	platforms    []v1.Platform
	out          string
	certificates string // "": this program's own
	push         *target
}

// offered lists the platforms for which images can be built.
var offered = []string{"linux/amd64", "linux/arm64"}

// tag matches the tags that OCI's distribution specification allows.
var tag = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	var platforms, push string
	flags := flag.NewFlagSet("images", flag.ContinueOnError)
	flags.StringVar(&o.version, "version", "", "the images' `tag`; without it, what git describe says")
	flags.StringVar(&platforms, "platform", strings.Join(offered, ","), "one or more `platforms`, with commas between")
	flags.StringVar(&o.out, "out", filepath.Join(repository(), "dist", "images"), "the `directory` to write to")
	flags.StringVar(&o.certificates, "certificates", "", "PEM `file` of the authorities to trust; default: those that Mozilla trusts")
	flags.StringVar(&push, "push", "", "push to this `repository`, for example registry.example.org/mezzanotte; log in with docker login or podman login before")
	err := arguments.Parse(flags, args, usage, errs)
	switch {
	case err != nil:
		return o, err
	case o.version != "" && !tag.MatchString(o.version):
		return o, fmt.Errorf("--version=%s is no tag: write letters, digits, '.', '_' and '-', at most 128, for example v0.1.0", o.version)
	}
	if o.out, err = filepath.Abs(o.out); err != nil {
		return o, fmt.Errorf("--out: %w", err)
	}
	if o.platforms, err = parsePlatforms(platforms); err != nil {
		return o, err
	}
	if push != "" {
		o.push, err = parseTarget(push)
	}
	return o, err
}

// parsePlatforms returns platforms in the order of offered: another order would give
// another digest.
func parsePlatforms(text string) ([]v1.Platform, error) {
	asked := strings.Split(text, ",")
	for _, platform := range asked {
		if !slices.Contains(offered, platform) {
			return nil, fmt.Errorf("--platform=%s: there is no %q, write %s, or both with a comma", text, platform, strings.Join(offered, " or "))
		}
	}
	var platforms []v1.Platform
	for _, platform := range offered {
		if slices.Contains(asked, platform) {
			system, architecture, _ := strings.Cut(platform, "/")
			platforms = append(platforms, v1.Platform{OS: system, Architecture: architecture})
		}
	}
	return platforms, nil
}

// target is the path in a registry to which images are pushed, each under its own name.
type target struct{ path string }

// parseTarget requires a registry: there is no default to push to.
func parseTarget(text string) (*target, error) {
	t := target{path: text}
	_, err := t.repository("image")
	if err == nil && strings.Contains(text, "//") {
		err = errors.New("this is a link")
	}
	if err != nil {
		return nil, fmt.Errorf("--push=%s: write a registry's host and a path, without a tag, for example registry.example.org/mezzanotte: %w", text, err)
	}
	return &t, nil
}

func (t target) repository(image string) (name.Repository, error) {
	return name.NewRepository(t.path+"/"+image, name.StrictValidation)
}
