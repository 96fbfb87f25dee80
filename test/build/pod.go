/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// PodBuilder makes a Pod of a channel.
type PodBuilder struct{ obj corev1.Pod }

// MakePod makes a pod of a channel that is not Ready.
func MakePod(name, channel string) *PodBuilder {
	return &PodBuilder{corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: Namespace,
			Labels: map[string]string{workload.LabelChannel: channel, workload.LabelPlatform: Platform},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: workload.Container, Image: Image}}},
	}}
}

// In puts it into a namespace.
func (b *PodBuilder) In(namespace string) *PodBuilder {
	b.obj.Namespace = namespace
	return b
}

// ReadySince an instant. It is in the status, which create does not write.
func (b *PodBuilder) ReadySince(at time.Time) *PodBuilder {
	b.obj.Status.Conditions = []corev1.PodCondition{{
		Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(at),
	}}
	return b
}

// Obj returns a copy of the pod; later sentences do not change it.
func (b *PodBuilder) Obj() *corev1.Pod { return b.obj.DeepCopy() }
