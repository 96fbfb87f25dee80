/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// observed holds what was read for one channel. Objects that do not exist are nil.
type observed struct {
	channel *v1alpha1.BookingChannel
	// platform is false if the channel's platform does not exist; set is empty then.
	platform bool
	set      declared.Set

	serviceAccount *corev1.ServiceAccount
	networkPolicy  *networkingv1.NetworkPolicy
	service        *corev1.Service
	budget         *policyv1.PodDisruptionBudget
	deployment     *appsv1.Deployment
	autoscaler     *autoscalingv2.HorizontalPodAutoscaler

	running workload.Running

	// most replicas that each channel of the platform runs or may run.
	most map[string]int
	// startUps of the channel's Ready pods, shortest first.
	startUps []time.Duration
	// unplaced counts the channel's pods without a node, by what the scheduler says.
	unplaced map[string]int

	// rivals and scalers are other people's autoscalers of the Deployment and of the
	// channel. They are read only if there is a trace of one.
	rivals, scalers []string

	// taken lists the objects with the channel's name that belong to somebody else,
	// with the owner, by kind. They count as missing.
	taken map[string]string
	// orphans lists the kinds of objects that we made and whose owner is gone. They are
	// adopted.
	orphans []string
}

// ready returns the number of Ready pods.
func (o *observed) ready() int {
	if o.deployment == nil {
		return 0
	}
	return int(o.deployment.Status.ReadyReplicas)
}

func (o *observed) external() bool {
	return o.channel.Spec.Scaling.Autoscaler == v1alpha1.AutoscalerExternal
}

// observe reads a channel, what belongs to its platform and what it owns.
func (r *Reconciler) observe(ctx context.Context, key types.NamespacedName) (seen *observed, found bool, err error) {
	channel := &v1alpha1.BookingChannel{}
	if err := r.Client.Get(ctx, key, channel); err != nil {
		return nil, false, client.IgnoreNotFound(err)
	}
	seen = &observed{channel: channel, taken: map[string]string{}}
	if !channel.DeletionTimestamp.IsZero() {
		return seen, true, nil
	}
	platform := channel.Spec.PlatformRef.Name
	if seen.set, seen.platform, err = observe.Set(ctx, r.Client, key.Namespace, platform); err != nil {
		return nil, false, err
	}
	if _, listed := seen.set.Channel(channel.Name); seen.platform && !listed {
		return nil, false, errors.New("the channel is not in the list of its platform's channels yet")
	}
	if err := r.readOwned(ctx, seen); err != nil {
		return nil, false, err
	}
	if seen.most, err = r.mostOf(ctx, key.Namespace, platform); err != nil {
		return nil, false, err
	}
	return seen, true, errors.Join(r.readPods(ctx, seen), r.readRivals(ctx, seen))
}

// readOwned reads the objects of the channel's name.
func (r *Reconciler) readOwned(ctx context.Context, seen *observed) (err error) {
	from := source{reader: r.Client, live: r.Live, seen: seen}
	errs := []error{
		read(ctx, from, &seen.serviceAccount),
		read(ctx, from, &seen.networkPolicy),
		read(ctx, from, &seen.service),
		read(ctx, from, &seen.budget),
		read(ctx, from, &seen.deployment),
	}
	if seen.external() {
		from.live = nil // none is created
	}
	errs = append(errs, read(ctx, from, &seen.autoscaler))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	seen.running, err = workload.Observe(seen.deployment, string(Manager))
	return err
}

// source is where a channel's objects are read from.
type source struct {
	reader, live client.Reader
	seen         *observed
}

// read sets into to the channel's object of a kind, or leaves it nil if there is none.
// An object that is not in the cache is read once more from the API server: a cache
// that is behind, or that leaves out other people's objects, must not make us overwrite
// them.
func read[T any, O interface {
	*T
	client.Object
}](ctx context.Context, from source, into *O) error {
	for _, reader := range []client.Reader{from.reader, from.live} {
		if reader == nil {
			continue
		}
		object, kind := O(new(T)), reflect.TypeFor[T]().Name()
		err := reader.Get(ctx, client.ObjectKeyFromObject(from.seen.channel), object)
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read %s %s: %w", kind, from.seen.channel.Name, err)
		}
		foreign, orphan := from.seen.claim().Judge(object)
		if foreign != "" {
			from.seen.taken[kind] = foreign
			return nil
		}
		if orphan {
			from.seen.orphans = append(from.seen.orphans, kind)
		}
		*into = object
		return nil
	}
	return nil
}

// claim is the channel's right to the objects of its name.
func (o *observed) claim() apply.Claim {
	return apply.Claim{Owner: o.channel, Kind: "BookingChannel", Manager: Manager, Labels: workload.Labels(o.channel)}
}

// mostOf reads how many replicas each channel of the platform runs or may run,
// whichever is more, by channel name.
func (r *Reconciler) mostOf(ctx context.Context, namespace, platform string) (map[string]int, error) {
	of := []client.ListOption{
		client.InNamespace(namespace), client.MatchingLabels{workload.LabelPlatform: platform}, client.UnsafeDisableDeepCopy,
	}
	var deployments appsv1.DeploymentList
	if err := r.Client.List(ctx, &deployments, of...); err != nil {
		return nil, fmt.Errorf("list the Deployments of platform %s: %w", platform, err)
	}
	var autoscalers autoscalingv2.HorizontalPodAutoscalerList
	if err := r.Client.List(ctx, &autoscalers, of...); err != nil {
		return nil, fmt.Errorf("list the HorizontalPodAutoscalers of platform %s: %w", platform, err)
	}
	most := map[string]int{}
	for i := range deployments.Items {
		name := deployments.Items[i].Labels[workload.LabelChannel]
		most[name] = max(most[name], running(&deployments.Items[i]))
	}
	for i := range autoscalers.Items {
		name := autoscalers.Items[i].Labels[workload.LabelChannel]
		most[name] = max(most[name], int(autoscalers.Items[i].Spec.MaxReplicas))
	}
	return most, nil
}

// readPods reads what the pods of the channel's Deployment teach: the start-up times of
// the Ready ones, and why others find no node.
func (r *Reconciler) readPods(ctx context.Context, seen *observed) error {
	var pods corev1.PodList
	channel := seen.channel
	err := r.Client.List(ctx, &pods, client.InNamespace(channel.Namespace),
		client.MatchingLabels{workload.LabelChannel: channel.Name}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return fmt.Errorf("list the pods of channel %s: %w", channel.Name, err)
	}
	seen.unplaced = map[string]int{}
	for i := range pods.Items {
		pod := &pods.Items[i]
		if !workload.OwnsPod(channel.Name, pod) || pod.DeletionTimestamp != nil {
			continue
		}
		if one, known := startUp(pod); known {
			seen.startUps = append(seen.startUps, one)
		}
		if why := unschedulable(pod); why != "" {
			seen.unplaced[why]++
		}
	}
	slices.Sort(seen.startUps)
	return nil
}
