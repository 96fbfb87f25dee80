/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package report is the plan as people read it: one value that tables, charts,
// pictures and JSON are drawn from, so that all of them say the same.
package report
