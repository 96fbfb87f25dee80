/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	autoscalingv2ac "k8s.io/client-go/applyconfigurations/autoscaling/v2"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"
	policyv1ac "k8s.io/client-go/applyconfigurations/policy/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// done records what was written.
type done struct {
	// failed holds the errors of single writes, by kind.
	failed map[string]error
	// overruled lists the rivals whose fields were set back.
	overruled []apply.Rival
	// holdUntil is when a rival may be overruled again; the zero time: no rival waits.
	holdUntil time.Time
	// waiting lists the kinds in which a rival's value is left until then.
	waiting []string
	// adopted lists the kinds of objects whose owner was gone and is the channel now.
	adopted []string
	// lifted is true if the Deployment was scaled up from 0; handedOver if our
	// autoscaler was removed.
	lifted, handedOver bool
}

// err returns what failed and is worth another try.
func (d done) err() error { return d.failures(false) }

// refused returns what the API server calls invalid: to send it again is of no use.
func (d done) refused() error { return d.failures(true) }

func (d done) failures(invalid bool) error {
	var errs []error
	for _, kind := range slices.Sorted(maps.Keys(d.failed)) {
		if apierrors.IsInvalid(d.failed[kind]) == invalid {
			errs = append(errs, d.failed[kind])
		}
	}
	return errors.Join(errs...)
}

// held reports whether a rival's value is left in a kind for now.
func (d done) held(kind string) bool { return slices.Contains(d.waiting, kind) }

// inForce reports whether the floor was carried out. A lower floor is not until the
// Deployment remembers the handover.
func (d done) inForce(s scale) bool {
	kinds := []string{kindHPA, kindScale}
	if s.handover.active() {
		kinds = append(kinds, kindDeployment)
	}
	for _, kind := range kinds {
		if d.failed[kind] != nil || d.held(kind) {
			return false
		}
	}
	return true
}

const (
	kindDeployment = "Deployment"
	kindHPA        = "HorizontalPodAutoscaler"
	kindScale      = "Scale"
)

// writer writes what is wanted.
type writer struct {
	manager apply.Manager
	seen    *observed
	wanted  wanted
	done    *done
}

// apply writes what differs. One failed write does not stop the others. An autoscaler
// needs a Deployment of ours: scaling somebody else's would be worse than not scaling.
func (r *Reconciler) apply(ctx context.Context, seen *observed, wanted wanted) done {
	done := done{failed: map[string]error{}}
	if !wanted.planned {
		return done
	}
	w := writer{manager: apply.Manager{Client: r.Client, Name: Manager}, seen: seen, wanted: wanted, done: &done}
	objects := wanted.objects
	put(ctx, w, apply.NewChange(seen.serviceAccount, objects.ServiceAccount, corev1ac.ExtractServiceAccount))
	put(ctx, w, apply.NewChange(seen.networkPolicy, objects.NetworkPolicy, networkingv1ac.ExtractNetworkPolicy))
	put(ctx, w, apply.NewChange(seen.service, objects.Service, corev1ac.ExtractService))
	put(ctx, w, apply.NewChange(seen.budget, objects.PodDisruptionBudget, policyv1ac.ExtractPodDisruptionBudget))
	if _, taken := seen.taken[kindDeployment]; taken || objects.Deployment == nil {
		return done
	}
	put(ctx, w, apply.NewChange(seen.deployment, objects.Deployment, appsv1ac.ExtractDeployment))
	if seen.deployment == nil && done.failed[kindDeployment] != nil {
		return done
	}
	if objects.HPA != nil {
		w.scale(ctx)
		put(ctx, w, apply.NewChange(seen.autoscaler, objects.HPA, autoscalingv2ac.ExtractHorizontalPodAutoscaler))
		return done
	}
	w.removeAutoscaler(ctx)
	w.scale(ctx)
	return done
}

// configuration is implemented by every generated apply configuration.
type configuration interface {
	runtime.ApplyConfiguration
	GetKind() *string
	GetName() *string
}

// put applies one object unless it belongs to somebody else, and sets back what rivals
// have changed, if it is time to.
func put[L apply.Live, Config configuration](ctx context.Context, w writer, c apply.Change[L, Config]) {
	kind, name := *c.Wanted.GetKind(), *c.Wanted.GetName()
	if _, taken := w.seen.taken[kind]; taken {
		return
	}
	if err := putFields(ctx, w, c); err != nil {
		w.done.failed[kind] = fmt.Errorf("apply %s %s: %w", kind, name, err)
		return
	}
	if slices.Contains(w.seen.orphans, kind) && !w.done.held(kind) {
		w.done.adopted = append(w.done.adopted, kind)
	}
}

func putFields[L apply.Live, Config configuration](ctx context.Context, w writer, c apply.Change[L, Config]) error {
	var rivals []apply.Rival
	if slices.Contains(w.seen.orphans, *c.Wanted.GetKind()) {
		if err := apply.Disown(ctx, w.manager, c.Live); err != nil {
			return err
		}
	}
	if c.Exists() {
		var err error
		if rivals, err = apply.Rivals(c.Live, Manager, c.Wanted); err != nil {
			return err
		}
	}
	if len(rivals) == 0 {
		_, err := apply.Object(ctx, w.manager, c)
		if rivals = apply.Conflicts(err); len(rivals) == 0 {
			return err
		}
		// Somebody wrote after what we have seen.
	}
	if !w.mayOverrule(*c.Wanted.GetKind(), rivals) {
		return nil
	}
	if _, err := apply.Object(ctx, w.manager, c, client.ForceOwnership); err != nil {
		return err
	}
	w.done.overruled = append(w.done.overruled, rivals...)
	return nil
}

// scale sets the Deployment's replicas. On an outdated view, lowering them could take
// away what somebody has just added, so it is refused; raising them never is.
func (w writer) scale(ctx context.Context) {
	s := w.wanted.scale
	if !s.needed() {
		return
	}
	var rivals []apply.Rival
	if w.seen.deployment != nil && w.lowered(s) {
		if rival := w.seen.rival(); rival != "" {
			rivals = []apply.Rival{{Manager: rival, Field: fieldReplicas}}
		}
	}
	if !s.lift && !w.mayOverrule(kindScale, rivals) { // at 0 there is nobody to wait for
		return
	}
	if err := w.updateScale(ctx, s); err != nil {
		w.done.failed[kindScale] = fmt.Errorf("scale Deployment %s to %d replicas: %w", w.seen.channel.Name, s.replicas, err)
		return
	}
	w.done.lifted = s.lift
	w.done.overruled = append(w.done.overruled, rivals...)
}

// lowered reports whether somebody has lowered the replicas. If they are at least
// what the last status asked for, the plan or the other autoscaler has risen, and
// nobody is overruled.
func (w writer) lowered(s scale) bool {
	was := w.seen.channel.Status
	return s.replicas > s.found && (s.handover.active() || s.found < min(max(was.Floor.Replicas, was.Asked.Replicas), was.Cap))
}

func (w writer) updateScale(ctx context.Context, s scale) error {
	channel := w.seen.channel
	deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: channel.Name, Namespace: channel.Namespace}}
	wanted := &autoscalingv1.Scale{
		ObjectMeta: metav1.ObjectMeta{Name: channel.Name, Namespace: channel.Namespace},
		Spec:       autoscalingv1.ScaleSpec{Replicas: s.replicas},
	}
	if s.replicas < s.found && w.seen.deployment != nil {
		wanted.ResourceVersion = w.seen.deployment.ResourceVersion
	}
	return w.manager.Client.SubResource("scale").Update(ctx, deployment, client.WithSubResourceBody(wanted), Manager)
}

// removeAutoscaler removes our autoscaler, once the Deployment remembers what it leaves
// behind.
func (w writer) removeAutoscaler(ctx context.Context) {
	hpa := w.seen.autoscaler
	if hpa == nil || w.done.failed[kindDeployment] != nil || w.done.held(kindDeployment) {
		return
	}
	if hpa.Spec.ScaleTargetRef.Kind != kindDeployment {
		return // somebody has made it the channel's own autoscaler
	}
	exactly := client.Preconditions{UID: &hpa.UID, ResourceVersion: &hpa.ResourceVersion}
	if err := w.manager.Client.Delete(ctx, hpa.DeepCopy(), exactly); client.IgnoreNotFound(err) != nil {
		w.done.failed[kindHPA] = fmt.Errorf("delete HorizontalPodAutoscaler %s: %w", hpa.Name, err)
		return
	}
	w.done.handedOver = true
}

const (
	// samePause and otherPause are the times for which a rival's value is left before
	// it is set back again: for the same rival, and for another.
	samePause  = time.Minute
	otherPause = 5 * time.Second
	// scalePause is the time if pods are lost meanwhile.
	scalePause = time.Second
)

// mayOverrule reports whether to set back now what rivals have written of a kind: at
// once the first time and whenever the plan has moved, else once a minute, so that
// two programs do not write against each other as fast as they can. Above the base,
// where a low floor costs capacity, a rival's value is left for seconds only.
func (w writer) mayOverrule(kind string, rivals []apply.Rival) bool {
	last := w.seen.channel.Status.LastOverruled
	if len(rivals) == 0 || last.Time == nil || w.seen.channel.Status.Floor.Replicas != int32(w.wanted.plan.Floor.Replicas) {
		return true
	}
	pause, launching := otherPause, w.wanted.plan.Floor.Replicas > int(w.seen.channel.Spec.Scaling.MinReplicas)
	if launching && kind == kindScale {
		pause = scalePause
	}
	for _, rival := range rivals {
		if rival.Manager == last.Manager && rival.Field == last.Field && !launching {
			pause = samePause
		}
	}
	until := last.Time.Add(pause)
	if !w.wanted.now.Before(until) {
		return true
	}
	w.done.holdUntil = opening.Earliest(w.done.holdUntil, until)
	w.done.waiting = append(w.done.waiting, kind)
	return false
}

// lastOverruled returns the last rival: the floor's own object comes last.
func (d done) lastOverruled(now time.Time) (manager, field string, at *metav1.Time) {
	if len(d.overruled) == 0 {
		return "", "", nil
	}
	last := d.overruled[len(d.overruled)-1]
	return last.Manager, last.Field, &metav1.Time{Time: now.Truncate(time.Second)}
}

// report writes what differs in the status, and only that, even if the object has
// changed since: the name of an overruled writer is stored nowhere else, and must not
// be lost to a conflict.
func (r *Reconciler) report(ctx context.Context, before, after *v1alpha1.BookingChannel) error {
	if equality.Semantic.DeepEqual(before.Status, after.Status) {
		return nil
	}
	if err := r.Client.Status().Patch(ctx, after.DeepCopy(), client.MergeFrom(before), Manager); err != nil {
		return fmt.Errorf("write the status: %w", err)
	}
	return nil
}
