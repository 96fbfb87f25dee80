/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package wakeup_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

// line is a queue with the hands that put into it and take from it.
type line struct {
	*testing.T
	clock *clocktesting.FakePassiveClock
	opens map[string]time.Time
	asked int // how often it was asked what a request is about
	priorityqueue.PriorityQueue[reconcile.Request]
}

// newLine is a queue two days before midnight. Whatever opens at some time opens
// a month later, too: the nearest counts.
func newLine(t *testing.T, opens map[string]time.Time) *line {
	l := &line{T: t, clock: clocktesting.NewFakePassiveClock(midnight.Add(-48 * time.Hour)), opens: opens}
	made := wakeup.NewQueue(l.clock, func(r reconcile.Request, _ time.Time) []time.Time {
		l.asked++
		if at, ok := l.opens[r.Name]; ok {
			return []time.Time{midnight.AddDate(0, 1, 0), at}
		}
		return nil
	})(t.Name(), wakeup.Limiter())
	queue, ok := made.(priorityqueue.PriorityQueue[reconcile.Request])
	if !ok {
		t.Fatalf("%T takes no priorities", made)
	}
	l.PriorityQueue = queue
	t.Cleanup(queue.ShutDown)
	return l
}

func request(name string) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Name: name}}
}

func at(priority int) priorityqueue.AddOpts { return priorityqueue.AddOpts{Priority: &priority} }

// takes wants these requests, in this order.
func (l *line) takes(want ...string) {
	l.Helper()
	var got []string
	for range want {
		taken, _, _ := l.GetWithPriority()
		got = append(got, taken.Name)
		l.Done(taken)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		l.Errorf("taken, want (-), got (+):\n%s", diff)
	}
}

func TestNearOpeningsGoFirst(t *testing.T) {
	for name, add := range map[string]func(l *line, name string){
		"changed":           func(l *line, name string) { l.Add(request(name)) },
		"seen at the start": func(l *line, name string) { l.AddWithOpts(at(handler.LowPriority), request(name)) },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLine(t, map[string]time.Time{"tomorrow": midnight, "soon": midnight.Add(-22 * time.Hour)})
			l.clock.SetTime(midnight.Add(-22*time.Hour - 10*time.Minute))
			for i := range 100 {
				l.Add(request(fmt.Sprintf("far-%02d", i)))
			}
			add(l, "tomorrow")
			add(l, "soon")
			l.takes("soon", "tomorrow", "far-00", "far-01")
		})
	}
}

// TestTimersNearAnOpening: what is due by a timer or after a failure goes first
// as well.
func TestTimersNearAnOpening(t *testing.T) {
	for name, add := range map[string]func(l *line, name string){
		"a timer":   func(l *line, name string) { l.AddAfter(request(name), time.Millisecond) },
		"a failure": func(l *line, name string) { l.AddRateLimited(request(name)) },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLine(t, map[string]time.Time{"soon": midnight})
			l.clock.SetTime(midnight.Add(-time.Minute))
			add(l, "far")
			add(l, "soon")
			for l.Len() < 2 { // until both are due
				runtime.Gosched()
			}
			l.takes("soon", "far")
		})
	}
}

// TestStandby: a queue that was filled days ago ranks what is in it when the
// first one takes from it.
func TestStandby(t *testing.T) {
	l := newLine(t, map[string]time.Time{"over-80": midnight})
	for _, name := range []string{"one", "another", "over-80"} {
		l.AddWithOpts(at(handler.LowPriority), request(name))
	}
	l.Add(request("changed"))
	l.clock.SetTime(midnight.Add(-time.Minute))
	l.takes("over-80", "changed", "one", "another")
}

// TestLongQueue: what comes near its opening while a queue is worked off is
// raised within a minute.
func TestLongQueue(t *testing.T) {
	l := newLine(t, map[string]time.Time{"over-80": midnight})
	for _, name := range []string{"one", "two", "three", "four", "over-80"} {
		l.Add(request(name))
	}
	l.takes("one")
	l.clock.SetTime(l.clock.Now().Add(59 * time.Second))
	l.takes("two")
	l.clock.SetTime(midnight.Add(-time.Hour))
	l.takes("over-80", "three", "four")
}

// TestRankingWakesNobody: a timer that is raised is not due any earlier.
func TestRankingWakesNobody(t *testing.T) {
	l := newLine(t, map[string]time.Time{"over-80": midnight})
	l.AddAfter(request("over-80"), time.Hour)
	l.Add(request("far"))
	l.clock.SetTime(midnight.Add(-time.Minute))
	l.takes("far")
	if l.Len() != 0 {
		t.Error("a timer is due that was set for an hour later")
	}
}

// TestPrioritiesFadeAway: a priority that is left over from the night is none
// the day after.
func TestPrioritiesFadeAway(t *testing.T) {
	l := newLine(t, map[string]time.Time{"over-80": midnight})
	l.clock.SetTime(midnight.Add(48 * time.Hour))
	l.Add(request("changed"))
	l.AddWithOpts(at(400), request("over-80"))
	l.takes("changed", "over-80")
}

// TestAskedForOverAndOver: where many ask for one thing, what it is about is
// looked up once a second.
func TestAskedForOverAndOver(t *testing.T) {
	l := newLine(t, map[string]time.Time{"over-80": midnight})
	for range 3 {
		for range 100 {
			l.Add(request("over-80"))
		}
		l.clock.SetTime(l.clock.Now().Add(time.Second))
	}
	if l.asked != 3 {
		t.Errorf("it was looked up %d times, want 3", l.asked)
	}
}
