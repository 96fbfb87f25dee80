/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package declared holds the objects of one platform as one value, and derives from it,
// without a cluster or a clock: the planner's input, the resolved openings, the
// catalog, and what each campaign refers to.
package declared
