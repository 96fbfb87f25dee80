/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/utils/ptr"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

const manager = "mezzanotte-channel"

// cluster applies to one Deployment with the field managers of a real API
// server; it sets no defaults.
type cluster struct {
	*testing.T
	clients kubernetes.Interface
	in      Input
}

func newCluster(t *testing.T, in Input) *cluster {
	return &cluster{T: t, clients: fake.NewClientset(), in: in}
}

func (c *cluster) live() *appsv1.Deployment {
	c.Helper()
	d, err := c.clients.AppsV1().Deployments(c.in.Channel.Namespace).Get(c.Context(), c.in.Channel.Name, metav1.GetOptions{})
	if err != nil {
		c.Fatal(err)
	}
	return d
}

func (c *cluster) apply(d *appsv1ac.DeploymentApplyConfiguration, by string) {
	c.Helper()
	_, err := c.clients.AppsV1().Deployments(c.in.Channel.Namespace).Apply(c.Context(), d, metav1.ApplyOptions{FieldManager: by, Force: true})
	if err != nil {
		c.Fatalf("apply by %s: %v", by, err)
	}
}

// reconcile does what the channel's controller does.
func (c *cluster) reconcile() *appsv1.Deployment {
	c.Helper()
	running, err := Observe(c.live(), manager)
	if err != nil {
		c.Fatal(err)
	}
	c.in.Running = running
	c.apply(Make(c.in).Deployment, manager)
	return c.live()
}

// older begins with a Deployment that an older operator rendered from the
// same inputs: it differs in what was always there, in what is new and in
// what has gone.
func (c *cluster) older() *cluster {
	d := Make(c.in).Deployment
	spec := d.Spec.Template.Spec
	spec.WithTerminationGracePeriodSeconds(99)
	spec.EnableServiceLinks = nil
	booking := &spec.Containers[0]
	booking.WithEnv(corev1ac.EnvVar().WithName("OLD").WithValue("1"))
	booking.LivenessProbe = nil
	booking.Resources.WithRequests(corev1.ResourceList{"cpu": resource.MustParse("111m")})
	d.Spec.WithStrategy(appsv1ac.DeploymentStrategy().WithType(appsv1.RecreateDeploymentStrategyType))
	d.Spec.Strategy.RollingUpdate = nil
	c.apply(d, manager)
	return c
}

// other applies to the container, and by default owns what it applies.
func (c *cluster) other(change func(*corev1ac.ContainerApplyConfiguration)) {
	booking := corev1ac.Container().WithName(Container)
	change(booking)
	c.apply(appsv1ac.Deployment(c.in.Channel.Name, c.in.Channel.Namespace).
		WithLabels(map[string]string{"team": "asl-roma-3"}).
		WithAnnotations(map[string]string{"asl/ticket": "42"}).
		WithSpec(appsv1ac.DeploymentSpec().WithTemplate(corev1ac.PodTemplateSpec().
			WithSpec(corev1ac.PodSpec().WithContainers(booking)))), "asl")
}

func (c *cluster) sets(requests corev1.ResourceList) {
	c.other(func(a *corev1ac.ContainerApplyConfiguration) {
		a.WithResources(corev1ac.ResourceRequirements().WithRequests(requests))
	})
}

func newImage(in *Input) { in.Platform.Spec.Image = "mezzanotte/booking:v0.2.0" }

func cpu(d *appsv1.Deployment) string {
	return d.Spec.Template.Spec.Containers[0].Resources.Requests.Cpu().String()
}

func image(d *appsv1.Deployment) string { return d.Spec.Template.Spec.Containers[0].Image }

func TestUpgradeOfTheOperatorKeepsTheTemplate(t *testing.T) {
	for name, in := range map[string]Input{
		"reference":    MakeInput("web").Obj(),
		"call centre":  MakeInput("phone").CallCentre().Obj(),
		"own workload": MakeInput("app").Runs(everything()).Obj(),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, in).older()
			before := c.live()
			for range 2 {
				after := c.reconcile()
				if diff := cmp.Diff(before.Spec.Template, after.Spec.Template); diff != "" {
					t.Fatalf("pods would restart (-before +after):\n%s", diff)
				}
				if got := after.Spec.Strategy.Type; got != appsv1.RollingUpdateDeploymentStrategyType {
					t.Errorf("strategy %s: what lies outside the template must be new", got)
				}
			}
		})
	}
}

func TestChangedInputsRenderAnew(t *testing.T) {
	c := newCluster(t, MakeInput("web").Obj()).older()
	newImage(&c.in)
	got := c.reconcile()
	want := newCluster(t, c.in)
	want.in.Running = Running{}
	want.apply(Make(want.in).Deployment, manager)
	if diff := cmp.Diff(want.live().Spec, got.Spec); diff != "" {
		t.Errorf("something of the old template is left (-want +got):\n%s", diff)
	}
	if got, want := got.Annotations[AnnotationInputs], Inputs(c.in.Channel, c.in.Platform); got != want {
		t.Errorf("annotation says inputs %s, want %s", got, want)
	}
}

func TestFreeze(t *testing.T) {
	c := newCluster(t, MakeInput("web").Obj()).older()
	before := c.live()
	newImage(&c.in)
	c.in.Freeze = true
	after := c.reconcile()
	if !c.in.Waits() {
		t.Error("a change in a freeze must be said to wait")
	}
	if diff := cmp.Diff(before.Spec.Template, after.Spec.Template); diff != "" {
		t.Errorf("the template changed in a freeze (-before +after):\n%s", diff)
	}
	if before.Annotations[AnnotationInputs] != after.Annotations[AnnotationInputs] {
		t.Error("the annotation must say what runs, not what waits")
	}
	c.in.Freeze = false
	if got := image(c.reconcile()); got != "mezzanotte/booking:v0.2.0" {
		t.Errorf("after the freeze the image is %s", got)
	}
	if c.in.Waits() {
		t.Error("nothing waits after the freeze")
	}
}

// What a second field manager sets stays, while the template is kept and when
// it is rendered anew.
func TestSecondManagerKeepsWhatItSet(t *testing.T) {
	for name, tc := range map[string]struct {
		sets map[string]string // its requests
		want map[string]string // the container's, afterwards
	}{
		"nothing of ours": {sets: map[string]string{"ephemeral-storage": "1Gi"}, want: map[string]string{"cpu": "250m", "memory": "256Mi", "ephemeral-storage": "1Gi"}},
		"another amount":  {sets: map[string]string{"cpu": "2"}, want: map[string]string{"cpu": "2", "memory": "256Mi"}},
		"the very same":   {sets: map[string]string{"cpu": "250m"}, want: map[string]string{"cpu": "250m", "memory": "256Mi"}},
		"every amount":    {sets: map[string]string{"cpu": "2", "memory": "128Mi"}, want: map[string]string{"cpu": "2", "memory": "128Mi"}},
	} {
		for _, change := range []func(*Input){func(*Input) {}, newImage} {
			t.Run(name, func(t *testing.T) {
				c := newCluster(t, MakeInput("web").Obj())
				c.apply(Make(c.in).Deployment, manager)
				c.sets(amountsOf(tc.sets))
				change(&c.in)
				c.reconcile()
				got := c.reconcile()
				if got.Labels["team"] != "asl-roma-3" || got.Annotations["asl/ticket"] != "42" {
					t.Errorf("its label or annotation has gone: %v %v", got.Labels, got.Annotations)
				}
				if diff := cmp.Diff(amountsOf(tc.want), got.Spec.Template.Spec.Containers[0].Resources.Requests); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
				if got, want := image(got), c.in.Platform.Spec.Image; got != want {
					t.Errorf("image %s, want %s", got, want)
				}
			})
		}
	}
}

func amountsOf(list map[string]string) corev1.ResourceList {
	l := corev1.ResourceList{}
	for name, amount := range list {
		l[corev1.ResourceName(name)] = resource.MustParse(amount)
	}
	return l
}

func TestTakenSaysWhoOwnsAResource(t *testing.T) {
	c := newCluster(t, MakeInput("web").Obj())
	c.apply(Make(c.in).Deployment, manager)
	c.sets(amountsOf(map[string]string{"cpu": "2"}))
	c.reconcile()
	if diff := cmp.Diff(map[string]string{"requests.cpu": "asl"}, c.in.Running.Taken); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}

// An Update, such as kubectl edit makes, takes fields as an apply does.
func TestEditedFields(t *testing.T) {
	c := newCluster(t, MakeInput("web").Obj())
	c.apply(Make(c.in).Deployment, manager)
	d := c.live()
	booking := &d.Spec.Template.Spec.Containers[0]
	booking.Image = "mezzanotte/booking:hotfix"
	booking.Resources.Requests["cpu"] = resource.MustParse("3")
	if _, err := c.clients.AppsV1().Deployments(d.Namespace).Update(t.Context(), d, metav1.UpdateOptions{FieldManager: "kubectl-edit"}); err != nil {
		t.Fatal(err)
	}
	kept := c.reconcile()
	if image(kept) != "mezzanotte/booking:hotfix" || cpu(kept) != "3" {
		t.Errorf("kept: image %s and cpu %s, want what was edited", image(kept), cpu(kept))
	}
	newImage(&c.in)
	rendered := c.reconcile()
	if image(rendered) != c.in.Platform.Spec.Image || cpu(rendered) != "3" {
		t.Errorf("rendered: image %s and cpu %s, want the declared image and the edited cpu", image(rendered), cpu(rendered))
	}
}

// Without a CPU request the autoscaler would be blind.
func TestACPURequestThatNobodySetsComesBack(t *testing.T) {
	c := newCluster(t, MakeInput("web").Obj()).older()
	before := c.live()
	c.sets(amountsOf(map[string]string{"cpu": "2"}))
	c.reconcile()
	c.other(func(*corev1ac.ContainerApplyConfiguration) {})
	if got := cpu(c.live()); got != "0" {
		t.Fatalf("cpu %s, want none after the other manager has let go", got)
	}
	c.in.Freeze = true
	if got := cpu(c.reconcile()); got != "0" {
		t.Errorf("in a freeze the cpu became %s, want nothing changed", got)
	}
	c.in.Freeze = false
	if got := cpu(c.reconcile()); got != "250m" {
		t.Errorf("cpu %s, want our 250m again", got)
	}
	after := c.reconcile()
	if diff := cmp.Diff(before.Spec.Template, after.Spec.Template, cmpopts.IgnoreFields(corev1.Container{}, "Resources")); diff != "" {
		t.Errorf("more than the resources changed (-before +after):\n%s", diff)
	}
	if got := after.Spec.Template.Spec.Containers[0].Resources.Limits.Memory().String(); got != "256Mi" {
		t.Errorf("memory limit %s, want it untouched", got)
	}
}

func TestObserve(t *testing.T) {
	in := MakeInput("web").Obj()
	c := newCluster(t, in)
	c.apply(Make(in).Deployment, manager)
	for name, tc := range map[string]struct {
		live *appsv1.Deployment
		want bool
	}{
		"no Deployment":               {live: nil},
		"ours":                        {live: c.live(), want: true},
		"somebody else's":             {live: &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "lazio"}}},
		"restored without its owners": {live: changed(c.live(), func(d *appsv1.Deployment) { d.ManagedFields = nil })},
	} {
		t.Run(name, func(t *testing.T) {
			in := in
			var err error
			if in.Running, err = Observe(tc.live, manager); err != nil {
				t.Fatal(err)
			}
			if got := in.Keeps(); got != tc.want {
				t.Errorf("keeps: %t, want %t", got, tc.want)
			}
			if Make(in).Deployment.Spec.Template.Spec.Containers[0].Image == nil {
				t.Error("no image was applied")
			}
		})
	}
}

func TestObserveRefusesWhatIsNoSetOfFields(t *testing.T) {
	live := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web", ManagedFields: []metav1.ManagedFieldsEntry{
		{Manager: "x", Operation: metav1.ManagedFieldsOperationUpdate, FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1("[]")},
	}}}
	if _, err := Observe(live, manager); err == nil {
		t.Error("no error")
	}
}

func changed(d *appsv1.Deployment, change func(*appsv1.Deployment)) *appsv1.Deployment {
	change(d)
	return d
}

func TestMakeLeavesRunningAsItWas(t *testing.T) {
	c := newCluster(t, MakeInput("web").Obj())
	c.apply(Make(c.in).Deployment, manager)
	c.sets(amountsOf(map[string]string{"cpu": "2"}))
	c.reconcile()
	c.other(func(*corev1ac.ContainerApplyConfiguration) {})
	running, err := Observe(c.live(), manager)
	if err != nil {
		t.Fatal(err)
	}
	c.in.Running = running
	before := fmt.Sprint(asJSON(t, running.Template))
	Make(c.in)
	if got := asJSON(t, running.Template); got != before {
		t.Errorf("Make changed its input:\n%s\n%s", before, got)
	}
}

func TestWithoutAnImage(t *testing.T) {
	none := func(in *Input) { in.Platform.Spec.Image = "" }
	t.Run("nothing runs", func(t *testing.T) {
		objects := Make(MakeInput("web").With(none).Obj())
		if objects.Deployment != nil {
			t.Error("a Deployment without an image")
		}
		if len(objects.All()) != 5 {
			t.Errorf("%d objects, want the other 5", len(objects.All()))
		}
	})
	t.Run("something runs", func(t *testing.T) {
		c := newCluster(t, MakeInput("web").Obj()).older()
		before := c.live()
		none(&c.in)
		if diff := cmp.Diff(before.Spec.Template, c.reconcile().Spec.Template); diff != "" {
			t.Errorf("what runs must stay (-before +after):\n%s", diff)
		}
	})
}

func TestInputs(t *testing.T) {
	hash := func(change func(*Input)) string {
		in := MakeInput("web").With(change).Obj()
		return Inputs(in.Channel, in.Platform)
	}
	workload := func(w v1alpha1.Workload) func(*Input) {
		return func(in *Input) { in.Channel.Spec.Workload = &w }
	}
	cpus := func(cpu string) func(*Input) {
		return workload(v1alpha1.Workload{Resources: &v1alpha1.ResourceRequirements{
			Requests: &v1alpha1.ResourceList{CPU: ptr.To(resource.MustParse(cpu))}}})
	}
	plain := hash(func(*Input) {})
	for name, tc := range map[string]struct {
		change func(*Input)
		like   string // the same hash as this; "": another than the plain one
	}{
		"empty workload":         {workload(v1alpha1.Workload{}), plain},
		"bounds":                 {func(in *Input) { in.Floor, in.Max = 150, 160 }, plain},
		"scaling":                {func(in *Input) { in.Channel.Spec.Scaling.MaxReplicas = 7 }, plain},
		"requests per second":    {func(in *Input) { in.Channel.Spec.Capacity.RequestsPerSecond = 7 }, plain},
		"launch":                 {func(in *Input) { in.Platform.Spec.Launch.KeepPeakMinutes = 7 }, plain},
		"labels":                 {func(in *Input) { in.Channel.Labels = map[string]string{"a": "b"} }, plain},
		"same amount":            {cpus("1000m"), hash(cpus("1"))},
		"platform's image":       {newImage, ""},
		"own image":              {workload(v1alpha1.Workload{Image: "mezzanotte/booking:v0.1.0"}), ""},
		"resources":              {cpus("1"), ""},
		"database secret":        {func(in *Input) { in.Platform.Spec.Database.SecretRef.Name = "x" }, ""},
		"database key":           {func(in *Input) { in.Platform.Spec.Database.SecretRef.Key = "x" }, ""},
		"identifier keys":        {func(in *Input) { in.Platform.Spec.IdentifierKeys.SecretRef.Name = "x" }, ""},
		"mail":                   {func(in *Input) { in.Platform.Spec.Mail = v1alpha1.SecretSource{} }, ""},
		"connections of one pod": {func(in *Input) { in.Channel.Spec.Capacity.DatabaseConnections = 5 }, ""},
		"agents' sign-in":        {func(in *Input) { in.Channel.Spec.CallCentre.SignIn.SecretRef.Name = "x" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := hash(tc.change)
			if tc.like != "" && got != tc.like {
				t.Errorf("%s, want %s: nothing of the template was declared anew", got, tc.like)
			}
			if tc.like == "" && got == plain {
				t.Error("the hash of other inputs is the same")
			}
		})
	}
}

// These hashes stand on Deployments in the field. If one of them changes,
// upgrading the operator restarts every booking pod there is.
func TestInputsNeverChangeBetweenVersions(t *testing.T) {
	for want, in := range map[string]Input{
		"8a06aa2469056b1b": MakeInput("web").Obj(),
		"e938a2edfb8b8605": MakeInput("app").Runs(everything()).With(func(in *Input) { in.Channel.Spec.Type = v1alpha1.ChannelApp }).Obj(),
	} {
		if got := Inputs(in.Channel, in.Platform); got != want {
			t.Errorf("inputs of %s: %s, was %s", in.Channel.Name, got, want)
		}
	}
}
