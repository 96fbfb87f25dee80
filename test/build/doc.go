/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package build makes objects for tests, in sentences:
//
//	build.MakeCampaign("over-80").Opens("2026-12-01", "24:00").Expects(480_000).Through("web", 65).Through("phone", 35).Obj()
//
// What a sentence does not say is as the API server would accept and default
// it, so that an object serves with and without one. Everything belongs to the
// platform lazio in the namespace lazio unless it is said to be elsewhere.
package build

// Names that all builders start from.
const (
	// Platform is the platform that everything belongs to.
	Platform = "lazio"
	// Namespace is where everything is.
	Namespace = "lazio"
	// Image of the reference booking server.
	Image = "mezzanotte/booking:v0.1.0"
)
