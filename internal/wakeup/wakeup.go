/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package wakeup decides when a reconciler looks again, and in which order. It looks
// again at the plan's next change, but not before a second (a non-positive time would
// be forgotten) nor after ten minutes (so that nothing depends on one timer). What waits
// for something that no watch shows looks again after seconds. If there is more work than
// can be done at once, requests near an opening come first.
package wakeup

import (
	"time"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

const (
	soonest = time.Second
	latest  = 10 * time.Minute
	// unwatched and unwatchedInLaunch are the intervals at which a reconciler looks for
	// what no watch shows: a name that becomes free, or what the scheduler says of a pod.
	unwatched         = 20 * time.Second
	unwatchedInLaunch = 5 * time.Second
	// longestBackoff limits the wait after failures; the default grows to 1000 s.
	longestBackoff = 30 * time.Second
	firstBackoff   = 100 * time.Millisecond
)

// At returns a result that looks again at next, or in ten minutes if next is zero.
func At(now, next time.Time) reconcile.Result {
	if next.IsZero() {
		return reconcile.Result{RequeueAfter: latest}
	}
	return reconcile.Result{RequeueAfter: min(max(next.Sub(now), soonest), latest)}
}

// Unwatched returns when to look again for what no watch shows.
func Unwatched(now time.Time, launching bool) time.Time {
	if launching {
		return now.Add(unwatchedInLaunch)
	}
	return now.Add(unwatched)
}

// Limiter returns the rate limiter of every controller after failures.
func Limiter() workqueue.TypedRateLimiter[reconcile.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstBackoff, longestBackoff)
}
