/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

var update = flag.Bool("update", false, "renew the golden files")

// everything is a workload in which every field is set.
func everything() v1alpha1.Workload {
	quantity := func(s string) *resource.Quantity { return ptr.To(resource.MustParse(s)) }
	return v1alpha1.Workload{
		Image:   "asl.example/prenota:2.3",
		Command: []string{"/bin/prenota"},
		Args:    []string{"--verbose", "--canale=$(MEZZANOTTE_CHANNEL)"},
		Env: []v1alpha1.EnvVar{
			{Name: "MEZZANOTTE_PLATFORM", Value: ptr.To("lazio-test")},
			{Name: "EMPTY", Value: ptr.To("")},
			{Name: "TOKEN", ValueFrom: v1alpha1.EnvVarSource{SecretKeyRef: v1alpha1.KeyReference{Name: "prenota", Key: "token"}}},
			{Name: "THEME", ValueFrom: v1alpha1.EnvVarSource{ConfigMapKeyRef: v1alpha1.KeyReference{Name: "prenota", Key: "theme"}}},
			{Name: "POD", ValueFrom: v1alpha1.EnvVarSource{FieldPath: "metadata.name"}},
		},
		EnvFrom: []v1alpha1.EnvFromSource{
			{Prefix: "S_", SecretRef: v1alpha1.SecretReference{Name: "prenota-env"}},
			{ConfigMapRef: v1alpha1.ConfigMapReference{Name: "prenota-settings"}},
		},
		Port:          9000,
		ReadinessPath: "/pronto",
		Resources: &v1alpha1.ResourceRequirements{
			Requests: &v1alpha1.ResourceList{CPU: quantity("500m"), Memory: quantity("512Mi")},
			Limits:   &v1alpha1.ResourceList{Memory: quantity("1Gi")},
		},
		Volumes: []v1alpha1.Volume{
			{Name: "certificates", MountPath: "/etc/prenota/tls", Secret: v1alpha1.SecretReference{Name: "prenota-tls"}},
			{Name: "pages", MountPath: "/srv/pages", ConfigMap: v1alpha1.ConfigMapReference{Name: "prenota-pages"}},
			{Name: "scratch", MountPath: "/tmp/", EmptyDir: v1alpha1.EmptyDir{SizeLimit: quantity("1Gi")}},
		},
		ImagePullSecrets: []v1alpha1.SecretReference{{Name: "registry"}},
		NodeSelector:     map[string]v1alpha1.LabelValue{"pool": "booking"},
		Tolerations: []v1alpha1.Toleration{
			{Key: "booking", Operator: "Equal", Value: "only", Effect: "NoSchedule"},
			{Operator: "Exists", Effect: "NoExecute"},
		},
		PriorityClassName: "booking",
	}
}

func TestMake(t *testing.T) {
	for name, in := range map[string]Input{
		"web of the reference server": MakeInput("web").Obj(),
		"own workload and External":   MakeInput("app").External().Runs(everything()).With(func(in *Input) { in.Channel.Spec.Type = v1alpha1.ChannelApp }).Obj(),
		"call centre":                 MakeInput("phone").CallCentre().With(func(in *Input) { in.Floor, in.Max = 8, 30 }).Obj(),
	} {
		t.Run(name, func(t *testing.T) {
			got := document(t, Make(in))
			golden := filepath.Join("testdata", filepath.Base(t.Name())+".yaml")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("not as in %s (renew with -update) (-want +got):\n%s", golden, diff)
			}
		})
	}
}

func document(t *testing.T, objects Objects) []byte {
	t.Helper()
	var all [][]byte
	for _, o := range objects.All() {
		doc, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, doc)
	}
	return bytes.Join(all, []byte("---\n"))
}
