/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/plugin/change"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}

func campaignIn(t *testing.T, api client.Client, namespace string) *v1alpha1.Campaign {
	t.Helper()
	c := &v1alpha1.Campaign{}
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "over-80"}, c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestVerbs(t *testing.T) {
	tests := map[string]struct {
		args       []string
		wantStatus int
		want       string
		// wantWritten is the opening and the pause afterwards.
		wantWritten string
	}{
		"postponed":                     {[]string{"postpone", "over-80", "--to", "2026-12-02 24:00", "--reason", "x", "--yes", "--wait", "0"}, 0, "becomes  Thursday 3 December 2026 at 00:00 CET", "2026-12-02 24:00 "},
		"paused":                        {[]string{"pause", "over-80", "--reason", "No doses.", "--yes", "--wait", "0"}, 0, "held: nobody can book", "2026-12-01 24:00 No doses."},
		"paused, nobody can confirm":    {[]string{"pause", "over-80", "--reason", "No doses."}, exitInvalid, "add --yes to write without", "2026-12-01 24:00 "},
		"postponed to an earlier time":  {[]string{"postpone", "over-80", "--to", "2026-12-01 23:00", "--reason", "x", "--yes"}, exitInvalid, "can only move later", "2026-12-01 24:00 "},
		"postponed without a time":      {[]string{"postpone", "over-80", "--reason", "x", "--yes"}, exitInvalid, "--to", "2026-12-01 24:00 "},
		"paused without a reason":       {[]string{"pause", "over-80", "--yes"}, exitInvalid, "--reason is empty", "2026-12-01 24:00 "},
		"resumed without a pause":       {[]string{"resume", "over-80", "--yes"}, exitInvalid, "is not paused", "2026-12-01 24:00 "},
		"nobody":                        {[]string{"pause", "nobody", "--reason", "x", "--yes"}, exitInvalid, "there is no campaign nobody", "2026-12-01 24:00 "},
		"two at once":                   {[]string{"pause", "over-80", "over-70", "--reason", "x", "--yes"}, exitInvalid, "accepts 1 arg", "2026-12-01 24:00 "},
		"no operator publishes a pause": {[]string{"pause", "over-80", "--reason", "x", "--yes", "--wait", "1s"}, exitInvalid, "is the operator running?", "2026-12-01 24:00 x"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			api, namespace := onAPI(t, shown(2, ""))
			got := execute(t, evening, "yes\n", append(test.args, "-n", namespace)...)
			if got.status != test.wantStatus || !strings.Contains(got.out+got.errOut, test.want) {
				t.Errorf("exit status %d, want %d, and %q in:\n%s%s", got.status, test.wantStatus, test.want, got.out, got.errOut)
			}
			c := campaignIn(t, api, namespace)
			if written := string(c.Spec.Opening.Date) + " " + c.Spec.Opening.Time + " " + c.Spec.Pause.Reason; written != test.wantWritten {
				t.Errorf("the campaign says %q, want %q", written, test.wantWritten)
			}
		})
	}
}

// TestAsks: only yes is yes.
func TestAsks(t *testing.T) {
	for answer, want := range map[string]bool{"yes\n": true, "\tyes\n": true, "yes": true, "y\n": false, "no\n": false, "\n": false, "": false, "YES\n": false} {
		t.Run(answer, func(t *testing.T) {
			api, namespace := onAPI(t, shown(2, ""))
			s := newSession(t, evening)
			s.Config.Namespace = &namespace
			var out bytes.Buffer
			s.In, s.Out = strings.NewReader(answer), &out
			a, _ := newAct(s, change.Pause)
			a.campaign, a.Reason, a.asks = "over-80", "x", func(io.Reader) bool { return true }
			a.wait = 0
			err := a.run(t.Context())
			if written := campaignIn(t, api, namespace).Spec.Pause.Reason == "x"; written != want || (err == nil) != want {
				t.Errorf("%q: written %t (%v), want %t", answer, written, err, want)
			}
			if !strings.Contains(out.String(), "Type yes to pause: ") {
				t.Errorf("nobody was asked:\n%s", out.String())
			}
		})
	}
}

// TestRecordsWho: the API server's name of the person is in the event and in the
// annotation. Who may not write events changes all the same, and is told.
func TestRecordsWho(t *testing.T) {
	for name, mayTell := range map[string]bool{"with the right to write events": true, "without it": false} {
		t.Run(name, func(t *testing.T) {
			api, namespace := onAPI(t, shown(2, ""))
			role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "launcher"}, Rules: []rbacv1.PolicyRule{{
				APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"*"}, Verbs: []string{"get", "list", "patch"},
			}}}
			if mayTell {
				role.Rules = append(role.Rules, rbacv1.PolicyRule{APIGroups: []string{"events.k8s.io"}, Resources: []string{"events"}, Verbs: []string{"create"}})
			}
			put(t, api, role, namespace)
			put(t, api, &rbacv1.RoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: "launcher"},
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "launcher"},
				Subjects:   []rbacv1.Subject{{Kind: "User", Name: "alice"}},
			}, namespace)
			s := newSession(t, evening)
			s.Config.WrapConfigFn = func(*rest.Config) *rest.Config {
				as := rest.CopyConfig(config)
				as.Impersonate.UserName = "alice"
				return as
			}
			var errOut bytes.Buffer
			s.ErrOut = &errOut
			if status := run(t.Context(), s, []string{"pause", "over-80", "-n", namespace, "--reason", "No doses.", "--yes", "--wait", "0"}); status != 0 {
				t.Fatalf("exit status %d: %s", status, errOut.String())
			}
			const want = "2026-12-01T21:00:00Z alice: pause: No doses."
			if got := campaignIn(t, api, namespace).Annotations[v1alpha1.AnnotationChange]; got != want {
				t.Errorf("the annotation is %q, want %q", got, want)
			}
			var events eventsv1.EventList
			if err := api.List(t.Context(), &events, client.InNamespace(namespace)); err != nil {
				t.Fatal(err)
			}
			if told := len(events.Items) == 1 && events.Items[0].Note == want; told != mayTell {
				t.Errorf("events are %v", events.Items)
			}
			if warned := strings.Contains(errOut.String(), "warning: record the event PauseRequested"); warned == mayTell {
				t.Errorf("it was told %q", errOut.String())
			}
		})
	}
}

// TestSaysWhenItIsInForce: as soon as the catalog holds the change.
func TestSaysWhenItIsInForce(t *testing.T) {
	api, namespace := onAPI(t, shown(2, ""))
	publish := func(pause string) {
		set, _, err := observe.Set(t.Context(), api, namespace, build.Platform)
		if err != nil {
			t.Error(err)
			return
		}
		set.Campaigns[0].Spec.Pause.Reason = pause
		document := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "lazio-catalog", Namespace: namespace}, Data: map[string]string{"catalog.json": catalogOf(t, set)}}
		if err := api.Create(t.Context(), document); err != nil {
			t.Error(err)
		}
	}
	publish("No doses.") // what the operator does on seeing the pause, a little early
	got := execute(t, evening, "", "pause", "over-80", "-n", namespace, "--reason", "No doses.", "--yes")
	if got.status != 0 || !strings.Contains(got.out, "revision 7 of the catalog holds it") || !strings.Contains(got.out, "no booking pod is running") {
		t.Errorf("exit status %d:\n%s%s", got.status, got.out, got.errOut)
	}
}

func catalogOf(t *testing.T, set declared.Set) string {
	t.Helper()
	document, _ := set.Catalog()
	document.Revision = 7
	data, err := document.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
