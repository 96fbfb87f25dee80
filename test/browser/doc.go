/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package browser tests the citizens' pages, the app and the desk in a real Chromium, on a real store: each
// page in each state with axe, at the width of a small phone and of a desk, in both
// languages, with the theme and without; the journey with scripts and without; and an
// opening, from half a minute before it. `make test-browser` runs it.
package browser
