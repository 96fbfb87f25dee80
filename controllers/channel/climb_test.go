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
	rose := func(replicas int32, ago time.Duration) v1alpha1.AskedReplicas {
		return v1alpha1.AskedReplicas{Replicas: replicas, RoseAt: &metav1.Time{Time: now.Add(-ago)}}
	}
	tests := map[string]struct {
		before   v1alpha1.AskedReplicas
		asks     int32
		want     int32
		wantNext time.Time
	}{
		"it is seen for the first time":       {asks: 1, want: 36},
		"it asks for the same as ever":        {before: v1alpha1.AskedReplicas{Replicas: 1}, asks: 1, want: 36},
		"it asks for more, still too little":  {before: v1alpha1.AskedReplicas{Replicas: 1}, asks: 4, want: 40, wantNext: now.Add(90 * time.Second)},
		"it asked for more a minute ago":      {before: rose(8, time.Minute), asks: 8, want: 40, wantNext: now.Add(30 * time.Second)},
		"it asked for more an hour ago":       {before: rose(8, time.Hour), asks: 8, want: 36},
		"it asks for less, and has arrived":   {before: rose(8, time.Second), asks: 4, want: 36},
		"it asks for more than what runs now": {before: rose(32, time.Second), asks: 41, want: 41},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			runs := int32(40)
			channel := &v1alpha1.BookingChannel{Status: v1alpha1.BookingChannelStatus{Asked: test.before}}
			channel.Spec.Scaling.Autoscaler, channel.Spec.Replicas = v1alpha1.AutoscalerExternal, test.asks
			seen := &observed{channel: channel, deployment: &appsv1.Deployment{Spec: appsv1.DeploymentSpec{Replicas: &runs}}}
			wanted := wanted{plan: plan.ChannelPlan{Floor: plan.Floor{Replicas: 36}}, most: 80}
			got := scaleOf(seen, wanted, now)
			if got.replicas != test.want || !got.next.Equal(test.wantNext) {
				t.Errorf("%d replicas and a look at %v, want %d and %v", got.replicas, got.next, test.want, test.wantNext)
			}
		})
	}
}
