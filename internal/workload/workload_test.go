/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// inputs are one of each sort.
func inputs() map[string]Input {
	return map[string]Input{
		"reference":        MakeInput("web").Obj(),
		"call centre":      MakeInput("phone").CallCentre().Obj(),
		"External":         MakeInput("app").External().Obj(),
		"own workload":     MakeInput("own").Runs(everything()).Obj(),
		"only an argument": MakeInput("web").Runs(v1alpha1.Workload{Args: []string{"--debug"}}).Obj(),
	}
}

func TestMakeIsDeterministic(t *testing.T) {
	for name, in := range inputs() {
		t.Run(name, func(t *testing.T) {
			want := asJSON(t, Make(in).All())
			for range 50 {
				if got := asJSON(t, Make(in).All()); got != want {
					t.Fatalf("the same input gave\n%s\nand\n%s", want, got)
				}
			}
		})
	}
}

func TestTemplateDoesNotDependOnTheBounds(t *testing.T) {
	for name, in := range inputs() {
		t.Run(name, func(t *testing.T) {
			want := asJSON(t, Make(in).Deployment)
			for floor := int32(1); floor < 10000; floor = floor*3 + 1 {
				in.Floor, in.Max = floor, floor*2
				if got := asJSON(t, Make(in).Deployment); got != want {
					t.Fatalf("floor %d changed the Deployment:\n%s\n%s", floor, want, got)
				}
			}
		})
	}
}

func TestReplicasAreInNoDeployment(t *testing.T) {
	for name, in := range inputs() {
		if Make(in).Deployment.Spec.Replicas != nil {
			t.Errorf("%s: to own replicas once is to reset them when they are dropped", name)
		}
	}
}

func TestAutoscaler(t *testing.T) {
	if hpa := Make(MakeInput("app").External().Obj()).HPA; hpa != nil {
		t.Error("an autoscaler of ours in External mode")
	}
	in := MakeInput("web").With(func(in *Input) { in.Floor, in.Max = 184, 200 }).Obj()
	spec := Make(in).HPA.Spec
	if *spec.MinReplicas != 184 || *spec.MaxReplicas != 200 {
		t.Errorf("bounds %d to %d, want 184 to 200", *spec.MinReplicas, *spec.MaxReplicas)
	}
	if spec.Behavior.ScaleDown == nil {
		t.Error("without scaleDown everything goes at once when the floor comes down")
	}
}

// The rules of the restricted Pod Security Standard that a pod must state.
func TestPodsAreRestricted(t *testing.T) {
	for name, in := range inputs() {
		t.Run(name, func(t *testing.T) {
			pod := Make(in).Deployment.Spec.Template.Spec
			if s := pod.SecurityContext; !*s.RunAsNonRoot || *s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
				t.Error("the pod may run as root, or without seccomp")
			}
			if *pod.AutomountServiceAccountToken || *Make(in).ServiceAccount.AutomountServiceAccountToken {
				t.Error("a token is mounted")
			}
			for _, c := range pod.Containers {
				s := c.SecurityContext
				if *s.AllowPrivilegeEscalation || !*s.ReadOnlyRootFilesystem || cmp.Diff([]corev1.Capability{"ALL"}, s.Capabilities.Drop) != "" {
					t.Errorf("container %s may do too much", *c.Name)
				}
			}
			for _, v := range pod.Volumes {
				if v.HostPath != nil {
					t.Errorf("volume %s is on the node", *v.Name)
				}
			}
		})
	}
}

func TestSelectorFindsThePods(t *testing.T) {
	for name, in := range inputs() {
		t.Run(name, func(t *testing.T) {
			parsed, err := labels.Parse(SelectorString(in.Channel))
			if err != nil {
				t.Fatal(err)
			}
			objects := Make(in)
			if !parsed.Matches(labels.Set(objects.Deployment.Spec.Template.Labels)) {
				t.Error("/scale's selector does not find the pods")
			}
			for _, got := range []map[string]string{
				objects.Deployment.Spec.Selector.MatchLabels,
				objects.Service.Spec.Selector,
				objects.PodDisruptionBudget.Spec.Selector.MatchLabels,
				objects.NetworkPolicy.Spec.PodSelector.MatchLabels,
			} {
				if !maps.Equal(got, Selector(in.Channel)) {
					t.Errorf("selector %v, want %v", got, Selector(in.Channel))
				}
			}
		})
	}
}

func TestCommand(t *testing.T) {
	const ours = "--channel-type=web"
	for name, tc := range map[string]struct {
		workload      v1alpha1.Workload
		command, args []string
	}{
		"the reference server":         {v1alpha1.Workload{Port: 9000}, nil, []string{ours}},
		"arguments replace ours":       {v1alpha1.Workload{Args: []string{"x"}}, nil, []string{"x"}},
		"a command replaces ours, too": {v1alpha1.Workload{Command: []string{"c"}}, []string{"c"}, nil},
		"somebody else's image":        {v1alpha1.Workload{Image: "i"}, nil, nil},
		"all of somebody else's":       {v1alpha1.Workload{Image: "i", Command: []string{"c"}, Args: []string{"x"}}, []string{"c"}, []string{"x"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := Make(MakeInput("web").Runs(tc.workload).Obj()).Deployment.Spec.Template.Spec.Containers[0]
			args := c.Args
			if len(args) > 1 {
				args = args[:1]
			}
			if diff := cmp.Diff(tc.command, c.Command); diff != "" {
				t.Errorf("command (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.args, args); diff != "" {
				t.Errorf("args (-want +got):\n%s", diff)
			}
			if got, want := c.LivenessProbe != nil, tc.workload.Image == ""; got != want {
				t.Errorf("liveness probe: %t, want %t", got, want)
			}
		})
	}
}

// The API server refuses lists in which a key comes twice.
func TestDeclaredVolumesAndVariablesReplaceOurs(t *testing.T) {
	empty := func(name, path string) v1alpha1.Volume { return v1alpha1.Volume{Name: name, MountPath: path} }
	value := "theirs"
	in := MakeInput("web").Runs(v1alpha1.Workload{
		Volumes: []v1alpha1.Volume{empty("tmp", "/elsewhere"), empty("mine", "/etc/mezzanotte/database/"), empty("mail", "/etc/mezzanotte/mail")},
		Env:     []v1alpha1.EnvVar{{Name: "MEZZANOTTE_CHANNEL", Value: &value}},
	}).Obj()
	pod := Make(in).Deployment.Spec.Template.Spec
	var got []string
	for _, m := range pod.Containers[0].VolumeMounts {
		got = append(got, *m.Name+" "+*m.MountPath)
	}
	want := []string{
		"catalog /etc/mezzanotte/catalog", "identifier-keys /etc/mezzanotte/identifier-keys",
		"tmp /elsewhere", "mine /etc/mezzanotte/database/", "mail /etc/mezzanotte/mail",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mounts (-want +got):\n%s", diff)
	}
	if len(pod.Volumes) != len(want) {
		t.Errorf("%d volumes for %d mounts", len(pod.Volumes), len(want))
	}
	seen := map[string]string{}
	for _, e := range pod.Containers[0].Env {
		if _, twice := seen[*e.Name]; twice {
			t.Errorf("%s is there twice", *e.Name)
		}
		seen[*e.Name] = *e.Value
	}
	if seen["MEZZANOTTE_CHANNEL"] != value {
		t.Errorf("MEZZANOTTE_CHANNEL is %q, want what was declared", seen["MEZZANOTTE_CHANNEL"])
	}
}

func TestTheCatalogIsMountedWhole(t *testing.T) {
	for name, in := range inputs() {
		for _, m := range Make(in).Deployment.Spec.Template.Spec.Containers[0].VolumeMounts {
			if m.SubPath != nil {
				t.Errorf("%s: %s has a subPath and would never change in a running pod", name, *m.MountPath)
			}
		}
	}
}

// Names of secrets are all that may be in an object: the operator reads none,
// and nothing of them is in the environment.
func TestSecretsAreFiles(t *testing.T) {
	in := MakeInput("phone").CallCentre().Obj()
	pod := Make(in).Deployment.Spec.Template.Spec
	for _, e := range pod.Containers[0].Env {
		if e.ValueFrom != nil {
			t.Errorf("%s comes from elsewhere", *e.Name)
		}
	}
	want := map[string]string{
		"database": "lazio-database", "identifier-keys": "lazio-identifier-keys", "mail": "lazio-smtp", "sign-in": "lazio-agents",
	}
	if diff := cmp.Diff(want, secretsOf(pod.Volumes)); diff != "" {
		t.Errorf("mounted secrets (-want +got):\n%s", diff)
	}
	if args := strings.Join(pod.Containers[0].Args, " "); !strings.Contains(args, "--channel-type=call-centre") {
		t.Errorf("arguments of a call centre: %s", args)
	}
}

func secretsOf(volumes []corev1ac.VolumeApplyConfiguration) map[string]string {
	secrets := map[string]string{}
	for _, v := range volumes {
		if v.Secret != nil {
			secrets[*v.Name] = *v.Secret.SecretName
		}
	}
	return secrets
}
