/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package wakeup

import (
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Openings returns the openings near an instant that a request is about.
type Openings func(request reconcile.Request, now time.Time) []time.Time

const (
	// rankEvery is the interval at which a queue in use ranks its requests again.
	rankEvery = time.Minute
	// rankHolds is the time for which a rank counts for a request that is added again
	// and again: at the start every campaign requests all of its channels.
	rankHolds = time.Second
)

// NewQueue makes the queues of a controller, for its option of that name. Requests near
// an opening come first, however they were added: seen at the start, changed, due by a
// timer, or retried. All others keep controller-runtime's order, which puts those seen
// at the start last.
//
// Priorities are a matter of time, and a queue may be old: a standby's fills
// from its start on, and nobody takes from it for days. So a queue ranks what
// waits in it when the first one takes, and every minute from then on.
func NewQueue(now clock.PassiveClock, openings Openings) func(string, workqueue.TypedRateLimiter[reconcile.Request]) workqueue.TypedRateLimitingInterface[reconcile.Request] {
	return func(name string, limiter workqueue.TypedRateLimiter[reconcile.Request]) workqueue.TypedRateLimitingInterface[reconcile.Request] {
		inner := priorityqueue.New(name, func(o *priorityqueue.Opts[reconcile.Request]) { o.RateLimiter = limiter })
		return &queue{PriorityQueue: inner, clock: now, openings: openings, waiting: map[reconcile.Request]rank{}}
	}
}

// rank is a priority and when it was computed.
type rank struct {
	priority int
	at       time.Time
}

// queue is a priority queue that chooses the priorities itself.
type queue struct {
	priorityqueue.PriorityQueue[reconcile.Request]
	clock    clock.PassiveClock
	openings Openings

	mu sync.Mutex
	// waiting holds the requests added since they were last taken.
	waiting map[reconcile.Request]rank
	// rankedAt is when all of them were last ranked; the zero time: never.
	rankedAt time.Time
}

// AddWithOpts adds requests at the priorities of their openings. A priority in the
// options, or left over from the last time, counts only below all of these.
func (q *queue) AddWithOpts(o priorityqueue.AddOpts, requests ...reconcile.Request) {
	now := q.clock.Now()
	for _, request := range requests {
		opts := o
		if priority := q.ranked(request, now); priority > 0 {
			opts.Priority = &priority
		} else if o.Priority != nil {
			below := min(*o.Priority, 0)
			opts.Priority = &below
		}
		q.PriorityQueue.AddWithOpts(opts, request)
	}
}

// ranked notes that a request waits, and returns its priority.
func (q *queue) ranked(request reconcile.Request, now time.Time) int {
	q.mu.Lock()
	known, waits := q.waiting[request]
	q.mu.Unlock()
	if waits && now.Sub(known.at) < rankHolds {
		return known.priority
	}
	found := rank{priority: q.priority(request, now), at: now}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting[request] = found
	return found.priority
}

// Add adds a request.
func (q *queue) Add(request reconcile.Request) { q.AddWithOpts(priorityqueue.AddOpts{}, request) }

// AddAfter adds a request that is due after some time.
func (q *queue) AddAfter(request reconcile.Request, after time.Duration) {
	q.AddWithOpts(priorityqueue.AddOpts{After: after}, request)
}

// AddRateLimited adds a request that has failed.
func (q *queue) AddRateLimited(request reconcile.Request) {
	q.AddWithOpts(priorityqueue.AddOpts{RateLimited: true}, request)
}

// GetWithPriority takes the first request.
func (q *queue) GetWithPriority() (request reconcile.Request, priority int, shutdown bool) {
	q.rankAll(q.clock.Now())
	request, priority, shutdown = q.PriorityQueue.GetWithPriority()
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.waiting, request)
	return request, priority, shutdown
}

// Get takes the first request.
func (q *queue) Get() (request reconcile.Request, shutdown bool) {
	request, _, shutdown = q.GetWithPriority()
	return request, shutdown
}

// rankAll raises waiting requests to their priorities now, unless it did so a moment
// ago. Everybody who wants to take one waits meanwhile: it takes milliseconds, and what
// they would take may be what can wait.
func (q *queue) rankAll(now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.rankedAt.IsZero() && now.Sub(q.rankedAt) < rankEvery {
		return
	}
	q.rankedAt = now
	for request := range q.waiting {
		priority := q.priority(request, now)
		q.waiting[request] = rank{priority: priority, at: now}
		if priority > 0 {
			// What is due stays so, and timers stay as they are: the earlier counts.
			q.PriorityQueue.AddWithOpts(priorityqueue.AddOpts{After: latest, Priority: &priority}, request)
		}
	}
}

// priority of the opening nearest in time, or 0.
func (q *queue) priority(request reconcile.Request, now time.Time) int {
	most := 0
	for _, opens := range q.openings(request, now) {
		most = max(most, Priority(now, opens))
	}
	return most
}

// grades of priority by how far away an opening is, before or behind. They are
// few, since every priority is a label of the queue's metrics. The first covers the last
// minutes, in which little can still be fixed; the third covers the longest ramps; the
// last covers the day on which everybody looks at the plan.
var grades = []struct {
	within   time.Duration
	priority int
}{
	{15 * time.Minute, 400},
	{time.Hour, 300},
	{6 * time.Hour, 200},
	{24 * time.Hour, 100},
}

// Priority returns the priority of an object whose opening is at opens; 0 if that is
// far away.
func Priority(now, opens time.Time) int {
	distance := opens.Sub(now).Abs()
	for _, grade := range grades {
		if distance <= grade.within {
			return grade.priority
		}
	}
	return 0
}
