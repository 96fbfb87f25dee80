/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

// Annotations that people write.
const (
	// AnnotationBreakFreeze on a channel lets a change of its pod template
	// through in a launch. Its value is the reason.
	AnnotationBreakFreeze = "booking.mezzanotte.dev/break-freeze"
)
