/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package wakeup says when a reconciler looks again: at the plan's next change,
// held between a second (a non-positive one would be forgotten) and ten minutes
// (so that nothing rests on one timer).
package wakeup

import (
	"time"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

const (
	soonest = time.Second
	latest  = 10 * time.Minute
	// longestBackoff bounds the wait after failures; the default grows to 1000 s.
	longestBackoff = 30 * time.Second
	firstBackoff   = 100 * time.Millisecond
)

// At is a result that looks again at next, or in ten minutes if next is zero.
func At(now, next time.Time) reconcile.Result {
	if next.IsZero() {
		return reconcile.Result{RequeueAfter: latest}
	}
	return reconcile.Result{RequeueAfter: min(max(next.Sub(now), soonest), latest)}
}

// Limiter is the rate limiter of every controller after failures.
func Limiter() workqueue.TypedRateLimiter[reconcile.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstBackoff, longestBackoff)
}

// near is how close to an opening its channels go before others.
const near = 2 * time.Hour

// Urgent is the priority of what is near an opening; everything else has 0.
const Urgent = 100

// Priority of an object whose opening is at opens.
func Priority(now, opens time.Time) int {
	if opens.Sub(now).Abs() <= near {
		return Urgent
	}
	return 0
}

// Earliest of some instants, where the zero time means never.
func Earliest(instants ...time.Time) time.Time {
	var first time.Time
	for _, t := range instants {
		if first.IsZero() || (!t.IsZero() && t.Before(first)) {
			first = t
		}
	}
	return first
}
