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

	// AnnotationAllowDelete lets an object be deleted in a launch, where
	// config/protection is installed. Its value is the reason.
	AnnotationAllowDelete = "booking.mezzanotte.dev/allow-delete"
	// AnnotationChange on a campaign says who last paused, resumed or postponed it
	// with kubectl mezzanotte, when and why.
	AnnotationChange = "booking.mezzanotte.dev/change"
)
