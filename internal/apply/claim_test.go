/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mezzanotte/mezzanotte/internal/apply"
)

func TestClaim(t *testing.T) {
	owner := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "lazio", UID: "new"}}
	claim := apply.Claim{Owner: owner, Kind: "BookingPlatform", Manager: "ours", Labels: map[string]string{"platform": "lazio"}}
	yes := true
	by := func(kind, name string, uid types.UID) []metav1.OwnerReference {
		return []metav1.OwnerReference{{Kind: kind, Name: name, UID: uid, Controller: &yes}}
	}
	labels, written := map[string]string{"platform": "lazio", "more": "x"}, []metav1.ManagedFieldsEntry{{Manager: "kubectl"}, {Manager: "ours"}}
	for name, test := range map[string]struct {
		object  metav1.ObjectMeta
		foreign string
		orphan  bool
	}{
		"ours":                             {metav1.ObjectMeta{OwnerReferences: by("BookingPlatform", "lazio", "new")}, "", false},
		"of a controller":                  {metav1.ObjectMeta{OwnerReferences: by("Deployment", "lazio", "1"), Labels: labels, ManagedFields: written}, "Deployment lazio", false},
		"of another platform":              {metav1.ObjectMeta{OwnerReferences: by("BookingPlatform", "umbria", "1"), Labels: labels, ManagedFields: written}, "BookingPlatform umbria", false},
		"restored with its old owner":      {metav1.ObjectMeta{OwnerReferences: by("BookingPlatform", "lazio", "old"), Labels: labels, ManagedFields: written}, "", true},
		"restored without an owner":        {metav1.ObjectMeta{Labels: labels, ManagedFields: written}, "", true},
		"a user's, with our label":         {metav1.ObjectMeta{Labels: labels, ManagedFields: written[:1]}, "nobody known", false},
		"a user's":                         {metav1.ObjectMeta{}, "nobody known", false},
		"ours once, without its labels":    {metav1.ObjectMeta{ManagedFields: written}, "nobody known", false},
		"of an old owner, and not our own": {metav1.ObjectMeta{OwnerReferences: by("BookingPlatform", "lazio", "old")}, "nobody known", false},
	} {
		t.Run(name, func(t *testing.T) {
			foreign, orphan := claim.Judge(&corev1.ConfigMap{ObjectMeta: test.object})
			if foreign != test.foreign || orphan != test.orphan {
				t.Errorf("got %q, orphan %t, want %q, %t", foreign, orphan, test.foreign, test.orphan)
			}
		})
	}
}
