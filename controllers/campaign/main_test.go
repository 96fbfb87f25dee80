/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var config *rest.Config

// name of the campaign that each night is about.
const name = "over-80"

func TestMain(m *testing.M) { os.Exit(testenv.Run(m, &config)) }

// night is a namespace of its own, in which one reconciler works by a clock
// that the test sets.
type night struct {
	*testing.T
	api        client.WithWatch
	namespace  string
	clock      *clocktesting.FakePassiveClock
	recorder   *events.FakeRecorder
	writes     testenv.Writes
	reconciler *Reconciler
}

func newNight(t *testing.T, now string) *night {
	t.Helper()
	n := &night{T: t, api: testenv.Client(t, config), clock: clocktesting.NewFakePassiveClock(at(now)), recorder: events.NewFakeRecorder(100)}
	n.namespace = testenv.Namespace(t, n.api)
	n.reconciler = &Reconciler{Client: n.writes.Client(n.api), Live: n.api, Clock: n.clock, Recorder: n.recorder}
	return n
}

var at = build.At

// until sets the clock.
func (n *night) until(t time.Time) { n.clock.SetTime(t) }

func (n *night) create(objects ...client.Object) {
	n.Helper()
	for _, o := range objects {
		o.SetNamespace(n.namespace)
		pod, isPod := o.DeepCopyObject().(*corev1.Pod)
		if err := n.api.Create(n.Context(), o); err != nil {
			n.Fatalf("create %T %s: %v", o, o.GetName(), err)
		}
		if isPod {
			pod.SetResourceVersion(o.GetResourceVersion())
			if err := n.api.Status().Update(n.Context(), pod); err != nil {
				n.Fatalf("write the status of pod %s: %v", pod.Name, err)
			}
		}
	}
}

// pods creates Ready pods of the channel web and returns them.
func (n *night) pods(count int, since time.Time) []client.Object {
	n.Helper()
	var all []client.Object
	for i := range count {
		podName := fmt.Sprintf("web-%d-%d", since.Unix(), i)
		all = append(all, build.MakePod(podName, "web").ReadySince(since).Obj())
	}
	n.create(all...)
	return all
}

func (n *night) remove(objects ...client.Object) {
	n.Helper()
	for _, o := range objects {
		if err := n.api.Delete(n.Context(), o, client.GracePeriodSeconds(0)); err != nil {
			n.Fatalf("delete %T %s: %v", o, o.GetName(), err)
		}
	}
}

func (n *night) read() *v1alpha1.Campaign {
	n.Helper()
	c := &v1alpha1.Campaign{}
	if err := n.api.Get(n.Context(), client.ObjectKey{Namespace: n.namespace, Name: name}, c); err != nil {
		n.Fatalf("read campaign %s: %v", name, err)
	}
	return c
}

// change the campaign's spec.
func (n *night) change(change func(*v1alpha1.Campaign)) {
	n.Helper()
	c := n.read()
	change(c)
	if err := n.api.Update(n.Context(), c); err != nil {
		n.Fatalf("change campaign %s: %v", name, err)
	}
}

func (n *night) request(name string) ctrl.Request {
	return ctrl.Request{NamespacedName: client.ObjectKey{Namespace: n.namespace, Name: name}}
}

// reconcile once, and once more to see that nothing is written at rest.
func (n *night) reconcile() *v1alpha1.Campaign {
	n.Helper()
	if _, err := n.reconciler.Reconcile(n.Context(), n.request(name)); err != nil {
		n.Fatalf("reconcile %s at %s: %v", name, n.clock.Now(), err)
	}
	before := n.writes.Count()
	if _, err := n.reconciler.Reconcile(n.Context(), n.request(name)); err != nil {
		n.Fatalf("reconcile %s again: %v", name, err)
	}
	if written := n.writes.Log[before:]; len(written) > 0 {
		n.Errorf("at rest, %s: %v was written", n.clock.Now(), written)
	}
	return n.read()
}

// events that were recorded since the last call.
func (n *night) events() []string {
	var all []string
	for {
		select {
		case e := <-n.recorder.Events:
			all = append(all, e)
		default:
			return all
		}
	}
}

func (n *night) wantEvents(reasons ...string) {
	n.Helper()
	got := n.events()
	var gotReasons []string
	for _, e := range got {
		gotReasons = append(gotReasons, strings.Fields(e)[1])
	}
	if strings.Join(gotReasons, " ") != strings.Join(reasons, " ") {
		n.Errorf("events at %s: got %q, want %v", n.clock.Now(), got, reasons)
	}
}

// wantConditions as "Type=Status Reason".
func wantConditions(t *testing.T, c *v1alpha1.Campaign, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		kind, _, _ := strings.Cut(want, "=")
		got := conditionOf(c, kind)
		if text := fmt.Sprintf("%s=%s %s", kind, got.Status, got.Reason); text != want {
			t.Errorf("got %s (%s), want %s", text, got.Message, want)
		}
		if got.ObservedGeneration != c.Generation {
			t.Errorf("%s is of generation %d, want %d", kind, got.ObservedGeneration, c.Generation)
		}
	}
}

func conditionOf(c *v1alpha1.Campaign, kind string) metav1.Condition {
	return condition.In(c.Status.Conditions, kind)
}
