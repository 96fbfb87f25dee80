/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package build makes objects for tests, in sentences:
//
//	build.MakeCampaign("over-80").Opens("2026-12-01", "24:00").Expects(480_000).Through("web", 65).Through("phone", 35).Obj()
//
// Everything else has valid values and the API server's defaults, so an object serves
// with and without an API server. Everything belongs to the platform lazio in the
// namespace lazio unless a sentence names another.
package build

// Names that all builders start from.
const (
	// Platform is the platform of everything.
	Platform = "lazio"
	// Namespace is the namespace of everything.
	Namespace = "lazio"
	// Image of the reference booking server.
	Image = "mezzanotte/booking:v0.1.0"
)
