/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command golangci-lint is golangci-lint with kube-api-linter and logcheck
// compiled in. Its own way to add plugins, `golangci-lint custom`, clones a
// repository; this needs nothing but Go modules.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"
	_ "sigs.k8s.io/kube-api-linter"
	_ "sigs.k8s.io/logtools/logcheck/gclplugin"
)

func main() {
	err := commands.Execute(commands.BuildInfo{
		Version:   version(),
		GoVersion: runtime.Version(),
		Commit:    "go.mod",
		Date:      "(unknown)",
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "golangci-lint:", err)
		os.Exit(exitcodes.Failure)
	}
}

// version names golangci-lint and its plugins. golangci-lint mixes it into the
// keys of its cache, so a new plugin must show in it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var name, plugins string
	for _, module := range info.Deps {
		switch module.Path {
		case "github.com/golangci/golangci-lint/v2":
			name = strings.TrimPrefix(module.Version, "v")
		case "sigs.k8s.io/kube-api-linter", "sigs.k8s.io/logtools":
			plugins += " " + module.Path + "@" + module.Version
		}
	}
	return name + plugins
}
