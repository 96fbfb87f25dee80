/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// PodBuilder makes a Pod of a channel.
type PodBuilder struct{ obj corev1.Pod }

// templateHash is the hash of a pod template as a Deployment's controller writes it.
const templateHash = "5d4f8c7b9"

// MakePod makes a pod of a channel's Deployment. It is not Ready.
func MakePod(name, channel string) *PodBuilder {
	yes := true
	return &PodBuilder{corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: Namespace,
			Labels: map[string]string{
				workload.LabelChannel: channel, workload.LabelPlatform: Platform, appsv1.DefaultDeploymentUniqueLabelKey: templateHash,
			},
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "apps/v1", Kind: "ReplicaSet", Name: channel + "-" + templateHash, UID: "of-the-replica-set", Controller: &yes,
			}},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: workload.Container, Image: Image}}},
	}}
}

// In puts it into a namespace.
func (b *PodBuilder) In(namespace string) *PodBuilder {
	b.obj.Namespace = namespace
	return b
}

// Foreign has the channel's labels, and was not made for its Deployment.
func (b *PodBuilder) Foreign() *PodBuilder {
	b.obj.OwnerReferences = nil
	return b
}

// With changes it by hand.
func (b *PodBuilder) With(change func(*corev1.Pod)) *PodBuilder {
	change(&b.obj)
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
