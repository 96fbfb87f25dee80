/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

const (
	inLaunch = "Campaign over-80 is being launched until 2026-12-02 23:00:00 UTC"
	// soon is how long a policy takes at most to be in force or gone.
	soon = time.Minute
)

// protect installs config/protection until the test ends, and waits until it is in force.
func protect(t *testing.T, c client.Client) {
	t.Helper()
	policy := kustomize(t, "protection")
	install(t, c, policy)
	namespace := testenv.Namespace(t, c)
	probe := launched(t, c, build.MakeCampaign("probe").In(namespace).Obj(), metav1.ConditionTrue)
	refused := func() bool { return c.Delete(t.Context(), probe, client.DryRunAll) != nil }
	t.Cleanup(func() {
		for _, object := range policy {
			if err := c.Delete(context.Background(), object); err != nil {
				t.Errorf("remove %s %s: %v", object.GetKind(), object.GetName(), err)
			}
		}
	})
	eventually(t, "the policy is in force", refused)
	if err := c.Delete(t.Context(), probe, client.DryRunAll); !strings.Contains(err.Error(), "Campaign probe is in a launch") {
		t.Fatalf("the probe is not refused for its launch: %v", err)
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(soon); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", soon, what)
		}
	}
}

// launched creates an object whose condition Launching has this status, or that
// has no condition at all.
func launched(t *testing.T, c client.Client, o client.Object, status metav1.ConditionStatus) client.Object {
	t.Helper()
	if err := c.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if status == "" {
		return o
	}
	conditions := []metav1.Condition{
		{Type: "Ready", Status: "True", Reason: "Succeeded", Message: "accepted", LastTransitionTime: metav1.Unix(0, 0)},
		{Type: "Launching", Status: status, Reason: "InLaunch", Message: inLaunch, LastTransitionTime: metav1.Unix(0, 0)},
	}
	switch o := o.(type) {
	case *v1alpha1.BookingPlatform:
		o.Status.Conditions = conditions
	case *v1alpha1.BookingChannel:
		o.Status.Conditions = conditions
	case *v1alpha1.Campaign:
		o.Status.Conditions = conditions
	}
	if err := c.Status().Update(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return o
}

// protectedKinds are one object of each kind, and what it is called.
func protectedKinds(namespace string) map[string]client.Object {
	return map[string]client.Object{
		"BookingPlatform lazio": build.MakePlatform("lazio").In(namespace).Obj(),
		"BookingChannel web":    build.MakeChannel("web").In(namespace).Obj(),
		"Campaign over-80":      build.MakeCampaign("over-80").In(namespace).Obj(),
	}
}

var resources = map[string]string{
	"BookingPlatform lazio": "bookingplatforms.booking.mezzanotte.dev lazio",
	"BookingChannel web":    "bookingchannels.booking.mezzanotte.dev web",
	"Campaign over-80":      "campaigns.booking.mezzanotte.dev over-80",
}

// What is being launched goes only for a reason; what is not, always.
func TestProtection(t *testing.T) {
	c := testenv.Client(t, config)
	protect(t, c)
	for name, test := range map[string]struct {
		status      metav1.ConditionStatus
		annotations map[string]string
		wantRefused bool
	}{
		"in a launch":                     {status: metav1.ConditionTrue, wantRefused: true},
		"annotated with a reason":         {status: metav1.ConditionTrue, annotations: map[string]string{v1alpha1.AnnotationAllowDelete: "wrong region"}},
		"annotated without one":           {status: metav1.ConditionTrue, annotations: map[string]string{v1alpha1.AnnotationAllowDelete: " "}, wantRefused: true},
		"annotated with something else":   {status: metav1.ConditionTrue, annotations: map[string]string{v1alpha1.AnnotationBreakFreeze: "why"}, wantRefused: true},
		"in no launch":                    {status: metav1.ConditionFalse},
		"nobody knows":                    {status: metav1.ConditionUnknown},
		"never looked at by the operator": {},
	} {
		t.Run(name, func(t *testing.T) {
			for called, o := range protectedKinds(testenv.Namespace(t, c)) {
				o.SetAnnotations(test.annotations)
				err := c.Delete(t.Context(), launched(t, c, o, test.status))
				if !test.wantRefused {
					if err != nil {
						t.Errorf("%s: %v", called, err)
					}
					continue
				}
				want := called + " is in a launch: " + inLaunch + ". Wait until it is over, or give a reason and delete it again: kubectl annotate " +
					resources[called] + " --namespace " + o.GetNamespace() + ` booking.mezzanotte.dev/allow-delete="the reason"`
				if !apierrors.IsForbidden(err) || !strings.HasSuffix(err.Error(), want) {
					t.Errorf("got  %v\nwant …%s", err, want)
				}
			}
		})
	}
}

// All of a kind at once are refused, too; and nothing but deleting is.
func TestProtectionOfMany(t *testing.T) {
	c := testenv.Client(t, config)
	protect(t, c)
	namespace := testenv.Namespace(t, c)
	over80 := launched(t, c, build.MakeCampaign("over-80").In(namespace).Obj(), metav1.ConditionTrue)
	if err := c.DeleteAllOf(t.Context(), &v1alpha1.Campaign{}, client.InNamespace(namespace)); !apierrors.IsForbidden(err) ||
		!strings.Contains(err.Error(), "Campaign over-80 is in a launch: ") {
		t.Errorf("delete all: got %v, want it refused", err)
	}
	over80.SetLabels(map[string]string{"changed": "true"})
	if err := c.Update(t.Context(), over80); err != nil {
		t.Errorf("change: %v", err)
	}
	hub := build.MakeHub("fiera").In(namespace).Obj()
	if err := c.Create(t.Context(), hub); err != nil {
		t.Fatal(err)
	}
	if err := c.Delete(t.Context(), hub); err != nil {
		t.Errorf("delete a hub: %v", err)
	}
}

// Neither a namespace nor the garbage collector is held up.
func TestProtectionLetsClustersCleanUp(t *testing.T) {
	c := testenv.Client(t, config)
	protect(t, c)
	as := func(user string) client.Client {
		other := rest.CopyConfig(config)
		other.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:masters"}}
		return testenv.Client(t, other)
	}
	for user, wantRefused := range map[string]bool{
		"system:serviceaccount:kube-system:generic-garbage-collector": false,
		"system:kube-controller-manager":                              false,
		"system:serviceaccount:kube-system:namespace-controller":      true, // while the namespace stays
		"system:serviceaccount:argocd:argocd-application-controller":  true,
	} {
		for called, o := range protectedKinds(testenv.Namespace(t, c)) {
			err := as(user).Delete(t.Context(), launched(t, c, o, metav1.ConditionTrue))
			if (err != nil) != wantRefused {
				t.Errorf("%s by %s: %v", called, user, err)
			}
		}
	}

	namespace := testenv.Namespace(t, c)
	over80 := launched(t, c, build.MakeCampaign("over-80").In(namespace).Obj(), metav1.ConditionTrue)
	if err := c.Delete(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "what is in a namespace that is being deleted can be deleted", func() bool { return c.Delete(t.Context(), over80) == nil })
}

// Deleting a CRD deletes its objects without asking any policy: it does not hang,
// and is not prevented.
func TestProtectionAndCRDs(t *testing.T) {
	c := testenv.Client(t, testenv.Start(t))
	protect(t, c)
	if err := apiextensionsv1.AddToScheme(c.Scheme()); err != nil {
		t.Fatal(err)
	}
	over80 := launched(t, c, build.MakeCampaign("over-80").In(testenv.Namespace(t, c)).Obj(), metav1.ConditionTrue)
	crd := &apiextensionsv1.CustomResourceDefinition{ObjectMeta: metav1.ObjectMeta{Name: "campaigns.booking.mezzanotte.dev"}}
	if err := c.Delete(t.Context(), crd); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the CRD is gone", func() bool {
		err := c.Get(t.Context(), client.ObjectKeyFromObject(crd), crd)
		return apierrors.IsNotFound(err)
	})
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(over80), over80); !apierrors.IsNotFound(err) && !meta.IsNoMatchError(err) {
		t.Errorf("got %v, want the campaign gone with its CRD", err)
	}
}
