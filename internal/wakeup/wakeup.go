/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package wakeup says when a reconciler looks again, and at what first. It looks
// at the plan's next change, held between a second (a non-positive one would be
// forgotten) and ten minutes (so that nothing rests on one timer). Where more is
// to be looked at than can be at once, what is near an opening goes first.
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
