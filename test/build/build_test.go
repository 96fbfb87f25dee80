/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// TestObjectsAreAsStored: what the builders make is accepted, and the API
// server adds nothing to it but metadata.
func TestObjectsAreAsStored(t *testing.T) {
	c := testenv.Client(t, testenv.Start(t))
	ns := testenv.Namespace(t, c)
	for name, made := range map[string]client.Object{
		"a platform":        build.MakePlatform("lazio").In(ns).Obj(),
		"a generous one":    build.MakePlatform("umbria").In(ns).Keeps(10, 0).Obj(),
		"a hub":             build.MakeHub("fiera").In(ns).Labelled("province", "rm").Obj(),
		"a campaign":        build.MakeCampaign("everyone").In(ns).Obj(),
		"a big campaign":    build.MakeCampaign("over-80").In(ns).Expects(480_000).Through("web", 65).Through("phone", 35).Doses(2, 21, 42).Obj(),
		"a channel":         build.MakeChannel("web").In(ns).Obj(),
		"an external one":   build.MakeChannel("app").In(ns).External().Runs("example/app:1").Obj(),
		"a call centre":     build.MakeChannel("phone").In(ns).Desk(80, 200).Between(2, 30).Obj(),
		"a closed campaign": build.MakeCampaign("past").In(ns).Opens("2026-12-01", "12:00").Closes("2026-12-02", "24:00").Obj(),
	} {
		t.Run(name, func(t *testing.T) {
			stored, ok := made.DeepCopyObject().(client.Object)
			if !ok {
				t.Fatalf("%T is no object", made)
			}
			if err := c.Create(t.Context(), stored); err != nil {
				t.Fatal(err)
			}
			ignore := []cmp.Option{
				cmpopts.IgnoreTypes(metav1.TypeMeta{}),
				cmpopts.IgnoreFields(metav1.ObjectMeta{}, "UID", "ResourceVersion", "Generation", "CreationTimestamp", "ManagedFields"),
				cmpopts.IgnoreTypes(v1alpha1.CampaignStatus{}, v1alpha1.BookingChannelStatus{}),
			}
			if diff := cmp.Diff(made, stored, ignore...); diff != "" {
				t.Errorf("made (-), stored (+):\n%s", diff)
			}
		})
	}
}
