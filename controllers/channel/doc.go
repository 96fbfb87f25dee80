/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package channel carries out the plan of one booking channel: its workload,
// its floor, and what /scale asks for.
//
//	observe ─▶ decide (plan, objects, replicas) ─▶ apply ─▶ report ─▶ announce
//	 reads          pure, with one instant         writes   status     events
//
// Nothing is remembered between two reconciles but what the objects say. What
// the API server would not change is not sent to it. The reconciler looks again
// at the plan's next step; whatever it does then is harmless a minute later.
package channel
