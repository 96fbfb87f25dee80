/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"context"
	"fmt"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// remember records the booking pods, for a fault that must not touch them.
func remember(ctx context.Context, n *nightly) (err error) {
	n.before, err = n.bookingPods(ctx)
	return err
}

// untouched returns the finding that every remembered pod still exists and was not restarted.
func (n *nightly) untouched(ctx context.Context, want string) []night.Finding {
	now, err := n.bookingPods(ctx)
	if err != nil {
		return unseen(want, err)
	}
	return []night.Finding{compared(want, n.before, now)}
}

// compared returns the finding that pods still exist as they were before.
func compared(want string, before, now []corev1.Pod) night.Finding {
	f := night.Finding{Want: want, Holds: len(before) > 0}
	restarts := map[string]int32{}
	for _, p := range now {
		if p.DeletionTimestamp == nil {
			restarts[string(p.UID)] = restarted(p)
		}
	}
	var touched []string
	for _, p := range before {
		switch times, there := restarts[string(p.UID)]; {
		case !there:
			touched = append(touched, p.Name+" is gone")
		case times != restarted(p):
			touched = append(touched, p.Name+" was restarted")
		}
	}
	f.Holds = f.Holds && len(touched) == 0
	f.Found = fmt.Sprintf("%d pods as before", len(before)-len(touched))
	if len(touched) > 0 {
		f.Found += ", " + strings.Join(touched, ", ")
	}
	return f
}

func restarted(p corev1.Pod) (times int32) {
	for _, c := range p.Status.ContainerStatuses {
		times += c.RestartCount
	}
	return times
}

// changeTemplate gives the web's pods another variable.
func changeTemplate(ctx context.Context, n *nightly) error {
	channel := &v1alpha1.BookingChannel{}
	if err := n.Client.Get(ctx, client.ObjectKey{Namespace: n.namespace, Name: "web"}, channel); err != nil {
		return err
	}
	before := channel.DeepCopy()
	channel.Spec.Workload.Env = append(channel.Spec.Workload.Env, v1alpha1.EnvVar{Name: "NIGHT", Value: ptr.To("changed")})
	if err := n.Client.Patch(ctx, channel, client.MergeFrom(before)); err != nil {
		return err
	}
	n.note("the web's pod template is changed")
	return nil
}

// saysFreeze returns the finding that the channel reports a waiting change.
func (n *nightly) saysFreeze(ctx context.Context) night.Finding {
	f := night.Finding{Want: "the channel says that the change waits"}
	channel := &v1alpha1.BookingChannel{}
	if err := n.Client.Get(ctx, client.ObjectKey{Namespace: n.namespace, Name: "web"}, channel); err != nil {
		f.Found = err.Error()
		return f
	}
	f.Found = "no condition does"
	for _, c := range channel.Status.Conditions {
		if c.Reason == v1alpha1.ReasonLaunchFreeze {
			f.Found, f.Holds = c.Message, true
		}
	}
	return f
}

// setMinimum writes an autoscaler's minimum as another field manager.
func (n *nightly) setMinimum(ctx context.Context, channel string, least int32) error {
	scaler := &autoscalingv2.HorizontalPodAutoscaler{}
	scaler.Namespace, scaler.Name = n.namespace, channel
	patch := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"spec":{"minReplicas":%d}}`, least))
	return n.Client.Patch(ctx, scaler, patch, client.FieldOwner("somebody-else"))
}

// heldReady returns the finding that a channel never had fewer Ready pods than its peak,
// from the ready-by time until a minute after the opening.
func (n *nightly) heldReady(channel string) night.Finding {
	peak, fewest := n.peaks[channel], int32(-1)
	for _, s := range n.watch.all() {
		if s.Silent || s.At < -n.Launch.ReadyBefore.Seconds() || s.At > 60 {
			continue
		}
		for _, c := range s.Channels {
			if c.Channel == channel && (fewest < 0 || c.Ready < fewest) {
				fewest = c.Ready
			}
		}
	}
	return night.Finding{
		Want:  fmt.Sprintf("%s keeps its %d Ready pods", channel, peak),
		Found: fmt.Sprintf("never fewer than %d", fewest), Holds: fewest >= peak,
	}
}
