/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	files "github.com/mezzanotte/mezzanotte/internal/plugin/manifest"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// platformOfAll is what the manifests of other kinds refer to.
const platformOfAll = `
apiVersion: booking.mezzanotte.dev/v1alpha1
kind: BookingPlatform
metadata: {name: lazio}
spec:
  timeZone: Europe/Rome
  database: {secretRef: {name: lazio-database, key: uri}, maxConnections: 2000}
  identifierKeys: {secretRef: {name: lazio-identifier-keys}}
---
`

// Offline and on the API server the same manifests are refused, for the same
// reasons in the same words, but for what only a change could break.
func TestOfflineAgreesOnRejected(t *testing.T) {
	c := testenv.Client(t, config)
	compared := 0
	for _, m := range manifests(t, "rejected") {
		if len(m.objects) > 1 {
			continue // a change: a file does not know what there is already
		}
		compared++
		t.Run(m.name, func(t *testing.T) {
			err := apply(t, c, testenv.Namespace(t, c), m.objects[0])
			if err == nil {
				t.Fatal("the API server accepts it")
			}
			offline := offlineComplaints(t, m.objects[0])
			if _, undecoded, found := strings.Cut(err.Error(), "strict decoding error: "); found {
				// The API server stops here; offline the rest is checked, too.
				if !slices.Contains(offline, undecoded) {
					t.Errorf("the API server says\n  %s\nand offline it is\n  %s", undecoded, strings.Join(offline, "\n  "))
				}
				return
			}
			online := complaints(err)
			slices.Sort(online)
			slices.Sort(offline)
			if diff := cmp.Diff(slices.Compact(online), offline); diff != "" {
				t.Errorf("the API server (-), offline (+):\n%s", diff)
			}
		})
	}
	if compared < 50 {
		t.Errorf("only %d manifests were compared", compared)
	}
}

// What the API server accepts is accepted offline. That it does is TestAccepted.
func TestOfflineAgreesOnAccepted(t *testing.T) {
	for _, m := range manifests(t, "accepted") {
		t.Run(m.name, func(t *testing.T) {
			for _, object := range m.objects {
				if complaints := offlineComplaints(t, object); len(complaints) > 0 {
					t.Errorf("refused offline:\n%s", strings.Join(complaints, "\n"))
				}
			}
		})
	}
}

// offlineComplaints are what is wrong with an object by itself.
func offlineComplaints(t *testing.T, object *unstructured.Unstructured) []string {
	t.Helper()
	object = object.DeepCopy()
	object.SetNamespace("")
	content, err := yaml.Marshal(object.Object)
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	if object.GetKind() != "BookingPlatform" {
		text = platformOfAll + text
	}
	_, err = files.Read(t.Context(), files.Source{Paths: []string{"-"}, Stdin: strings.NewReader(text)})
	var invalid files.Invalid
	if !errors.As(err, &invalid) {
		if err != nil {
			t.Fatal(err)
		}
		return nil
	}
	var all []string
	for _, problem := range invalid {
		for _, cause := range problem.Causes {
			if !strings.Contains(cause, "some rules could not be checked yet") {
				all = append(all, cause)
			}
		}
	}
	return all
}
