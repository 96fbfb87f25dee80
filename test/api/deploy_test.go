/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// kustomize builds a directory of config, as `kubectl apply -k` would.
func kustomize(t *testing.T, directory string) []*unstructured.Unstructured {
	t.Helper()
	kubectl := filepath.Join(os.Getenv("KUBEBUILDER_ASSETS"), "kubectl")
	command := exec.CommandContext(t.Context(), kubectl, "kustomize", testenv.Path("config", directory))
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("kubectl kustomize config/%s: %v", directory, err)
	}
	return decode(t, out)
}

// install applies what kustomize built, strictly.
func install(t *testing.T, c client.Client, objects []*unstructured.Unstructured) {
	t.Helper()
	strict := client.WithFieldValidation(c, metav1.FieldValidationStrict)
	for _, object := range objects {
		err := strict.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(object), client.FieldOwner("kubectl"))
		if err != nil {
			t.Fatalf("%s %s: %v", object.GetKind(), object.GetName(), err)
		}
	}
}

func TestCRDsAreAKustomizationOfTheirOwn(t *testing.T) {
	if crds := kustomize(t, "crd"); len(crds) != 4 {
		t.Errorf("%d objects in config/crd, want the 4 CRDs", len(crds))
	}
}

func TestDeploy(t *testing.T) {
	c := testenv.Client(t, config)
	objects := kustomize(t, "default")
	if slices.ContainsFunc(objects, func(o *unstructured.Unstructured) bool { return o.GetKind() == "CustomResourceDefinition" }) {
		t.Error("config/default has CRDs: undeploying would delete every platform")
	}
	install(t, c, objects)

	manager := &appsv1.Deployment{}
	if err := c.Get(t.Context(), client.ObjectKey{Namespace: "mezzanotte-system", Name: "mezzanotte-manager"}, manager); err != nil {
		t.Fatal(err)
	}
	// The namespace enforces the restricted standard, so that the server refuses a pod that breaks it.
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "manager", Namespace: manager.Namespace, Labels: manager.Spec.Template.Labels},
		Spec:       manager.Spec.Template.Spec,
	}
	if err := c.Create(t.Context(), pod, client.DryRunAll); err != nil {
		t.Errorf("a pod of the manager: %v", err)
	}
}

func TestSamples(t *testing.T) {
	c := testenv.Client(t, config)
	install(t, c, kustomize(t, "samples"))

	in := client.InNamespace("lazio")
	platforms, hubs := &v1alpha1.BookingPlatformList{}, &v1alpha1.VaccinationHubList{}
	campaigns, channels := &v1alpha1.CampaignList{}, &v1alpha1.BookingChannelList{}
	for _, list := range []client.ObjectList{platforms, hubs, campaigns, channels} {
		if err := c.List(t.Context(), list, in); err != nil {
			t.Fatal(err)
		}
	}
	if len(platforms.Items) != 1 || len(hubs.Items) < 6 || len(campaigns.Items) != 2 || len(channels.Items) != 3 {
		t.Fatalf("%d platforms, %d hubs, %d campaigns, %d channels",
			len(platforms.Items), len(hubs.Items), len(campaigns.Items), len(channels.Items))
	}

	connections := int32(20) // in reserve
	names := map[string]bool{}
	for _, channel := range channels.Items {
		connections += (channel.Spec.Scaling.MaxReplicas + 1) * channel.Spec.Capacity.DatabaseConnections
		names[channel.Name] = true
	}
	if most := platforms.Items[0].Spec.Database.MaxConnections; connections > most {
		t.Errorf("the channels' maxima take %d connections, the store has %d", connections, most)
	}
	for _, campaign := range campaigns.Items {
		if campaign.Spec.Opening != campaigns.Items[0].Spec.Opening {
			t.Errorf("%s opens at %v, want the bands to open together", campaign.Name, campaign.Spec.Opening)
		}
		for _, share := range campaign.Spec.Forecast.ChannelShares {
			if !names[share.Channel] {
				t.Errorf("%s counts on the channel %s, which is not there", campaign.Name, share.Channel)
			}
		}
	}
	for _, hub := range hubs.Items {
		if hub.Labels["province"] == "" {
			t.Errorf("%s is in no province", hub.Name)
		}
	}
}
