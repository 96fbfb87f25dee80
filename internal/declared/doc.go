/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package declared is what people declared for one platform, as one value, and
// what follows from it without a cluster and without a clock: the planner's
// input, the resolved openings, and what each campaign refers to.
package declared
