//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/test/build"
)

const (
	// readyBefore is the least that the API lets a platform ask for.
	readyBefore = time.Minute
	// ahead is how long before its opening a night is declared: the ramp begins
	// four minutes before (readyBefore, 150 s to start up, and the climb).
	ahead = 4*time.Minute + 15*time.Second
	// soon is how quickly the truth must be told again.
	soon = time.Minute
)

// openingNight is a scene with one opening, and its recorder.
type openingNight struct {
	*scene
	*recorder
	opens time.Time // T
	peaks map[string]int32
	// readyPods are each channel's Ready pods a minute before T.
	readyPods map[string][]types.UID
}

// declareNight declares two campaigns on three channels, all Managed, and asks
// the planner what each channel needs.
func declareNight(s *scene) *openingNight {
	s.Helper()
	n := &openingNight{scene: s, recorder: s.record(), peaks: map[string]int32{}, readyPods: map[string][]types.UID{}}
	n.opens = time.Now().Add(ahead + time.Minute - time.Nanosecond).Truncate(time.Minute)
	date, at := s.civil(n.opens)
	s.create(
		build.MakePlatform(build.Platform).Launches(int32(readyBefore/time.Minute), 15).Starts(600).Obj(),
		build.MakeHub("fiera-di-roma").Serves(500, 8).Obj(),
		build.MakeChannel("web").Between(2, 100).Obj(),
		build.MakeChannel("app").Between(2, 60).With(func(c *v1alpha1.BookingChannel) { c.Spec.Type = v1alpha1.ChannelApp }).Obj(),
		build.MakeChannel("phone").Desk(80, 200).Between(2, 30).Obj(),
	)
	for name, people := range map[string]int64{"born-1946-1950": 200_000, "born-1951-1955": 280_000} {
		s.create(build.MakeCampaign(name).Opens(date, at).
			Expects(people).Through("web", 62).Through("app", 26).Through("phone", 12).Obj())
	}
	set, found, err := observe.Set(s.ctx, s.Client, namespace, build.Platform)
	if err != nil || !found {
		s.Fatalf("read the night back: found %t: %v", found, err)
	}
	for _, channel := range set.Plan(time.Now(), 1).Channels {
		for _, launch := range channel.Launches {
			n.peaks[channel.Name] = max(n.peaks[channel.Name], int32(launch.Peak))
			if launch.Late > 0 {
				s.Fatalf("this night is declared too late: the ramp of %s is %s late", channel.Name, launch.Late)
			}
		}
	}
	s.say("declared 2 campaigns that open at %s (T), in %s; peaks: %v", clock(n.opens), time.Until(n.opens).Round(time.Second), n.peaks)
	return n
}

// expectPeak waits until a minute before T and wants every channel at its peak.
func (n *openingNight) expectPeak() {
	n.Helper()
	n.sleepUntil(n.opens.Add(-readyBefore))
	var missing findings
	for channel, peak := range n.peaks {
		now := n.present(channel)
		if now.ready < peak || now.least < peak {
			missing.add("%s is not at its peak of %d: %s", channel, peak, now)
		}
		n.readyPods[channel] = n.ready(channel)
	}
	if missing != nil {
		n.Fatalf("T − 60 s: %s\n%s\nthe operator's last words:\n%s", missing, n.timeline(time.Time{}, time.Now()), n.operator.lastWords())
	}
	n.say("T − 60 s: every channel is at its peak, its pods Ready")
}

// expectHeld wants that nothing fell between two instants and no pod was replaced.
func (n *openingNight) expectHeld(from, to time.Time) {
	n.Helper()
	var wrong findings
	for channel, peak := range n.peaks {
		lowest := lowestOf(n.during(channel, from, to))
		n.say("%s, from %s to %s: minReplicas never under %d, never fewer than %d Ready; the peak is %d",
			channel, clock(from), clock(to), lowest.least, lowest.ready, peak)
		if lowest.least < peak {
			wrong.add("minReplicas of %s fell to %d under the peak of %d", channel, lowest.least, peak)
		}
		if lowest.ready < peak {
			wrong.add("%s fell to %d Ready pods under the peak of %d", channel, lowest.ready, peak)
		}
	}
	wrong = append(wrong, n.replaced()...)
	if wrong != nil {
		n.Errorf("%s\n%s", wrong, n.timeline(from, to))
	}
}

// lowestOf has the lowest of each number.
func lowestOf(moments []moment) moment {
	if len(moments) == 0 {
		return moment{}
	}
	lowest := moments[0]
	for _, m := range moments {
		lowest.ready, lowest.least, lowest.wanted = min(lowest.ready, m.ready), min(lowest.least, m.least), min(lowest.wanted, m.wanted)
	}
	return lowest
}

// replaced says which channels no longer have the very pods of T − 60 s.
func (n *openingNight) replaced() findings {
	var wrong findings
	for channel, before := range n.readyPods {
		if now := n.ready(channel); !slices.Equal(before, now) {
			wrong.add("%s had %d Ready pods and has %d, not all the same", channel, len(before), len(now))
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, name := range n.restarts {
		wrong.add("%s has restarted", name)
	}
	for _, name := range n.gone {
		wrong.add("pod %s is gone", name)
	}
	return wrong
}

// expectTruth wants, soon, that every campaign's status says what happened, by
// the pods' own Ready transition times.
func (n *openingNight) expectTruth(within time.Duration) {
	n.Helper()
	took := n.eventually(within, "the campaigns' statuses tell the truth", func() string {
		var campaigns v1alpha1.CampaignList
		if err := n.Client.List(n.ctx, &campaigns, client.InNamespace(namespace)); err != nil {
			return err.Error()
		}
		var wrong findings
		for i := range campaigns.Items {
			wrong = append(wrong, n.untrue(&campaigns.Items[i])...)
		}
		for channel := range n.peaks {
			wrong = append(wrong, n.untrueOf(channel)...)
		}
		return wrong.String()
	})
	for channel := range n.peaks {
		times := n.readyTimes(channel)
		n.say("%s was proved Ready at %s, %s before T, and its status says so", channel,
			clock(times[n.peaks[channel]-1]), n.opens.Sub(times[n.peaks[channel]-1]))
	}
	n.say("every status told the truth after %s", took.Round(time.Second))
}

func (n *openingNight) untrue(c *v1alpha1.Campaign) (wrong findings) {
	status := &c.Status
	for _, want := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionScheduled, v1alpha1.ConditionFeasible, v1alpha1.ConditionPrescaled, v1alpha1.ConditionOpen} {
		if !meta.IsStatusConditionTrue(status.Conditions, want) {
			wrong.add("%s: %s", c.Name, words(status.Conditions, want))
		}
	}
	if !status.OpensAt.Equal(&metav1.Time{Time: n.opens}) {
		wrong.add("%s: opensAt is %v, want %v", c.Name, status.OpensAt, n.opens)
	}
	if !status.OpenedAt.Equal(&metav1.Time{Time: n.opens}) {
		wrong.add("%s: openedAt is %v, want %v", c.Name, status.OpenedAt, n.opens)
	}
	if status.LateSeconds == nil || *status.LateSeconds != 0 {
		wrong.add("%s: lateSeconds is %s, want 0", c.Name, orNothing(status.LateSeconds))
	}
	if len(status.Channels) != len(n.peaks) {
		wrong.add("%s: speaks of %d channels, want %d", c.Name, len(status.Channels), len(n.peaks))
	}
	for _, launch := range status.Channels {
		peak := n.peaks[launch.Channel]
		if launch.PeakFloor != peak {
			wrong.add("%s: the peak of %s is %d, want %d", c.Name, launch.Channel, launch.PeakFloor, peak)
		}
		times := n.readyTimes(launch.Channel)
		if len(times) < int(peak) {
			wrong.add("%s: %s has %d Ready pods, want %d", c.Name, launch.Channel, len(times), peak)
			continue
		}
		proved := times[peak-1]
		if proved.After(n.opens.Add(-readyBefore)) || !launch.ProvedReadyAt.Equal(&metav1.Time{Time: proved}) {
			wrong.add("%s: %s is said to be proved Ready at %v; by its pods it was at %v", c.Name, launch.Channel, launch.ProvedReadyAt, proved)
		}
	}
	return wrong
}

func (n *openingNight) untrueOf(name string) (wrong findings) {
	var channel v1alpha1.BookingChannel
	if err := n.read(name, &channel); err != nil {
		return findings{err.Error()}
	}
	for _, want := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionAvailable, v1alpha1.ConditionFloorHeld} {
		if !meta.IsStatusConditionTrue(channel.Status.Conditions, want) {
			wrong.add("channel %s: %s", name, words(channel.Status.Conditions, want))
		}
	}
	if ready := channel.Status.ReadyReplicas; ready == nil || *ready != n.present(name).ready {
		wrong.add("channel %s: says %s Ready, there are %d", name, orNothing(ready), n.present(name).ready)
	}
	if floor := channel.Status.Floor.Replicas; floor != n.peaks[name] {
		wrong.add("channel %s: floor is %d, want %d", name, floor, n.peaks[name])
	}
	return wrong
}

// words say one condition.
func words(conditions []metav1.Condition, name string) string {
	c := meta.FindStatusCondition(conditions, name)
	if c == nil {
		return "no condition " + name
	}
	return fmt.Sprintf("%s is %s, %s: %s", name, c.Status, c.Reason, c.Message)
}

func orNothing[T any](value *T) string {
	if value == nil {
		return "nothing"
	}
	return fmt.Sprint(*value)
}

// TestManagerDiesAcrossTheOpening: the floors stand in the autoscalers, so that
// nothing falls while there is no operator, and afterwards it finds out what
// was true meanwhile.
func TestManagerDiesAcrossTheOpening(t *testing.T) {
	t.Parallel()
	n := declareNight(setScene(t, "dies"))
	n.dieInTheRamp()
	n.expectPeak()

	n.operator.kill()
	n.say("the operator is killed, a minute before the opening")
	n.sleepUntil(n.opens)
	n.say("T: the opening, with no operator")
	n.sleepUntil(n.opens.Add(time.Minute))
	n.operator.start()
	n.say("the operator is started again, a minute after the opening")

	n.sleepUntil(n.opens.Add(90 * time.Second))
	n.expectHeld(n.opens.Add(-time.Minute), n.opens.Add(90*time.Second))
	n.expectTruth(soon)
	if wrong := n.replaced(); wrong != nil {
		n.Errorf("after the operator's return: %s\n%s", wrong, n.timeline(n.opens, time.Now()))
	}
}

// dieInTheRamp kills the operator once the floors are written, before any pod of
// the peak is Ready, and starts it again when all are: so that when they were,
// it can only know from the pods.
func (n *openingNight) dieInTheRamp() {
	n.Helper()
	all := func(reached func(now moment, peak int32) bool) func() string {
		return func() string {
			for channel, peak := range n.peaks {
				if now := n.present(channel); !reached(now, peak) {
					return fmt.Sprintf("%s: %s, the peak is %d", channel, now, peak)
				}
			}
			return ""
		}
	}
	n.eventually(time.Until(n.opens), "the floors are written", all(func(now moment, peak int32) bool { return now.least == peak }))
	n.operator.kill()
	for channel, peak := range n.peaks {
		if n.present(channel).ready >= peak {
			n.Errorf("the pods of %s were Ready before the operator was killed: this tries nothing", channel)
		}
	}
	n.say("the floors are written; the operator is killed before the pods are Ready")
	n.eventually(time.Minute, "the pods are Ready", all(func(now moment, peak int32) bool { return now.ready >= peak }))
	n.sleepUntil(time.Now().Add(5 * time.Second))
	n.operator.start()
	n.say("all pods are Ready; the operator is started again some seconds later")
}

// TestAPIServerStopsAcrossTheOpening: with no API server nothing can change, and
// nothing does. The operator ends itself when it cannot renew its lease, as do
// Kubernetes' own controllers; a kubelet would start both again, and so does
// the test.
func TestAPIServerStopsAcrossTheOpening(t *testing.T) {
	t.Parallel()
	n := declareNight(setScene(t, "outage"))
	n.expectPeak()
	stop := n.operator.keepAlive()
	defer stop()

	n.sleepUntil(n.opens.Add(-30 * time.Second))
	n.cluster("stop", "kube-apiserver")
	// Here it holds no lease; left running it would count the outage against
	// every node, and call all their pods unready on its return.
	n.cluster("stop", "kube-controller-manager")
	n.sleepUntil(n.opens)
	n.say("T: the opening, with no API server")
	n.sleepUntil(n.opens.Add(30 * time.Second))
	n.cluster("start", "kube-apiserver")
	n.cluster("start", "kube-controller-manager")

	n.expectTruth(soon)
	n.sleepUntil(n.opens.Add(2 * time.Minute)) // whatever an outage sets off would have come by now
	n.expectHeld(n.opens.Add(-time.Minute), time.Now())
}

// cluster stops or starts a part of the control plane.
func (s *scene) cluster(command, component string) {
	s.Helper()
	out, err := s.Cluster(s.ctx, command, component)
	s.must(command+" "+component, err)
	s.say("%s", out[:max(0, len(out)-1)])
}
