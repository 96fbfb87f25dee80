/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// program is a command that becomes an image.
type program struct {
	name  string // of the image, of the program in it, and of its folder in cmd/
	about string
}

var programs = []program{
	{"booking", "The reference booking server: FHIR R4 over PostgreSQL, one process per channel"},
	{"crowd", "A load generator: simulated people book on test servers as they do when an age group opens"},
	{"manager", "The Mezzanotte operator: raises capacity before an opening, and releases it gently"},
}

// settings fixes the environment variables that change what Go builds from the same
// files, so the user's own do not count. The compiler remains: another version of Go
// builds another program.
var settings = []string{
	"CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=", "GOFIPS140=off", "GOFLAGS=", "GOWORK=off",
}

// compile builds all programs for a platform into a directory.
func compile(ctx context.Context, tree checkout, platform v1.Platform, directory string) error {
	arguments := []string{
		"build", "-trimpath", "-ldflags=-s -w",
		fmt.Sprintf("-buildvcs=%t", tree.revision != ""), // the booking server says which version it is
		"-o", directory + string(filepath.Separator),
	}
	for _, p := range programs {
		arguments = append(arguments, "./cmd/"+p.name)
	}
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir, command.Stderr = tree.root, os.Stderr
	command.Env = slices.Concat(os.Environ(), settings, []string{"GOOS=" + platform.OS, "GOARCH=" + platform.Architecture})
	if err := command.Run(); err != nil {
		return fmt.Errorf("build the programs for %s: %w", platform, err)
	}
	return nil
}
