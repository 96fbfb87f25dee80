/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package change is what a person does to an opening on the night: pause,
// resume, postpone. A Request on a campaign gives a Change, or a refusal that
// says what to do instead; a Change says what it does to the plan before it is
// written, and how far it is in force afterwards.
//
// Openings are announced to people, so a postponement only ever goes later, and
// what has opened is not postponed any more.
//
// A change is written against the spec that was shown: if that has changed
// meanwhile nothing is written. Statuses may change, as they do all night.
package change
