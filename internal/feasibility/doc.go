/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package feasibility says in words whether the plan meets a campaign's forecast
// within every limit. The operator's conditions and the command line both say
// what it says, so that a pull request and the cluster never disagree.
//
// A verdict is about one opening. It rests on the plan and on what the campaign's
// status remembers: without a status, nothing was ever proved, and the opening
// became known just now.
package feasibility
