/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var config *rest.Config

func TestMain(m *testing.M) { os.Exit(testenv.Run(m, &config)) }

// scene is a platform with one campaign on a real API server.
type scene struct {
	*testing.T
	api       client.WithWatch
	namespace string
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, api: testenv.Client(t, config)}
	s.namespace = testenv.Namespace(t, s.api)
	for _, o := range []client.Object{
		build.MakePlatform(build.Platform).In(s.namespace).Obj(),
		build.MakeCampaign("over-80").In(s.namespace).With(func(c *v1alpha1.Campaign) {
			c.Annotations = map[string]string{"example.org/team": "rome"}
		}).Obj(),
	} {
		if err := s.api.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *scene) campaign() *v1alpha1.Campaign {
	s.Helper()
	c := &v1alpha1.Campaign{}
	if err := s.api.Get(s.Context(), client.ObjectKey{Namespace: s.namespace, Name: "over-80"}, c); err != nil {
		s.Fatal(err)
	}
	return c
}

func (s *scene) set() declared.Set {
	s.Helper()
	set := declared.Set{Platform: &v1alpha1.BookingPlatform{}}
	if err := s.api.Get(s.Context(), client.ObjectKey{Namespace: s.namespace, Name: build.Platform}, set.Platform); err != nil {
		s.Fatal(err)
	}
	set.Campaigns = []v1alpha1.Campaign{*s.campaign()}
	return set
}

func (s *scene) on(r Request) Change {
	s.Helper()
	c, err := r.On(s.set(), s.campaign(), at(evening))
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// status writes something into it, as the operator does all night.
func (s *scene) status(change func(*v1alpha1.CampaignStatus)) {
	s.Helper()
	c := s.campaign()
	change(&c.Status)
	if err := s.api.Status().Update(s.Context(), c); err != nil {
		s.Fatal(err)
	}
}

func TestWrites(t *testing.T) {
	s := newScene(t)
	c := s.on(Request{Postpone, "The registry is down.", "2026-12-02 24:00"})
	done, err := c.Write(t.Context(), s.api, "alice", at(evening))
	if err != nil {
		t.Fatal(err)
	}
	live := s.campaign()
	if diff := cmp.Diff(v1alpha1.CivilTime{Date: "2026-12-02", Time: "24:00"}, live.Spec.Opening); diff != "" {
		t.Errorf("spec.opening, want (-), got (+):\n%s", diff)
	}
	want := map[string]string{
		"example.org/team":        "rome",
		v1alpha1.AnnotationChange: "2026-12-01T22:31:07Z alice: postpone from 2026-12-01 24:00 Europe/Rome to 2026-12-02 24:00 Europe/Rome: The registry is down.",
	}
	if diff := cmp.Diff(want, live.Annotations); diff != "" {
		t.Errorf("annotations, want (-), got (+):\n%s", diff)
	}
	managers := map[string]bool{}
	for _, entry := range live.ManagedFields {
		managers[entry.Manager] = true
	}
	if !managers[Manager] {
		t.Errorf("managers are %v, want %s among them", managers, Manager)
	}
	if done.After.Generation != live.Generation || len(live.Status.Announced) > 0 {
		t.Errorf("generation %d and announced %v, want %d and none: the operator's word", done.After.Generation, live.Status.Announced, live.Generation)
	}
	if err := done.Announce(t.Context(), s.api, "alice"); err != nil {
		t.Fatal(err)
	}
	var events eventsv1.EventList
	if err := s.api.List(t.Context(), &events, client.InNamespace(s.namespace)); err != nil {
		t.Fatal(err)
	}
	if len(events.Items) != 1 {
		t.Fatalf("%d events, want 1", len(events.Items))
	}
	e := events.Items[0]
	got := []string{e.Reason, e.Action, e.Type, e.Regarding.Kind, e.Regarding.Name, e.Note}
	if diff := cmp.Diff([]string{v1alpha1.EventPostponeRequested, v1alpha1.ActionRequest, "Normal", "Campaign", "over-80", want[v1alpha1.AnnotationChange]}, got); diff != "" {
		t.Errorf("the event, want (-), got (+):\n%s", diff)
	}
}

func TestPausesAndResumes(t *testing.T) {
	s := newScene(t)
	c := s.on(Request{Pause, "The registry is down.", ""})
	if _, err := c.Write(t.Context(), s.api, "alice", at(evening)); err != nil {
		t.Fatal(err)
	}
	if got := s.campaign().Spec.Pause.Reason; got != "The registry is down." {
		t.Errorf("spec.pause.reason is %q", got)
	}
	c = s.on(Request{Resume, "", ""})
	if _, err := c.Write(t.Context(), s.api, "bob", at(evening)); err != nil {
		t.Fatal(err)
	}
	live := s.campaign()
	if live.Spec.Pause != (v1alpha1.Pause{}) || live.Annotations[v1alpha1.AnnotationChange] != "2026-12-01T22:31:07Z bob: resume" {
		t.Errorf("spec.pause is %v, the annotation %q", live.Spec.Pause, live.Annotations[v1alpha1.AnnotationChange])
	}
}

// TestWhatHappensMeanwhile: between what was shown and what is written, the
// status may change, but not the spec, and the opening may come.
func TestWhatHappensMeanwhile(t *testing.T) {
	tests := map[string]struct {
		meanwhile func(s *scene)
		now       string
		want      string // "" is written
	}{
		"nothing":  {func(*scene) {}, evening, ""},
		"a status": {func(s *scene) { s.status(func(st *v1alpha1.CampaignStatus) { st.OpensAtLocal = "soon" }) }, evening, ""},
		"the opening": {func(s *scene) {
			s.status(func(st *v1alpha1.CampaignStatus) { st.OpenedAt = &metav1.Time{Time: at(evening)} })
		}, evening, "has opened"},
		"the clock passes": {func(*scene) {}, "2026-12-01T23:00:00Z", "has opened"},
		"another person": {func(s *scene) {
			c := s.campaign()
			c.Spec.Opening.Time = "23:00"
			if err := s.api.Update(s.Context(), c); err != nil {
				s.Fatal(err)
			}
		}, evening, "has been changed by somebody else"},
		"it is deleted": {func(s *scene) {
			if err := s.api.Delete(s.Context(), s.campaign()); err != nil {
				s.Fatal(err)
			}
		}, evening, "not found"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			c := s.on(Request{Postpone, "x", "2026-12-02 24:00"})
			test.meanwhile(s)
			_, err := c.Write(t.Context(), s.api, "alice", at(test.now))
			switch {
			case test.want == "" && err != nil:
				t.Errorf("it was not written: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want %q in it", err, test.want)
			case test.want != "" && !apierrors.IsNotFound(err) && (!errors.Is(err, ErrChanged) || s.campaign().Spec.Opening.Date != "2026-12-01"):
				t.Errorf("it was written all the same: %v, %v", err, s.campaign().Spec.Opening)
			}
		})
	}
}

// TestLosesARace: somebody else's write in the very moment before ours is a
// conflict, which is tried again only if the spec is the same.
func TestLosesARace(t *testing.T) {
	for name, test := range map[string]struct {
		race        func(s *scene)
		wantWritten bool
	}{
		"with a status": {func(s *scene) { s.status(func(st *v1alpha1.CampaignStatus) { st.OpensAtLocal += "." }) }, true},
		"with a spec": {func(s *scene) {
			c := s.campaign()
			c.Spec.Pause.Reason = "somebody's"
			if err := s.api.Update(s.Context(), c); err != nil {
				s.Fatal(err)
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			c, raced := s.on(Request{Postpone, "x", "2026-12-02 24:00"}), false
			racing := interceptor.NewClient(s.api, interceptor.Funcs{Patch: func(ctx context.Context, to client.WithWatch, o client.Object, patch client.Patch, opts ...client.PatchOption) error {
				if !raced {
					raced = true
					test.race(s)
				}
				return to.Patch(ctx, o, patch, opts...)
			}})
			_, err := c.Write(t.Context(), racing, "alice", at(evening))
			if written := s.campaign().Spec.Opening.Date == "2026-12-02"; written != test.wantWritten || (err == nil) != written {
				t.Errorf("written %t (%v), want %t", written, err, test.wantWritten)
			}
		})
	}
}

// TestForce: from the catalog, or from statuses where it may not be read.
func TestForce(t *testing.T) {
	s := newScene(t)
	c := s.on(Request{Pause, "x", ""})
	done, err := c.Write(t.Context(), s.api, "alice", at(evening))
	if err != nil {
		t.Fatal(err)
	}
	want := func(what string, from client.Reader, want Force) {
		t.Helper()
		got, err := done.Force(t.Context(), from)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s (%v), want (-), got (+):\n%s", what, err, diff)
		}
	}
	blind := interceptor.NewClient(s.api, interceptor.Funcs{Get: func(ctx context.Context, from client.WithWatch, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
		if _, ok := o.(*corev1.ConfigMap); ok {
			return apierrors.NewForbidden(corev1.Resource("configmaps"), key.Name, errors.New("no"))
		}
		return from.Get(ctx, key, o, opts...)
	}})
	want("no catalog", s.api, Force{Waits: "there is no ConfigMap lazio-catalog"})
	want("no catalog, blind", blind, Force{Guessed: true, Waits: "the platform's status still names revision 0 of the catalog"})

	document := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "lazio-catalog"}}
	publish := func(set declared.Set, revision int64) {
		t.Helper()
		document.Data = map[string]string{"catalog.json": encoded(t, set, revision)}
		write := s.api.Update
		if document.ResourceVersion == "" {
			write = func(ctx context.Context, o client.Object, _ ...client.UpdateOption) error {
				return s.api.Create(ctx, o)
			}
		}
		if err := write(t.Context(), document); err != nil {
			t.Fatal(err)
		}
	}
	before := s.set()
	before.Campaigns[0].Spec.Pause = v1alpha1.Pause{}
	publish(before, 7)
	want("the catalog before", s.api, Force{Waits: "revision 7 of the catalog does not hold it"})
	publish(s.set(), 8)
	want("the catalog after", s.api, Force{Published: true, Revision: 8})

	platform := s.set().Platform
	platform.Status.Catalog = v1alpha1.CatalogStatus{ConfigMap: "lazio-catalog", Revision: 8, Digest: "x"}
	if err := s.api.Status().Update(t.Context(), platform); err != nil {
		t.Fatal(err)
	}
	want("a new revision, the campaign not looked at, blind", blind, Force{Guessed: true, Waits: "the platform's status still names revision 8 of the catalog"})
	s.status(func(st *v1alpha1.CampaignStatus) { st.ObservedGeneration = done.After.Generation })
	want("both, blind", blind, Force{Published: true, Guessed: true, Revision: 8})

	document.Data["catalog.json"] = "{"
	if err := s.api.Update(t.Context(), document); err != nil {
		t.Fatal(err)
	}
	if got, err := done.Force(t.Context(), s.api); err != nil || got.Published || !strings.Contains(got.Waits, "cannot be read") {
		t.Errorf("a broken catalog: %+v, %v", got, err)
	}
}

func encoded(t *testing.T, set declared.Set, revision int64) string {
	t.Helper()
	document, left := set.Catalog()
	document.Revision = revision
	data, err := document.Encode()
	if err != nil || len(left) > 0 {
		t.Fatalf("encode the catalog: %v, %v", err, left)
	}
	return string(data)
}
