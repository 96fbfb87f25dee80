/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package hub

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var config *rest.Config

func TestMain(m *testing.M) { os.Exit(testenv.Run(m, &config)) }

// ward is a namespace of its own, with one reconciler in it.
type ward struct {
	*testing.T
	api        client.WithWatch
	namespace  string
	clock      *clocktesting.FakePassiveClock
	writes     testenv.Writes
	reconciler *Reconciler
}

func newWard(t *testing.T, now string) *ward {
	t.Helper()
	w := &ward{T: t, api: testenv.Client(t, config), clock: clocktesting.NewFakePassiveClock(at(now))}
	w.namespace = testenv.Namespace(t, w.api)
	w.reconciler = &Reconciler{Client: w.writes.Client(w.api), Clock: w.clock}
	return w
}

var at = build.At

func (w *ward) create(o client.Object) {
	w.Helper()
	o.SetNamespace(w.namespace)
	if err := w.api.Create(w.Context(), o); err != nil {
		w.Fatal(err)
	}
}

func (w *ward) request() ctrl.Request {
	return ctrl.Request{NamespacedName: client.ObjectKey{Namespace: w.namespace, Name: "fiera"}}
}

// reconcile once, and once more to see that nothing is written at rest.
func (w *ward) reconcile() (*v1alpha1.VaccinationHub, ctrl.Result) {
	w.Helper()
	result, err := w.reconciler.Reconcile(w.Context(), w.request())
	if err != nil {
		w.Fatal(err)
	}
	before := w.writes.Count()
	if _, err := w.reconciler.Reconcile(w.Context(), w.request()); err != nil {
		w.Fatal(err)
	}
	if written := w.writes.Log[before:]; len(written) > 0 {
		w.Errorf("at rest %v was written", written)
	}
	hub := &v1alpha1.VaccinationHub{}
	if err := w.api.Get(w.Context(), w.request().NamespacedName, hub); err != nil {
		w.Fatal(err)
	}
	return hub, result
}

// days as "2026-11-30 3600".
func days(hub *v1alpha1.VaccinationHub) []string {
	var all []string
	for _, d := range hub.Status.AppointmentsPerDay {
		all = append(all, fmt.Sprintf("%s %d", d.Date, *d.Appointments))
	}
	return all
}

func wantReady(t *testing.T, hub *v1alpha1.VaccinationHub, want string) {
	t.Helper()
	for _, c := range hub.Status.Conditions {
		if text := fmt.Sprintf("%s=%s %s", c.Type, c.Status, c.Reason); text == want {
			return
		}
	}
	t.Errorf("got %+v, want %s", hub.Status.Conditions, want)
}

func TestAppointments(t *testing.T) {
	w := newWard(t, "2026-12-22T22:59:30Z") // 23:59:30 in Rome
	w.create(build.MakePlatform("lazio").Obj())
	w.create(build.MakeHub("fiera").With(func(h *v1alpha1.VaccinationHub) { h.Spec.ClosedOn = []v1alpha1.Date{"2026-12-25"} }).Obj())
	hub, result := w.reconcile()
	wantReady(t, hub, "Ready=True Succeeded")
	// 16 hours of 30 stations at 8 minutes.
	want := []string{"2026-12-22 3600", "2026-12-23 3600", "2026-12-24 3600", "2026-12-25 0", "2026-12-26 3600", "2026-12-27 3600", "2026-12-28 3600"}
	if diff := cmp.Diff(want, days(hub)); diff != "" {
		t.Errorf("days, want (-), got (+):\n%s", diff)
	}
	if got := hub.Status.AppointmentsNext30Days; got == nil || *got != 29*3600 {
		t.Errorf("30 days: got %v, want %d", got, 29*3600)
	}
	if result.RequeueAfter != 30*time.Second {
		t.Errorf("look again: got %v, want at midnight in Rome, in 30s", result.RequeueAfter)
	}

	w.clock.SetTime(at("2026-12-22T23:00:00Z"))
	hub, result = w.reconcile()
	if got := days(hub); got[0] != "2026-12-23 3600" || got[6] != "2026-12-29 3600" {
		t.Errorf("after midnight: got %v", got)
	}
	if result.RequeueAfter != 10*time.Minute {
		t.Errorf("look again: got %v, want in ten minutes at the latest", result.RequeueAfter)
	}
}

// TestChangedClocks: 25 October 2026 has 25 hours in Rome.
func TestChangedClocks(t *testing.T) {
	w := newWard(t, "2026-10-25T08:00:00Z")
	w.create(build.MakePlatform("lazio").Obj())
	w.create(build.MakeHub("fiera").Serves(1, 60).With(func(h *v1alpha1.VaccinationHub) { h.Spec.OpeningHours[0].Opens = "00:00" }).Obj())
	hub, _ := w.reconcile()
	if got := days(hub)[:2]; got[0] != "2026-10-25 25" || got[1] != "2026-10-26 24" {
		t.Errorf("got %v, want 25 and 24 appointments", got)
	}
}

func TestPlatformComes(t *testing.T) {
	w := newWard(t, "2026-11-30T09:00:00Z")
	w.create(build.MakeHub("fiera").Obj())
	hub, _ := w.reconcile()
	wantReady(t, hub, "Reconciling=True PlatformNotFound")
	want := fmt.Sprintf("there is no BookingPlatform lazio: create BookingPlatform lazio in namespace %s, or correct spec.platformRef.name", w.namespace)
	if got := meta.FindStatusCondition(hub.Status.Conditions, "Ready").Message; got != want {
		t.Errorf("message: got %q, want %q", got, want)
	}
	w.create(build.MakePlatform("lazio").Obj())
	hub, _ = w.reconcile()
	wantReady(t, hub, "Ready=True Succeeded")
	wantReady(t, hub, "Reconciling=False Succeeded")
	if len(hub.Status.AppointmentsPerDay) != 7 {
		t.Errorf("days: got %v", days(hub))
	}
}

func TestWriteFails(t *testing.T) {
	w := newWard(t, "2026-11-30T09:00:00Z")
	w.create(build.MakePlatform("lazio").Obj())
	w.create(build.MakeHub("fiera").Obj())
	w.writes.Refuse = 1
	if _, err := w.reconciler.Reconcile(t.Context(), w.request()); err == nil || !strings.Contains(err.Error(), "write the status") {
		t.Errorf("got %v, want the failure of the write", err)
	}
	w.writes.Refuse = 0
	hub, _ := w.reconcile()
	wantReady(t, hub, "Ready=True Succeeded")
}
