/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"fmt"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var config *rest.Config

func TestMain(m *testing.M) { os.Exit(testenv.Run(m, &config)) }

// press is a namespace of its own with the platform lazio, whose catalog one
// reconciler publishes.
type press struct {
	*testing.T
	api        client.WithWatch
	namespace  string
	clock      *clocktesting.FakePassiveClock
	recorder   *events.FakeRecorder
	writes     testenv.Writes
	reconciler *Reconciler
}

func newPress(t *testing.T) *press {
	t.Helper()
	p := &press{T: t, api: testenv.Client(t, config), clock: clocktesting.NewFakePassiveClock(at("2026-11-20T09:00:00Z")), recorder: events.NewFakeRecorder(100)}
	p.namespace = testenv.Namespace(t, p.api)
	p.restart()
	p.create(build.MakePlatform("lazio").Obj())
	return p
}

// restart forgets everything that is not in the API server.
func (p *press) restart() {
	c := p.writes.Client(p.api)
	p.reconciler = &Reconciler{Client: c, Live: c, Clock: p.clock, Recorder: p.recorder}
}

var at = build.At

func (p *press) create(objects ...client.Object) {
	p.Helper()
	for _, o := range objects {
		o.SetNamespace(p.namespace)
		if err := p.api.Create(p.Context(), o); err != nil {
			p.Fatalf("create %T %s: %v", o, o.GetName(), err)
		}
	}
}

func (p *press) key(name string) client.ObjectKey {
	return client.ObjectKey{Namespace: p.namespace, Name: name}
}

func (p *press) request() ctrl.Request { return ctrl.Request{NamespacedName: p.key("lazio")} }

// reconcile once, and once more to see that nothing is written at rest.
func (p *press) reconcile() *v1alpha1.BookingPlatform {
	p.Helper()
	if _, err := p.reconciler.Reconcile(p.Context(), p.request()); err != nil {
		p.Fatalf("reconcile: %v", err)
	}
	before := p.writes.Count()
	if _, err := p.reconciler.Reconcile(p.Context(), p.request()); err != nil {
		p.Fatalf("reconcile again: %v", err)
	}
	if written := p.writes.Log[before:]; len(written) > 0 {
		p.Errorf("at rest %v was written", written)
	}
	return p.read()
}

func (p *press) read() *v1alpha1.BookingPlatform {
	p.Helper()
	platform := &v1alpha1.BookingPlatform{}
	if err := p.api.Get(p.Context(), p.key("lazio"), platform); err != nil {
		p.Fatal(err)
	}
	return platform
}

func (p *press) configMap() *corev1.ConfigMap {
	p.Helper()
	live := &corev1.ConfigMap{}
	if err := p.api.Get(p.Context(), p.key("lazio-catalog"), live); err != nil {
		p.Fatal(err)
	}
	return live
}

// catalog as a booking pod reads it. The status must say the same.
func (p *press) catalog() catalog.Catalog {
	p.Helper()
	published, err := catalog.Decode([]byte(p.configMap().Data["catalog.json"]))
	if err != nil {
		p.Fatalf("a booking pod cannot read the catalog: %v", err)
	}
	want := v1alpha1.CatalogStatus{ConfigMap: "lazio-catalog", Revision: published.Revision, Digest: published.Digest()}
	if got := p.read().Status.Catalog; got != want {
		p.Errorf("status.catalog: got %+v, want %+v", got, want)
	}
	return published
}

// campaign of the published catalog.
func (p *press) campaign(name string) catalog.Campaign {
	p.Helper()
	for _, c := range p.catalog().Campaigns {
		if c.Name == name {
			return c
		}
	}
	p.Fatalf("campaign %s is not in the catalog", name)
	return catalog.Campaign{}
}

func (p *press) change(name string, change func(*v1alpha1.Campaign)) {
	p.Helper()
	c := &v1alpha1.Campaign{}
	if err := p.api.Get(p.Context(), p.key(name), c); err != nil {
		p.Fatal(err)
	}
	change(c)
	status := *c.Status.DeepCopy()
	if err := p.api.Update(p.Context(), c); err != nil {
		p.Fatalf("change campaign %s: %v", name, err)
	}
	if len(status.Announced) > 0 {
		c.Status = status
		if err := p.api.Status().Update(p.Context(), c); err != nil {
			p.Fatalf("change the status of campaign %s: %v", name, err)
		}
	}
}

// wantRevision counts revisions from the first.
func (p *press) wantRevision(want int64) {
	p.Helper()
	if got := p.nth(p.catalog().Revision); got != want {
		p.Errorf("revision: got the %dth, want the %dth", got, want)
	}
}

// nth counts a revision from the first, which is when the platform was created.
func (p *press) nth(revision int64) int64 {
	p.Helper()
	return revision - p.read().CreationTimestamp.Unix() + 1
}

func (p *press) wantConditions(wanted ...string) {
	p.Helper()
	conditions := p.read().Status.Conditions
	for _, want := range wanted {
		kind, _, _ := strings.Cut(want, "=")
		got := meta.FindStatusCondition(conditions, kind)
		if got == nil {
			p.Errorf("there is no condition %s", kind)
		} else if text := fmt.Sprintf("%s=%s %s", kind, got.Status, got.Reason); text != want {
			p.Errorf("got %s (%s), want %s", text, got.Message, want)
		}
	}
}

func (p *press) message() string {
	p.Helper()
	return p.messageOf(v1alpha1.ConditionCatalogPublished)
}

func (p *press) messageOf(condition string) string {
	p.Helper()
	return meta.FindStatusCondition(p.read().Status.Conditions, condition).Message
}

func (p *press) wantEvents(reasons ...string) {
	p.Helper()
	var got []string
	for len(p.recorder.Events) > 0 {
		got = append(got, strings.Fields(<-p.recorder.Events)[1])
	}
	if strings.Join(got, " ") != strings.Join(reasons, " ") {
		p.Errorf("events: got %v, want %v", got, reasons)
	}
}
