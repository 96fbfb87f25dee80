/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// A CRD that client-side apply must take has less than 256 KiB. Stay well under.
func TestCRDsAreSmall(t *testing.T) {
	files, err := filepath.Glob(testenv.Path("config", "crd", "bases", "*.yaml"))
	if err != nil || len(files) != 4 {
		t.Fatalf("%d CRDs, want 4: %v", len(files), err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > 64<<10 {
			t.Errorf("%s has %d bytes, want 64 KiB at most", filepath.Base(file), info.Size())
		}
	}
}

func TestNames(t *testing.T) {
	resources, err := discovery.NewDiscoveryClientForConfigOrDie(config).
		ServerResourcesForGroupVersion(v1alpha1.GroupVersion.String())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range resources.APIResources {
		if !strings.Contains(r.Name, "/") {
			got[r.Name] = strings.Join(r.ShortNames, " ") + " in " + strings.Join(r.Categories, " ")
		}
	}
	want := map[string]string{
		"bookingplatforms": "bplat in mezzanotte",
		"vaccinationhubs":  "vhub in mezzanotte",
		"campaigns":        "camp in mezzanotte",
		"bookingchannels":  "bchan in mezzanotte",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestDefaults(t *testing.T) {
	c := testenv.Client(t, config)
	tests := map[string]struct {
		manifest string
		want     map[string]any
	}{
		"a platform says how campaigns are launched": {
			manifest: "platform-in-UTC.yaml",
			want:     map[string]any{"launch.readyBeforeMinutes": int64(15), "launch.keepPeakMinutes": int64(60), "launch.podStartsPerMinute": int64(120)},
		},
		"a platform that says a part keeps it": {
			manifest: "platform-with-part-of-launch.yaml",
			want:     map[string]any{"launch.readyBeforeMinutes": int64(15), "launch.keepPeakMinutes": int64(90), "launch.podStartsPerMinute": int64(120)},
		},
		"places for people who call are released two days before": {
			manifest: "platform-keeps-places-for-callers.yaml",
			want:     map[string]any{"callCentrePlaces.percent": int64(50), "callCentrePlaces.releaseBeforeHours": int64(48)},
		},
		"places that are kept to the end are": {
			manifest: "platform-keeps-places-to-the-end.yaml",
			want:     map[string]any{"callCentrePlaces.percent": int64(1), "callCentrePlaces.releaseBeforeHours": int64(0)},
		},
		"no places are kept unasked": {
			manifest: "platform-in-UTC.yaml",
			want:     map[string]any{"callCentrePlaces": nil},
		},
		"a forecast rests on the figures of 2021": {
			manifest: "campaign-share-of-a-channel-not-there-yet.yaml",
			want:     map[string]any{"forecast.uptakePercent": int64(60), "forecast.firstHourPercent": int64(10), "forecast.firstMinutePercent": int64(20)},
		},
		"a channel is scaled by us": {
			manifest: "channel-desk-without-patience.yaml",
			want:     map[string]any{"replicas": int64(1), "scaling.autoscaler": "Managed", "scaling.minReplicas": int64(2), "scaling.targetUtilizationPercent": int64(70)},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			object := created(t, c, testenv.Namespace(t, c), tt.manifest)
			for path, want := range tt.want {
				got, _, _ := unstructured.NestedFieldNoCopy(object.Object, append([]string{"spec"}, strings.Split(path, ".")...)...)
				if got != want {
					t.Errorf("spec.%s is %v, want %v", path, got, want)
				}
			}
		})
	}
}

// created makes the first object of an accepted manifest and returns it as the server has it.
func created(t *testing.T, c client.Client, namespace, file string) *unstructured.Unstructured {
	t.Helper()
	content, err := os.ReadFile(testenv.Path("api", "v1alpha1", "testdata", "accepted", file))
	if err != nil {
		t.Fatal(err)
	}
	object := decode(t, content)[0]
	object.SetNamespace(namespace)
	if err := c.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	return object
}

// The objects of one platform can be asked for by its name.
func TestSelectByPlatform(t *testing.T) {
	c := testenv.Client(t, config)
	namespace := testenv.Namespace(t, c)
	for _, m := range manifests(t, "accepted") {
		if m.name == "design.yaml" {
			for _, object := range m.objects {
				if err := apply(t, c, namespace, object); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for kind, want := range map[string]int{"VaccinationHub": 1, "Campaign": 1, "BookingChannel": 2} {
		for platform, want := range map[string]int{"lazio": want, "umbria": 0} {
			list := &unstructured.UnstructuredList{}
			list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
			err := c.List(t.Context(), list, client.InNamespace(namespace), client.MatchingFields{"spec.platformRef.name": platform})
			if err != nil || len(list.Items) != want {
				t.Errorf("%d of kind %s on platform %s, want %d: %v", len(list.Items), kind, platform, want, err)
			}
		}
	}
}

// Every column of an object that is well has something in it.
func TestColumns(t *testing.T) {
	c := testenv.Client(t, config)
	namespace := testenv.Namespace(t, c)
	content, err := os.ReadFile("testdata/well.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range decode(t, content) {
		if err := apply(t, c, namespace, object); err != nil {
			t.Fatalf("%s: %v", object.GetKind(), err)
		}
	}
	var got []string
	for _, resource := range []string{"bookingplatforms", "vaccinationhubs", "campaigns", "bookingchannels"} {
		table := table(t, namespace, resource)
		for i, column := range table.ColumnDefinitions {
			cell := table.Rows[0].Cells[i]
			if cell == nil || cell == "" || cell == "<none>" || cell == "<unknown>" {
				t.Errorf("%s: column %q is empty", resource, column.Name)
			}
			if column.Name != "Age" && column.Priority == 0 {
				got = append(got, column.Name)
			}
		}
	}
	want := []string{
		"Name", "Zone", "Next opening", "Opens (UTC)", "Hubs", "Ready",
		"Name", "Platform", "Name of hub", "Stations", "Next 30 days", "Ready",
		"Name", "Platform", "Day", "Time", "Opens (UTC)", "Ready", "Prescaled", "Open",
		"Name", "Platform", "Type", "Floor", "Ready pods", "Cap", "Next step (UTC)", "To", "Ready",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

// table is what kubectl get asks for.
func table(t *testing.T, namespace, resource string) *metav1.Table {
	t.Helper()
	settings := rest.CopyConfig(config)
	settings.APIPath = "/apis"
	settings.GroupVersion = &schema.GroupVersion{Group: v1alpha1.GroupVersion.Group, Version: v1alpha1.GroupVersion.Version}
	settings.NegotiatedSerializer = codecs.WithoutConversion()
	c, err := rest.RESTClientFor(settings)
	if err != nil {
		t.Fatal(err)
	}
	table := &metav1.Table{}
	err = c.Get().Namespace(namespace).Resource(resource).
		SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").Do(t.Context()).Into(table)
	if err != nil || len(table.Rows) != 1 {
		t.Fatalf("%s: %d rows, want 1: %v", resource, len(table.Rows), err)
	}
	return table
}
