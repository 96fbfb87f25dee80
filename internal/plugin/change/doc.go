/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package change lets a person pause, resume or postpone an opening on the night. A Request
// on a campaign returns a Change, or a refusal that says what to do instead. A Change shows
// its effect on the plan before it is written, and how far it is in force afterwards.
//
// Openings are announced to people, so an opening only moves later, and never after it has
// opened.
//
// A change is written against the spec that was shown. If the spec has changed meanwhile,
// nothing is written. Statuses may change, as they do all night.
package change
