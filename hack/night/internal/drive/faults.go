/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/workload"
	"github.com/mezzanotte/mezzanotte/test/stage"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Faults returns all faults, each for a run of its own. Quiet holds the agents' latency
// in the quiet night.
func Faults(quiet *tally.Latency) []Fault {
	return []Fault{
		{
			Name: "leader-killed", Title: "The leading operator is killed at T−60 s, T−5 s and T",
			Steps: []Step{{-60 * time.Second, killLeader}, {-5 * time.Second, killLeader}, {0, killLeader}},
		},
		{
			Name: "api-server-stopped", Title: "The API server is stopped from T−30 s to T+60 s",
			Steps: []Step{{-30 * time.Second, control("stop")}, {60 * time.Second, control("start")}},
		},
		{
			Name: "postgres-restarted", Title: "PostgreSQL is restarted at T+20 s",
			Steps: []Step{{20 * time.Second, restartDatabase}},
		},
		{
			Name: "pods-killed", Title: "A third of the booking pods is killed at T+10 s",
			Steps: []Step{{10 * time.Second, killThird}},
		},
		{
			Name: "web-overload", Title: "The web gets four times the load that its pods are declared for",
			// 14 times the forecast's people make, in their busiest minute, four times the
			// requests that the web's pods are declared for: a session spreads its requests
			// over a minute, and the forecast fills the pods to 70 % at its peak. Pods get half
			// the CPU, so that they cannot serve much more than declared. The whole night is a
			// quarter of its size, to leave CPU to the crowd and PostgreSQL.
			Change: func(s *night.Scenario) {
				s.Crowd.WebTimes, s.Bands, s.Channels = 14, quartered(s.Bands), slices.Clone(s.Channels)
				for i := range s.Channels {
					if s.Channels[i].Kind == night.Web {
						s.Channels[i].CPU /= 2
					}
				}
			},
			After: func(_ context.Context, _ *nightly, r *night.Record) []night.Finding {
				return append(overloaded(r), phoneHolds(quiet, r)...)
			},
		},
		{
			Name: "template-changed", Title: "A channel's pod template is changed at T−60 s",
			Steps: []Step{{-62 * time.Second, remember}, {-60 * time.Second, changeTemplate}},
			After: func(ctx context.Context, n *nightly, _ *night.Record) []night.Finding {
				return append(n.untouched(ctx, "no booking pod is replaced while the peak is held"), n.saysFreeze(ctx))
			},
		},
		{
			Name: "postponed", Title: "The opening is postponed by two minutes at T−3 min",
			Postponed: 2 * time.Minute,
			Steps:     []Step{{-3 * time.Minute, postpone}},
		},
		{
			Name: "floor-reset", Title: "Somebody sets the autoscaler's minimum to 1 every second, from T−3 min to T+60 s",
			Steps: []Step{{-3 * time.Minute, resetFloor}},
			After: func(_ context.Context, n *nightly, _ *night.Record) []night.Finding {
				return []night.Finding{n.heldReady("web")}
			},
		},
	}
}

// killLeader kills the leading operator's process.
func killLeader(ctx context.Context, n *nightly) error {
	lease := &coordinationv1.Lease{}
	if err := n.Client.Get(ctx, client.ObjectKey{Namespace: stage.OperatorNamespace, Name: "manager.mezzanotte.dev"}, lease); err != nil {
		return err
	}
	holder, _, _ := strings.Cut(ptr.Deref(lease.Spec.HolderIdentity, ""), "_")
	pod := &corev1.Pod{}
	if err := n.Client.Get(ctx, client.ObjectKey{Namespace: stage.OperatorNamespace, Name: holder}, pod); err != nil {
		return err
	}
	if err := n.KillPods([]string{string(pod.UID)}); err != nil {
		// The one killed before still holds the lease and does not run yet.
		n.note("operator %s holds the lease but does not run: nothing to kill", holder)
		return nil
	}
	n.note("operator %s is killed", holder)
	return nil
}

// control stops or starts the API server, and the controllers with it: a single
// controller manager without a lease would, on its return, take all nodes that it has
// not heard of for dead (see hack/cluster).
func control(command string) func(context.Context, *nightly) error {
	return func(ctx context.Context, n *nightly) error {
		order := []string{"kube-controller-manager", "kube-apiserver"}
		words := "the API server stops"
		if command == "start" {
			order, words = []string{"kube-apiserver", "kube-controller-manager"}, "the API server starts again"
		}
		n.note("%s", words)
		for _, component := range order {
			if _, err := n.Cluster(ctx, command, component); err != nil {
				return err
			}
		}
		return nil
	}
}

func restartDatabase(ctx context.Context, n *nightly) error {
	n.note("PostgreSQL is stopped")
	if err := n.Database.Restart(ctx); err != nil {
		return err
	}
	n.note("PostgreSQL answers again")
	return nil
}

// bookingPods lists the booking pods of all channels.
func (n *nightly) bookingPods(ctx context.Context) ([]corev1.Pod, error) {
	var pods corev1.PodList
	err := n.Client.List(ctx, &pods, client.InNamespace(n.namespace), client.HasLabels{workload.LabelChannel})
	return pods.Items, err
}

// killThird ends the processes of every third pod of each channel.
func killThird(ctx context.Context, n *nightly) error {
	pods, err := n.bookingPods(ctx)
	if err != nil {
		return err
	}
	var uids []string
	for i, p := range pods {
		if i%3 == 0 {
			uids = append(uids, string(p.UID))
		}
	}
	n.note("%d of %d booking pods are killed", len(uids), len(pods))
	return n.KillPods(uids)
}

func quartered(bands []night.Band) []night.Band {
	quarter := slices.Clone(bands)
	for i := range quarter {
		quarter[i].People /= 4
	}
	return quarter
}

// overloaded returns the finding that the web was overloaded at all.
func overloaded(r *night.Record) []night.Finding {
	web := r.Scenario.Citizens()[0]
	f := night.Finding{Want: fmt.Sprintf("the %s, a quarter as large and with %d m a pod, is overloaded and tells people to retry later (503)", web.Name, web.CPU)}
	if r.Citizens != nil {
		f.Found, f.Holds = fmt.Sprintf("%d answers", r.Citizens.Shed), r.Citizens.Shed > 0
	}
	return []night.Finding{f}
}

func phoneHolds(quiet *tally.Latency, r *night.Record) []night.Finding {
	if quiet.Count == 0 {
		return []night.Finding{{Want: "a quiet night, to compare bookings by phone with", Found: "none was run"}}
	}
	if r.Agents == nil {
		return []night.Finding{{Want: "agents book meanwhile", Found: "none did"}}
	}
	loaded, _ := r.Agents.BookingLatency()
	return []night.Finding{night.PhoneHolds(*quiet, loaded)}
}

// postpone moves all campaigns to the new instant.
func postpone(ctx context.Context, n *nightly) error {
	for _, b := range n.Bands {
		c := n.campaign(b, n.announced, true)
		if err := n.Client.Get(ctx, client.ObjectKeyFromObject(c), c); err != nil {
			return err
		}
		before := c.DeepCopy()
		c.Spec.Opening = n.civil(n.opens)
		if err := n.Client.Patch(ctx, c, client.MergeFrom(before)); err != nil {
			return err
		}
	}
	n.note("the opening is postponed by %s", n.opens.Sub(n.announced))
	return nil
}

// resetFloor writes the autoscaler's minimum each second until a minute after the
// opening. The operator must set it back.
func resetFloor(ctx context.Context, n *nightly) error {
	n.note("somebody begins to set the minimum of web to 1")
	wrote := 0
	for until := n.announced.Add(time.Minute); time.Now().Before(until) && ctx.Err() == nil; sleep(ctx, time.Second) {
		err := n.setMinimum(ctx, "web", 1)
		if err == nil {
			wrote++
		}
		if err != nil && ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	}
	n.note("somebody stops, after %d writes", wrote)
	return nil
}

// unseen returns a finding about something that could not be read.
func unseen(want string, err error) []night.Finding {
	return []night.Finding{{Want: want, Found: fmt.Sprint(err)}}
}
