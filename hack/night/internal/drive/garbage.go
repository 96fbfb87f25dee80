/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/workload"
	"github.com/mezzanotte/mezzanotte/test/stage"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// Removal returns the night that upgrades the operator while the peak is held. When the
// crowd is gone, it deletes a channel and then the operator. It must be the last night
// on a ground: no operator is left.
func Removal(newImage string) Fault {
	return Fault{
		Name: "upgraded-and-removed", Title: "The operator is upgraded at T+15 s, and removed when the crowd is gone",
		Steps: []Step{{13 * time.Second, remember}, {15 * time.Second, upgrade(newImage)}},
		After: func(ctx context.Context, n *nightly, _ *night.Record) []night.Finding {
			findings := n.upgraded(ctx, newImage)
			findings = append(findings, n.untouched(ctx, "an upgrade during the hold restarts no booking pod")...)
			findings = append(findings, n.channelDeleted(ctx, "app"))
			return append(findings, n.uninstalled(ctx)...)
		},
	}
}

// upgrade gives the operator another image.
func upgrade(image string) func(context.Context, *nightly) error {
	return func(ctx context.Context, n *nightly) error {
		_, err := n.Kubectl(ctx, "--namespace", stage.OperatorNamespace, "set", "image", "deployment/mezzanotte-manager", "manager="+image)
		n.note("the operator gets the image %s", image)
		return err
	}
}

// upgraded returns the finding that the operators of the new image run.
func (n *nightly) upgraded(ctx context.Context, image string) []night.Finding {
	f := night.Finding{Want: "two operators of the new image are Ready"}
	var manager appsv1.Deployment
	key := client.ObjectKey{Namespace: stage.OperatorNamespace, Name: "mezzanotte-manager"}
	if err := n.Client.Get(ctx, key, &manager); err != nil {
		return unseen(f.Want, err)
	}
	status := manager.Status
	f.Found = fmt.Sprintf("%d of %d, as %s", status.UpdatedReplicas, status.Replicas, manager.Spec.Template.Spec.Containers[0].Image)
	f.Holds = status.UpdatedReplicas == 2 && status.ReadyReplicas == 2 && status.Replicas == 2 && strings.HasSuffix(image, manager.Spec.Template.Spec.Containers[0].Image)
	return []night.Finding{f}
}

// goneWithin limits the time until a deleted channel's objects are gone.
const goneWithin = 90 * time.Second

// channelDeleted deletes a channel and returns the finding that its objects are deleted, too.
func (n *nightly) channelDeleted(ctx context.Context, name string) night.Finding {
	f := night.Finding{Want: "deleting channel " + name + " removes all that it owned"}
	channel := &v1alpha1.BookingChannel{ObjectMeta: metav1.ObjectMeta{Namespace: n.namespace, Name: name}}
	owned, err := n.owned(ctx, name)
	if err == nil {
		err = n.Client.Delete(ctx, channel)
	}
	if err != nil {
		f.Found = err.Error()
		return f
	}
	n.note("channel %s is deleted", name)
	began := time.Now()
	var left []string
	err = until(ctx, goneWithin, "what the channel owned goes", func(ctx context.Context) (err error) {
		if left, err = n.owned(ctx, name); err == nil && len(left) > 0 {
			err = fmt.Errorf("still there: %s", strings.Join(left, ", "))
		}
		return err
	})
	f.Found, f.Holds = fmt.Sprintf("%d objects, gone after %.0f s", len(owned), time.Since(began).Seconds()), err == nil && len(owned) > 5
	if err != nil {
		f.Found = err.Error()
	}
	return f
}

// owned lists all objects of a channel, by kind and name.
func (n *nightly) owned(ctx context.Context, channel string) ([]string, error) {
	var all []string
	for _, list := range []client.ObjectList{
		&appsv1.DeploymentList{}, &appsv1.ReplicaSetList{}, &corev1.PodList{}, &corev1.ServiceList{}, &corev1.ServiceAccountList{},
		&autoscalingv2.HorizontalPodAutoscalerList{}, &policyv1.PodDisruptionBudgetList{}, &networkingv1.NetworkPolicyList{},
	} {
		if err := n.Client.List(ctx, list, client.InNamespace(n.namespace), client.MatchingLabels{workload.LabelChannel: channel}); err != nil {
			return nil, err
		}
		names, err := namesOf(list)
		if err != nil {
			return nil, err
		}
		all = append(all, names...)
	}
	return all, nil
}

// uninstalled removes the operator and returns the finding that people can still book.
func (n *nightly) uninstalled(ctx context.Context) []night.Finding {
	const want = "without the operator booking pods run on and people book"
	before, err := n.bookingPods(ctx)
	if err == nil {
		err = n.Uninstall(ctx)
	}
	if err != nil {
		return unseen(want, err)
	}
	n.note("the operator is uninstalled")
	sleep(ctx, 20*time.Second) // whatever that sets off has begun by then
	now, err := n.bookingPods(ctx)
	booked, crowdErr := n.few(ctx)
	if err = errors.Join(err, crowdErr); err != nil {
		return unseen(want, err)
	}
	f := compared(want, before, now)
	f.Found += fmt.Sprintf("; of 10 people who came, %d booked", booked)
	f.Holds = f.Holds && booked >= 8
	return []night.Finding{f}
}

// few lets ten people book by web after the opening.
func (n *nightly) few(ctx context.Context) (booked int, err error) {
	way, err := n.way("web")
	if err != nil {
		return 0, err
	}
	p := n.common("few", n.opens, n.Crowd.Seed+1000)
	p.arguments = append(p.arguments, "--channel=web="+way+":100%", "--people=10", "--duration=5s", "--think=500ms", "--ineligible-percent=0")
	t, err := p.come(ctx, n.Program("crowd"), time.Now().Add(tidy))
	if err != nil {
		return 0, err
	}
	return t.Bookings, nil
}

// namesOf lists the names of a list's objects.
func namesOf(list client.ObjectList) ([]string, error) {
	objects, err := meta.ExtractList(list)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, o := range objects {
		if named, err := meta.Accessor(o); err == nil {
			names = append(names, fmt.Sprintf("%T %s", o, named.GetName()))
		}
	}
	return names, nil
}
