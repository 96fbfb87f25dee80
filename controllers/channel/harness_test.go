/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/controllers/channel"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var apiServer *rest.Config

func TestMain(m *testing.M) { os.Exit(testenv.Run(m, &apiServer)) }

// rome is an instant on the clocks of Rome in December.
func rome(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05Z07:00", text+"+01:00")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// stage is a namespace with a reconciler in it, whose clock is stopped.
type stage struct {
	*testing.T
	client    client.WithWatch
	namespace string
	clock     *clocktesting.FakePassiveClock
	channel   *channel.Reconciler
	recorder  *events.FakeRecorder

	counting *rest.Config // of a client whose writes are counted
	mu       sync.Mutex
	writes   []string
	// breaks, if set, is asked before every write of the reconciler.
	breaks func(write string) error
}

// newStage at noon of 1 December 2026 in Rome, with objects in the namespace.
func newStage(t *testing.T, objects ...client.Object) *stage {
	t.Helper()
	s := &stage{T: t, client: testenv.Client(t, apiServer), recorder: events.NewFakeRecorder(1000)}
	s.namespace = testenv.Namespace(t, s.client)
	s.clock = clocktesting.NewFakePassiveClock(rome(t, "2026-12-01 12:00:00"))
	counting := rest.CopyConfig(apiServer)
	counting.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(request *http.Request) (*http.Response, error) {
			if request.Method != http.MethodGet {
				_, path, _ := strings.Cut(request.URL.Path, "/namespaces/"+s.namespace+"/")
				s.mu.Lock()
				s.writes = append(s.writes, request.Method+" "+path)
				s.mu.Unlock()
			}
			return next.RoundTrip(request)
		})
	})
	s.counting = counting
	s.channel = &channel.Reconciler{
		Client: s.breakable(testenv.Client(t, counting)), Clock: s.clock, Recorder: s.recorder,
	}
	s.create(objects...)
	return s
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// breakable is a client whose writes fail if breaks returns true.
func (s *stage) breakable(c client.WithWatch) client.Client {
	broken := func(write string) error {
		if s.breaks == nil {
			return nil
		}
		return s.breaks(write)
	}
	return interceptor.NewClient(c, interceptor.Funcs{
		Apply: func(ctx context.Context, c client.WithWatch, obj runtime.ApplyConfiguration, opts ...client.ApplyOption) error {
			kind, ok := obj.(interface{ GetKind() *string })
			if !ok {
				s.Errorf("%T has no kind", obj)
				return nil
			}
			if err := broken("apply " + *kind.GetKind()); err != nil {
				return err
			}
			return c.Apply(ctx, obj, opts...)
		},
		Delete: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.DeleteOption) error {
			if err := broken("delete"); err != nil {
				return err
			}
			return c.Delete(ctx, obj, opts...)
		},
		SubResourceUpdate: func(ctx context.Context, c client.Client, sub string, obj client.Object, opts ...client.SubResourceUpdateOption) error {
			if err := broken("update " + sub); err != nil {
				return err
			}
			return c.SubResource(sub).Update(ctx, obj, opts...)
		},
		SubResourcePatch: func(ctx context.Context, c client.Client, sub string, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption) error {
			if err := broken("patch " + sub); err != nil {
				return err
			}
			return c.SubResource(sub).Patch(ctx, obj, patch, opts...)
		},
	})
}

// create puts objects into the namespace.
func (s *stage) create(objects ...client.Object) {
	s.Helper()
	for _, object := range objects {
		object.SetNamespace(s.namespace)
		if err := s.client.Create(s.Context(), object); err != nil {
			s.Fatalf("create %T %s: %v", object, object.GetName(), err)
		}
	}
}

// at sets the clock to an instant in Rome.
func (s *stage) at(text string) *stage {
	s.Helper()
	s.clock.SetTime(rome(s.T, text))
	return s
}

// later sets the clock forward.
func (s *stage) later(d time.Duration) *stage {
	s.clock.SetTime(s.clock.Now().Add(d))
	return s
}

func (s *stage) try(name string) (reconcile.Result, error) {
	return s.channel.Reconcile(s.Context(), ctrl.Request{NamespacedName: client.ObjectKey{Namespace: s.namespace, Name: name}})
}

// reconcile looks at the channel web once, as everything below.
func (s *stage) reconcile() reconcile.Result {
	s.Helper()
	result, err := s.try("web")
	if err != nil {
		s.Fatalf("reconcile: %v", err)
	}
	return result
}

// settle reconciles until nothing is written any more.
func (s *stage) settle() reconcile.Result {
	s.Helper()
	for range 5 {
		s.forget()
		if result := s.reconcile(); len(s.written()) == 0 {
			return result
		}
	}
	s.Fatalf("it does not settle: %v", s.written())
	return reconcile.Result{}
}

// forget the writes so far.
func (s *stage) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes = nil
}

func (s *stage) written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.writes...)
}

// events so far, oldest first; each is asked for once.
func (s *stage) events() string {
	var all []string
	for {
		select {
		case event := <-s.recorder.Events:
			all = append(all, event)
		default:
			return strings.Join(all, "\n")
		}
	}
}

func (s *stage) get(name string, object client.Object) bool {
	s.Helper()
	err := s.client.Get(s.Context(), client.ObjectKey{Namespace: s.namespace, Name: name}, object)
	if client.IgnoreNotFound(err) != nil {
		s.Fatalf("get %T %s: %v", object, name, err)
	}
	return err == nil
}

func (s *stage) must(name string, object client.Object) {
	s.Helper()
	if !s.get(name, object) {
		s.Fatalf("there is no %T %s", object, name)
	}
}

func (s *stage) seen() *v1alpha1.BookingChannel {
	s.Helper()
	out := &v1alpha1.BookingChannel{}
	s.must("web", out)
	return out
}

func (s *stage) hpa() *autoscalingv2.HorizontalPodAutoscaler {
	s.Helper()
	out := &autoscalingv2.HorizontalPodAutoscaler{}
	s.must("web", out)
	return out
}

func (s *stage) floor() int32 {
	s.Helper()
	return *s.hpa().Spec.MinReplicas
}

func (s *stage) deployment() *appsv1.Deployment {
	s.Helper()
	return s.deploymentOf("web")
}

func (s *stage) deploymentOf(name string) *appsv1.Deployment {
	s.Helper()
	out := &appsv1.Deployment{}
	s.must(name, out)
	return out
}

func (s *stage) replicas() int32 {
	s.Helper()
	return *s.deployment().Spec.Replicas
}

// wantCondition of a channel; "" for any reason.
func (s *stage) wantCondition(kind string, status metav1.ConditionStatus, reason string) metav1.Condition {
	s.Helper()
	found := meta.FindStatusCondition(s.seen().Status.Conditions, kind)
	if found == nil {
		s.Fatalf("there is no condition %s", kind)
	}
	if found.Status != status || (reason != "" && found.Reason != reason) {
		s.Errorf("%s is %s, %s (%s); want %s, %s", kind, found.Status, found.Reason, found.Message, status, reason)
	}
	return *found
}

// change edits an object as a field manager would with Update.
func change[O client.Object](s *stage, object O, manager string, edit func(O)) {
	s.Helper()
	s.must(object.GetName(), object)
	edit(object)
	if err := s.client.Update(s.Context(), object, client.FieldOwner(manager)); err != nil {
		s.Fatalf("%s updates %T: %v", manager, object, err)
	}
}

// edit changes a channel as a person would.
func (s *stage) edit(edit func(*v1alpha1.BookingChannel)) {
	s.Helper()
	change(s, &v1alpha1.BookingChannel{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, "a-person", edit)
}

// ask sets a channel's replicas through /scale, as somebody else's autoscaler would.
func (s *stage) ask(replicas int32) {
	s.Helper()
	s.edit(func(c *v1alpha1.BookingChannel) { c.Spec.Replicas = replicas })
}

// scaleDeployment sets replicas, as an autoscaler does.
func (s *stage) scaleDeployment(replicas int32, manager string) {
	s.Helper()
	change(s, &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, manager, func(d *appsv1.Deployment) { d.Spec.Replicas = &replicas })
}

// runs sets the Deployment's status: the given number of pods, all Ready and available,
// rolled out.
func (s *stage) runs(pods int32) {
	s.Helper()
	d := s.deployment()
	d.Status = appsv1.DeploymentStatus{
		ObservedGeneration: d.Generation, Replicas: pods, ReadyReplicas: pods, AvailableReplicas: pods, UpdatedReplicas: pods,
		Conditions: []appsv1.DeploymentCondition{{
			Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "NewReplicaSetAvailable",
		}},
	}
	if err := s.client.Status().Update(s.Context(), d); err != nil {
		s.Fatal(err)
	}
}

// newLaunch is the stage of most tests: 120,000 people may book through web from
// the midnight that ends 1 December.
func newLaunch(t *testing.T) *stage {
	t.Helper()
	return newStage(t,
		build.MakePlatform("lazio").Obj(),
		build.MakeCampaign("over-80").Opens("2026-12-01", "24:00").Expects(120_000).Through("web", 100).Obj(),
		build.MakeChannel("web").Obj(),
	)
}
