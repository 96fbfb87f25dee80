/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	"path"

	"k8s.io/apimachinery/pkg/api/resource"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// Mount paths. Whole volumes, never a subPath, which would not follow changes: a
// postponement reaches pods through a mounted file.
const (
	catalogPath        = "/etc/mezzanotte/catalog"
	databasePath       = "/etc/mezzanotte/database"
	identifierKeysPath = "/etc/mezzanotte/identifier-keys"
	mailPath           = "/etc/mezzanotte/mail"
	signInPath         = "/etc/mezzanotte/sign-in"
	scratchPath        = "/tmp"
)

// mounted is a volume with its mount.
type mounted struct {
	volume *corev1ac.VolumeApplyConfiguration
	mount  *corev1ac.VolumeMountApplyConfiguration
}

// mount returns all volumes, ours first. Every image gets the catalog and the secrets,
// also one that is not ours: the store belongs to all channels. A declared volume of
// the same name or path replaces ours.
func mount(in Input) []mounted {
	names, paths := map[string]bool{}, map[string]bool{}
	var theirs []mounted
	if w := in.Channel.Spec.Workload; w != nil {
		for _, v := range w.Volumes {
			names[v.Name], paths[path.Clean(v.MountPath)] = true, true
			theirs = append(theirs, declaredVolume(v))
		}
	}
	var all []mounted
	for _, m := range ours(in) {
		if !names[*m.volume.Name] && !paths[*m.mount.MountPath] {
			all = append(all, m)
		}
	}
	return append(all, theirs...)
}

func ours(in Input) []mounted {
	p := in.Platform.Spec
	scratch := resource.MustParse("64Mi")
	all := []mounted{
		at(scratchPath, false, corev1ac.Volume().WithName("tmp").
			WithEmptyDir(corev1ac.EmptyDirVolumeSource().WithSizeLimit(scratch))),
		// Optional: pods start before their platform has published.
		at(catalogPath, true, corev1ac.Volume().WithName("catalog").
			WithConfigMap(corev1ac.ConfigMapVolumeSource().
				WithName(CatalogConfigMap(in.Channel.Spec.PlatformRef.Name)).WithOptional(true))),
		at(databasePath, true, corev1ac.Volume().WithName("database").
			WithSecret(corev1ac.SecretVolumeSource().
				WithSecretName(p.Database.SecretRef.Name).
				WithItems(corev1ac.KeyToPath().WithKey(p.Database.SecretRef.Key).WithPath(p.Database.SecretRef.Key)))),
		at(identifierKeysPath, true, secretVolume("identifier-keys", p.IdentifierKeys.SecretRef.Name)),
	}
	if secret := p.Mail.SecretRef.Name; secret != "" {
		all = append(all, at(mailPath, true, secretVolume("mail", secret)))
	}
	if secret := signIn(in.Channel); secret != "" {
		all = append(all, at(signInPath, true, secretVolume("sign-in", secret)))
	}
	return all
}

func declaredVolume(v v1alpha1.Volume) mounted {
	switch {
	case v.Secret.Name != "":
		return at(v.MountPath, true, secretVolume(v.Name, v.Secret.Name))
	case v.ConfigMap.Name != "":
		return at(v.MountPath, true, corev1ac.Volume().WithName(v.Name).
			WithConfigMap(corev1ac.ConfigMapVolumeSource().WithName(v.ConfigMap.Name)))
	}
	empty := corev1ac.EmptyDirVolumeSource()
	if v.EmptyDir.SizeLimit != nil {
		empty.WithSizeLimit(*v.EmptyDir.SizeLimit)
	}
	return at(v.MountPath, false, corev1ac.Volume().WithName(v.Name).WithEmptyDir(empty))
}

func at(mountPath string, readOnly bool, v *corev1ac.VolumeApplyConfiguration) mounted {
	m := corev1ac.VolumeMount().WithName(*v.Name).WithMountPath(mountPath)
	if readOnly {
		m.WithReadOnly(true)
	}
	return mounted{v, m}
}

func secretVolume(name, secret string) *corev1ac.VolumeApplyConfiguration {
	return corev1ac.Volume().WithName(name).WithSecret(corev1ac.SecretVolumeSource().WithSecretName(secret))
}

func volumes(in Input) []*corev1ac.VolumeApplyConfiguration {
	var all []*corev1ac.VolumeApplyConfiguration
	for _, m := range mount(in) {
		all = append(all, m.volume)
	}
	return all
}

func volumeMounts(in Input) []*corev1ac.VolumeMountApplyConfiguration {
	var all []*corev1ac.VolumeMountApplyConfiguration
	for _, m := range mount(in) {
		all = append(all, m.mount)
	}
	return all
}
