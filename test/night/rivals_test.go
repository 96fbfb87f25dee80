//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	autoscalingv2ac "k8s.io/client-go/applyconfigurations/autoscaling/v2"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/workload"
	"github.com/mezzanotte/mezzanotte/test/build"
)

const (
	gitOps   = client.FieldOwner("gitops")
	careless = client.FieldOwner("careless-pipeline")
	// seconds is how quickly a rival is overruled.
	seconds = 10 * time.Second
)

// rivalry is a channel that others write to.
type rivalry struct {
	*scene
	*recorder
}

// TestRivals: what others set of their own they keep; what is ours is set back,
// and whoever changed it is named.
func TestRivals(t *testing.T) {
	t.Parallel()
	time.Sleep(headStart)
	s := setScene(t, "rivals")
	r := rivalry{s, s.record()}
	s.create(build.MakePlatform(build.Platform).Obj(), build.MakeChannel("web").Between(3, 20).Obj())
	s.eventually(patience, "the channel is Ready", func() string { return s.unready(1, 0) })

	r.keepsWhatIsTheirs()
	r.setsBackTheFloor()
	r.liftsFromZero()
	r.overrulesASecondAutoscaler()
}

// keepsWhatIsTheirs: a label, an annotation, a resource that we do not set and
// one that we do, over changes of the floor and of the pod template.
func (r rivalry) keepsWhatIsTheirs() {
	r.Helper()
	theirs := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("300m")}
	r.apply(gitOps, appsv1ac.Deployment("web", namespace).
		WithLabels(map[string]string{"example.com/team": "booking"}).
		WithAnnotations(map[string]string{"example.com/runbook": "42"}).
		WithSpec(appsv1ac.DeploymentSpec().WithTemplate(corev1ac.PodTemplateSpec().WithSpec(corev1ac.PodSpec().WithContainers(
			corev1ac.Container().WithName(workload.Container).WithResources(corev1ac.ResourceRequirements().
				WithRequests(theirs).
				WithLimits(corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("900m")})))))))
	r.say("gitops has set a label, an annotation, a CPU limit, which was nobody's, and the CPU request, which was ours")

	r.change(func(c *v1alpha1.BookingChannel) { c.Spec.Scaling.MinReplicas = 5 })
	r.eventually(patience, "the floor rises to 5", func() string {
		if now := r.present("web"); now.least != 5 || now.ready < 5 {
			return now.String()
		}
		return ""
	})
	r.expectTheirs("after a change of the floor")
	r.change(func(c *v1alpha1.BookingChannel) { c.Spec.Workload = &v1alpha1.Workload{Image: "example/web:2"} })
	r.eventually(patience, "the template is rendered anew", func() string {
		if image := r.container().Image; image != "example/web:2" {
			return "the image is " + image
		}
		return ""
	})
	r.expectTheirs("after a new rendering of the pod template")
}

func (r rivalry) expectTheirs(when string) {
	r.Helper()
	var d appsv1.Deployment
	r.must("read the Deployment", r.read("web", &d))
	resources := r.container().Resources
	got := fmt.Sprintf("label %q, annotation %q, requests.cpu %s, limits.cpu %s",
		d.Labels["example.com/team"], d.Annotations["example.com/runbook"], resources.Requests.Cpu(), resources.Limits.Cpu())
	if want := `label "booking", annotation "42", requests.cpu 300m, limits.cpu 900m`; got != want {
		r.Errorf("%s gitops has %s, want %s", when, got, want)
		return
	}
	r.say("%s gitops still has its %s", when, got)
}

func (r rivalry) container() corev1.Container {
	r.Helper()
	var d appsv1.Deployment
	r.must("read the Deployment", r.read("web", &d))
	for _, c := range d.Spec.Template.Spec.Containers {
		if c.Name == workload.Container {
			return c
		}
	}
	r.Fatalf("there is no container %s", workload.Container)
	return corev1.Container{}
}

// setsBackTheFloor: minReplicas is ours, and who resets it is named.
func (r rivalry) setsBackTheFloor() {
	r.Helper()
	began := time.Now()
	r.apply(careless, autoscalingv2ac.HorizontalPodAutoscaler("web", namespace).
		WithSpec(autoscalingv2ac.HorizontalPodAutoscalerSpec().WithMinReplicas(1)))
	took := r.eventually(seconds, "minReplicas is set back to 5", func() string {
		var hpa autoscalingv2.HorizontalPodAutoscaler
		if err := r.read("web", &hpa); err != nil {
			return err.Error()
		}
		if *hpa.Spec.MinReplicas != 5 {
			return fmt.Sprintf("it is %d", *hpa.Spec.MinReplicas)
		}
		return ""
	})
	r.say("careless-pipeline reset minReplicas to 1; it was set back after %s", took.Round(100*time.Millisecond))
	r.expectNamed(careless, "minReplicas")
	if lowest := lowestOf(r.during("web", began, time.Now())); lowest.ready < 5 {
		r.Errorf("meanwhile only %d pods were Ready\n%s", lowest.ready, r.timeline(began, time.Now()))
	}
}

func (r rivalry) expectNamed(who client.FieldOwner, field string) {
	r.Helper()
	r.eventually(seconds, "the channel names the rival", func() string {
		var c v1alpha1.BookingChannel
		if err := r.read("web", &c); err != nil {
			return err.Error()
		}
		if o := c.Status.LastOverruled; o.Manager != string(who) || !strings.Contains(o.Field, field) || o.Time == nil {
			return fmt.Sprintf("lastOverruled is %+v, want %s and %s", o, who, field)
		}
		r.say("the channel says: last overruled %s, %s", c.Status.LastOverruled.Manager, c.Status.LastOverruled.Field)
		return ""
	})
}

// liftsFromZero: at 0 replicas an autoscaler is off, so that only we can help.
func (r rivalry) liftsFromZero() {
	r.Helper()
	d := &appsv1.Deployment{}
	r.must("read the Deployment", r.read("web", d))
	to := &autoscalingv1.Scale{ObjectMeta: d.ObjectMeta}
	to.ManagedFields = nil
	to.ResourceVersion = ""
	r.must("scale to 0", r.Client.SubResource("scale").Update(r.ctx, d, client.WithSubResourceBody(to), client.FieldOwner("kubectl-scale")))
	took := r.eventually(seconds, "the Deployment is lifted from 0", func() string {
		if err := r.read("web", d); err != nil {
			return err.Error()
		}
		if *d.Spec.Replicas < 5 {
			return fmt.Sprintf("it asks for %d", *d.Spec.Replicas)
		}
		return ""
	})
	again := r.eventually(patience, "its pods are Ready again", func() string {
		if now := r.present("web"); now.ready < 5 {
			return now.String()
		}
		return ""
	})
	r.say("the Deployment was scaled to 0 by hand; lifted to its floor after %s, Ready %s later",
		took.Round(100*time.Millisecond), again.Round(100*time.Millisecond))
	r.expectTheirs("after the lift")
}

func (r rivalry) apply(as client.FieldOwner, what runtime.ApplyConfiguration) {
	r.Helper()
	r.must(fmt.Sprintf("apply as %s", as), r.Client.Apply(r.ctx, what, as, client.ForceOwnership))
}

func (r rivalry) change(change func(c *v1alpha1.BookingChannel)) {
	r.Helper()
	var c v1alpha1.BookingChannel
	r.must("read the channel", r.read("web", &c))
	before := c.DeepCopy()
	change(&c)
	r.must("change the channel", r.Client.Patch(r.ctx, &c, client.MergeFrom(before)))
}

// overrulesASecondAutoscaler: it takes pods away every 15 s. They are asked for again at
// once, and the autoscaler is named.
func (r rivalry) overrulesASecondAutoscaler() {
	r.Helper()
	second := &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "second"},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "web"},
			MinReplicas:    ptr.To[int32](1), MaxReplicas: 2,
		},
	}
	r.create(second)
	r.eventually(time.Minute, "the second autoscaler is named", func() string {
		var c v1alpha1.BookingChannel
		if err := r.read("web", &c); err != nil {
			return err.Error()
		}
		ready := meta.FindStatusCondition(c.Status.Conditions, v1alpha1.ConditionReady)
		if ready == nil || ready.Reason != v1alpha1.ReasonReplicasOverruled || !strings.Contains(ready.Message, "HorizontalPodAutoscaler second") {
			return words(c.Status.Conditions, v1alpha1.ConditionReady)
		}
		r.say("the channel says: %s", ready.Message)
		return ""
	})
	took := r.eventually(seconds, "the Deployment asks for its floor again", func() string {
		var d appsv1.Deployment
		if err := r.read("web", &d); err != nil {
			return err.Error()
		}
		if *d.Spec.Replicas < 5 {
			return fmt.Sprintf("it asks for %d", *d.Spec.Replicas)
		}
		return ""
	})
	r.say("what the second autoscaler took was asked for again after %s", took.Round(100*time.Millisecond))
	r.must("delete the second autoscaler", r.Client.Delete(r.ctx, second))
}
