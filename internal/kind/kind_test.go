/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package kind_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/kind"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestEveryType: the table has a row for each type that the API accepts, and no other.
func TestEveryType(t *testing.T) {
	text, err := os.ReadFile("../../config/crd/bases/booking.mezzanotte.dev_bookingchannels.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &crd); err != nil {
		t.Fatal(err)
	}
	var accepted, known []string
	for _, value := range crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"].Properties["type"].Enum {
		accepted = append(accepted, strings.Trim(string(value.Raw), `"`))
	}
	servers, components := map[string]bool{}, map[string]bool{}
	for _, k := range kind.All {
		known = append(known, string(k.Type))
		servers[k.Server], components[k.Component] = true, true
		if got, err := kind.Find(k.Type); err != nil || got != k {
			t.Errorf("find %s: got %+v, %v", k.Type, got, err)
		}
	}
	if diff := cmp.Diff(accepted, known); diff != "" {
		t.Errorf("want the API's types (-), got (+):\n%s", diff)
	}
	if len(servers) != len(known) || len(components) != len(known) || servers[""] || components[""] {
		t.Errorf("servers %v and components %v: each type needs its own", servers, components)
	}
}

func TestUnknownType(t *testing.T) {
	_, err := kind.Find("Kiosk")
	const want = `spec.type: this operator does not know the channel type "Kiosk": upgrade the operator, or use Web, App, CallCentre`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	kiosk := build.MakeChannel("kiosk").With(func(c *v1alpha1.BookingChannel) { c.Spec.Type = "Kiosk" }).Obj()
	if kind.HasAgents(kiosk) || kind.HasAgents(build.MakeChannel("web").Obj()) || !kind.HasAgents(build.MakeChannel("phone").Desk(80, 200).Obj()) {
		t.Error("only a call centre has agents")
	}
}
