/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package crd carries the CustomResourceDefinitions, as they are installed, so
// that programs can check offline what the API server would check.
package crd

import "embed"

// Files are the definitions, one a file.
//
//go:embed bases/*.yaml
var Files embed.FS
