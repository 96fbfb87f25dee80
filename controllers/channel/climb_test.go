/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// TestWaitsForAClimbingAutoscaler: what runs does not fall while the other
// autoscaler is on its way up, and falls as soon as it is not.
func TestWaitsForAClimbingAutoscaler(t *testing.T) {
	now := time.Date(2026, 12, 2, 1, 30, 0, 0, time.UTC)
	wrote := func(subresource string, ago time.Duration) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{Manager: "hpa", Subresource: subresource, Time: &metav1.Time{Time: now.Add(-ago)}}
	}
	tests := map[string]struct {
		writes   []metav1.ManagedFieldsEntry
		asked    int32
		want     int32
		wantNext time.Time
	}{
		"nobody has ever asked": {asked: 1, want: 36},
		"it asked a minute ago": {
			writes: []metav1.ManagedFieldsEntry{wrote("scale", time.Minute)}, asked: 8, want: 40, wantNext: now.Add(30 * time.Second),
		},
		"it asked an hour ago":    {writes: []metav1.ManagedFieldsEntry{wrote("scale", time.Hour)}, asked: 8, want: 36},
		"a person wrote the spec": {writes: []metav1.ManagedFieldsEntry{wrote("", time.Second)}, asked: 8, want: 36},
		"it asks for more":        {writes: []metav1.ManagedFieldsEntry{wrote("scale", time.Second)}, asked: 41, want: 41},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			runs := int32(40)
			channel := &v1alpha1.BookingChannel{ObjectMeta: metav1.ObjectMeta{ManagedFields: test.writes}}
			channel.Spec.Scaling.Autoscaler, channel.Spec.Replicas = v1alpha1.AutoscalerExternal, test.asked
			seen := &observed{channel: channel, deployment: &appsv1.Deployment{Spec: appsv1.DeploymentSpec{Replicas: &runs}}}
			got := scaleOf(seen, plan.ChannelPlan{Floor: plan.Floor{Replicas: 36}, Max: 80}, now)
			if got.replicas != test.want || !got.next.Equal(test.wantNext) {
				t.Errorf("%d replicas and a look at %v, want %d and %v", got.replicas, got.next, test.want, test.wantNext)
			}
		})
	}
}
