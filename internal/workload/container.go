/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	"fmt"
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// Paths that the reference booking server answers.
const (
	readyPath = "/readyz"
	livePath  = "/livez"
)

// container returns the only container. An image that is not ours gets the same mounts
// and variables as the reference server, but neither its arguments nor its liveness
// probe.
func container(in Input) *corev1ac.ContainerApplyConfiguration {
	c := in.Channel
	image, _ := Image(c, in.Platform)
	a := corev1ac.Container().
		WithName(Container).
		WithImage(image).
		WithPorts(corev1ac.ContainerPort().
			WithName(PortName).
			WithContainerPort(port(c)).
			WithProtocol(corev1.ProtocolTCP)).
		WithEnv(environment(c)...).
		WithEnvFrom(environmentFrom(c)...).
		WithVolumeMounts(volumeMounts(in)...).
		WithReadinessProbe(readiness(c)).
		WithLifecycle(corev1ac.Lifecycle().
			WithPreStop(corev1ac.LifecycleHandler().
				WithSleep(corev1ac.SleepAction().WithSeconds(preStopSeconds)))).
		WithSecurityContext(corev1ac.SecurityContext().
			WithAllowPrivilegeEscalation(false).
			WithReadOnlyRootFilesystem(true).
			WithCapabilities(corev1ac.Capabilities().WithDrop("ALL")))
	if r := in.Running.untaken(resources(c)); r != nil {
		a.WithResources(r)
	}
	if reference(c) {
		a.WithLivenessProbe(liveness())
	}
	return command(a, in)
}

// command sets the declared command and arguments. Our arguments go only with the
// reference image's own entry point.
func command(a *corev1ac.ContainerApplyConfiguration, in Input) *corev1ac.ContainerApplyConfiguration {
	w := in.Channel.Spec.Workload
	if w == nil {
		w = &v1alpha1.Workload{}
	}
	a.WithCommand(w.Command...)
	switch {
	case len(w.Args) > 0:
		a.WithArgs(w.Args...)
	case len(w.Command) == 0 && reference(in.Channel):
		a.WithArgs(arguments(in)...)
	}
	return a
}

// arguments returns the arguments of the reference booking server.
func arguments(in Input) []string {
	c := in.Channel
	args := []string{
		"--channel-type=" + row(c).Server,
		"--channel=" + c.Name,
		"--catalog=" + path.Join(catalogPath, CatalogKey),
		fmt.Sprintf("--listen=:%d", port(c)),
		fmt.Sprintf("--database-connections=%d", c.Spec.Capacity.DatabaseConnections),
		"--database=" + path.Join(databasePath, in.Platform.Spec.Database.SecretRef.Key),
		"--identifier-keys=" + identifierKeysPath,
	}
	if in.Platform.Spec.Mail.SecretRef.Name != "" {
		args = append(args, "--mail="+mailPath)
	}
	if signIn(c) != "" {
		args = append(args, "--sign-in="+signInPath)
	}
	return args
}

// readiness asks every 3 s, so that a ramp is not held up by its probes, and
// gives a pod in the crowd 15 s before it loses its share of the load.
func readiness(c *v1alpha1.BookingChannel) *corev1ac.ProbeApplyConfiguration {
	p := readyPath
	if w := c.Spec.Workload; w != nil && w.ReadinessPath != "" {
		p = w.ReadinessPath
	}
	return get(p).WithPeriodSeconds(3).WithTimeoutSeconds(3).WithFailureThreshold(5)
}

// liveness restarts a pod that has been stuck for a minute; a crowd never does that.
func liveness() *corev1ac.ProbeApplyConfiguration {
	return get(livePath).WithPeriodSeconds(10).WithTimeoutSeconds(5).WithFailureThreshold(6)
}

func get(p string) *corev1ac.ProbeApplyConfiguration {
	return corev1ac.Probe().WithHTTPGet(corev1ac.HTTPGetAction().
		WithPath(p).
		WithPort(intstr.FromString(PortName)))
}

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
