/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	"slices"

	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// environment returns our variables, then the declared ones, which replace ours of the
// same name and may refer to them: $(MEZZANOTTE_CHANNEL).
func environment(c *v1alpha1.BookingChannel) []*corev1ac.EnvVarApplyConfiguration {
	var given []v1alpha1.EnvVar
	if c.Spec.Workload != nil {
		given = c.Spec.Workload.Env
	}
	var env []*corev1ac.EnvVarApplyConfiguration
	for _, ours := range [][2]string{
		{"MEZZANOTTE_CHANNEL", c.Name},
		{"MEZZANOTTE_CHANNEL_TYPE", row(c).Server},
		{"MEZZANOTTE_PLATFORM", c.Spec.PlatformRef.Name},
	} {
		if !slices.ContainsFunc(given, func(e v1alpha1.EnvVar) bool { return e.Name == ours[0] }) {
			env = append(env, corev1ac.EnvVar().WithName(ours[0]).WithValue(ours[1]))
		}
	}
	for _, e := range given {
		env = append(env, variable(e))
	}
	return env
}

func variable(e v1alpha1.EnvVar) *corev1ac.EnvVarApplyConfiguration {
	a := corev1ac.EnvVar().WithName(e.Name)
	switch from := e.ValueFrom; {
	case e.Value != nil:
		// The API server drops an empty value, and to apply one again and again
		// would be a write each time.
		if *e.Value != "" {
			a.WithValue(*e.Value)
		}
	case from.SecretKeyRef.Name != "":
		a.WithValueFrom(corev1ac.EnvVarSource().WithSecretKeyRef(corev1ac.SecretKeySelector().
			WithName(from.SecretKeyRef.Name).WithKey(from.SecretKeyRef.Key)))
	case from.ConfigMapKeyRef.Name != "":
		a.WithValueFrom(corev1ac.EnvVarSource().WithConfigMapKeyRef(corev1ac.ConfigMapKeySelector().
			WithName(from.ConfigMapKeyRef.Name).WithKey(from.ConfigMapKeyRef.Key)))
	case from.FieldPath != "":
		a.WithValueFrom(corev1ac.EnvVarSource().WithFieldRef(corev1ac.ObjectFieldSelector().
			WithFieldPath(from.FieldPath)))
	}
	return a
}

func environmentFrom(c *v1alpha1.BookingChannel) []*corev1ac.EnvFromSourceApplyConfiguration {
	if c.Spec.Workload == nil {
		return nil
	}
	var all []*corev1ac.EnvFromSourceApplyConfiguration
	for _, e := range c.Spec.Workload.EnvFrom {
		a := corev1ac.EnvFromSource()
		if e.Prefix != "" {
			a.WithPrefix(e.Prefix)
		}
		switch {
		case e.SecretRef.Name != "":
			a.WithSecretRef(corev1ac.SecretEnvSource().WithName(e.SecretRef.Name))
		case e.ConfigMapRef.Name != "":
			a.WithConfigMapRef(corev1ac.ConfigMapEnvSource().WithName(e.ConfigMapRef.Name))
		}
		all = append(all, a)
	}
	return all
}
