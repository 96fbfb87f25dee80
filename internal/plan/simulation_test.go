/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the logs of the simulated nights anew")

// tick is how far the simulated clock goes at once.
const tick = 10 * time.Second

// world is one simulated night: an operator that wakes, crashes and oversleeps,
// autoscalers with wishes of their own, and pods that take their time. Who acts
// first in a tick is a matter of chance; what the plan promises is checked after
// each of them.
type world struct {
	t       *testing.T
	dice    *rand.Rand
	zone    *time.Location
	layout  string // of the log's times: with the zone's letters where clocks change
	in      Input
	now     time.Time
	plan    Plan // as the operator last made it
	told    Plan // all steps, as known when the input last changed
	fresh   Plan // as it is made now
	asleep  time.Time
	absent  time.Time // when the operator was last down or late
	fleets  map[string]*fleet
	log     strings.Builder
	changes []change
}

// change is something that people do in the course of a night: to the input, or
// to the operator, which is down for a while.
type change struct {
	at   time.Time
	says string
	do   func(in *Input)
	down time.Duration
}

// fleet is what runs for a channel.
type fleet struct {
	channel  Channel
	floor    int    // what the operator last wrote into the autoscaler
	why      string // and its causes
	cap      int    // and the most it may run
	readyAt  []time.Time
	wish     int
	nextSync time.Time
}

// simulate runs a night and compares its log with a golden file.
func simulate(t *testing.T, w *world, from, to time.Time) {
	t.Helper()
	w.t, w.now, w.fleets, w.layout = t, from, map[string]*fleet{}, "Mon 15:04"
	if from.In(w.zone).Format("MST") != to.In(w.zone).Format("MST") {
		w.layout = "Mon 15:04 MST"
	}
	for _, c := range w.in.Channels {
		w.fleets[c.Name] = &fleet{channel: c, wish: c.Base, cap: c.Max}
	}
	w.say("the operator starts")
	w.changeInput(func(*Input) {})
	actors := []func(){w.people, w.operator, w.chance, w.autoscalers}
	for ; w.now.Before(to); w.now = w.now.Add(tick) {
		w.dice.Shuffle(len(actors), swap(actors))
		for _, act := range actors {
			act()
			w.check()
		}
		w.calendar()
	}
	compareWithGolden(t, w.log.String())
}

func (w *world) say(format string, args ...any) {
	fmt.Fprintf(&w.log, "%s %s\n", w.now.In(w.zone).Format(w.layout), fmt.Sprintf(format, args...))
}

// people carry out what the story has them do.
func (w *world) people() {
	if len(w.changes) > 0 && !w.now.Before(w.changes[0].at) {
		c := w.changes[0]
		w.changes = w.changes[1:]
		w.say("%s", c.says)
		if c.down > 0 {
			w.crash(c.down)
			return
		}
		w.changeInput(c.do)
	}
}

func (w *world) changeInput(do func(*Input)) {
	w.in.Campaigns = slices.Clone(w.in.Campaigns)
	do(&w.in)
	w.told, w.fresh = Make(w.in, w.now, All), Make(w.in, w.now, 1)
	if w.up() {
		w.wake()
	}
}

func (w *world) up() bool { return !w.now.Before(w.asleep) }

// operator wakes at Next, or as soon as it is back.
func (w *world) operator() {
	if w.up() && !w.plan.Next.IsZero() && !w.now.Before(w.plan.Next) {
		w.wake()
	}
}

func (w *world) wake() {
	w.plan = Make(w.in, w.now, 20)
	for _, p := range w.plan.Channels {
		f := w.fleets[p.Name]
		if f.cap != p.Cap {
			w.say("%s may have %d, had %d", p.Name, p.Cap, f.cap)
		}
		f.cap = p.Cap
		if f.floor != p.Floor.Replicas || f.why != causes(p.Floor) {
			w.say("%s %d → %d: %v; %d of %d Ready", p.Name, f.floor, p.Floor.Replicas, p.Floor, f.ready(w.now), len(f.readyAt))
		}
		f.floor, f.why = p.Floor.Replicas, causes(p.Floor)
	}
}

func causes(f Floor) string {
	var names []string
	for _, part := range f.Parts {
		names = append(names, part.Cause)
	}
	return strings.Join(names, ", ")
}

// chance makes the operator crash, or its clock jump, about once in an hour and a half.
func (w *world) chance() {
	if !w.up() {
		w.absent = w.now
		return
	}
	switch w.dice.IntN(540) {
	case 0:
		w.crash(time.Duration(1+w.dice.IntN(18)) * tick)
	case 1:
		w.asleep = w.now.Add(time.Duration(1+w.dice.IntN(12)) * tick)
		w.say("the operator's clock stands still, then jumps to %s", w.asleep.In(w.zone).Format("15:04:05"))
	}
}

func (w *world) crash(down time.Duration) {
	w.asleep, w.absent = w.now.Add(down), w.now
	w.plan = Plan{Next: w.asleep} // nothing is remembered
	w.say("the operator crashes, and is back at %s", w.asleep.In(w.zone).Format("15:04:05"))
}

// autoscalers look every 15 to 20 seconds, and wish for what they like; the floor binds them.
func (w *world) autoscalers() {
	for _, c := range w.in.Channels { // in order, for the dice
		f := w.fleets[c.Name]
		if w.now.Before(f.nextSync) {
			continue
		}
		f.nextSync = w.now.Add(15 * time.Second)
		if w.dice.IntN(100) == 0 {
			f.wish = 1 + w.dice.IntN(1+f.floor*5/4)
		}
		wanted := min(f.cap, max(f.wish, f.floor))
		for len(f.readyAt) < wanted {
			f.readyAt = append(f.readyAt, w.now.Add(w.startUp(c)))
		}
		f.readyAt = f.readyAt[:max(wanted, len(f.readyAt)*9/10)]
	}
}

// startUp is never longer than what the planner counts on.
func (w *world) startUp(c Channel) time.Duration {
	longest := int64(max(leastStartUp, c.StartUp) / time.Second)
	return time.Duration(20+w.dice.Int64N(longest-20)) * time.Second
}

func (f *fleet) ready(now time.Time) int {
	ready := 0
	for _, at := range f.readyAt {
		if !at.After(now) {
			ready++
		}
	}
	return ready
}

// check holds the world against what the plan promises.
func (w *world) check() {
	if !w.fresh.Now.Equal(w.now) {
		w.fresh = Make(w.in, w.now, 1)
	}
	for i, p := range w.fresh.Channels {
		f := w.fleets[p.Name]
		if p.Floor.Replicas < f.channel.Base || p.Floor.Replicas > p.Cap {
			w.t.Fatalf("%v: %s %v outside %d..%d", w.now, p.Name, p.Floor, f.channel.Base, p.Cap)
		}
		told := w.told.Channels[i].Floor
		for _, step := range w.told.Channels[i].Steps {
			if !step.At.After(w.now) {
				told = step.Floor
			}
		}
		if !told.Equal(p.Floor) {
			w.t.Fatalf("%v: %s %v, but at %v was told %v", w.now, p.Name, p.Floor, w.told.Now, told)
		}
		if w.up() && w.now.Before(w.plan.Next) && f.floor != p.Floor.Replicas {
			w.t.Fatalf("%v: %s is held at %d until %v, want %v", w.now, p.Name, f.floor, w.plan.Next, p.Floor)
		}
	}
	w.checkStore()
}

// calendar notes whether what was promised for this tick is there.
func (w *world) calendar() {
	for _, p := range w.told.Channels {
		f := w.fleets[p.Name]
		for _, l := range p.Launches {
			late := slices.ContainsFunc(p.Launches, func(other Launch) bool { return other.ReadyBy.Equal(l.ReadyBy) && other.Late > 0 })
			switch {
			case w.now.Equal(l.ReadyBy):
				w.note(f, l, l.Peak, w.absent.Before(l.RampStarts) && !late)
			case w.now.Equal(l.Opens): // what was late by minutes has made up for it
				w.note(f, l, min(l.Peak, w.floorNow(p.Name)), true) // an earlier band may need less by now
			case w.resumes(l.Campaign):
				w.note(f, l, l.Peak, true)
			}
		}
	}
	for _, c := range w.in.Campaigns {
		switch {
		case !w.now.Equal(c.Opens):
		case w.paused(c):
			w.say("%s is to open, and is held", c.Name)
		default:
			w.say("%s opens", c.Name)
		}
	}
}

// note says how many of those needed are Ready for a launch; all where they must be.
func (w *world) note(f *fleet, l Launch, need int, must bool) {
	ready, verdict := f.ready(w.now), "GO"
	if ready < need {
		verdict = "NO-GO"
	}
	if l.Capped() {
		verdict += fmt.Sprintf(", but %d are wanted", l.Wanted)
	}
	if l.Limit == LimitConnections {
		verdict += fmt.Sprintf(", which the store does not bear: %d of %d people find it full", l.Affected, l.Crowd)
	}
	if l.Late > 0 {
		verdict += fmt.Sprintf(", announced %v too late", l.Late)
	}
	w.say("%s for %s: %d of %d Ready: %s", f.channel.Name, l.Campaign, ready, need, verdict)
	if must && ready < need {
		w.t.Fatalf("%v: %d of %d Ready for %+v, although no pod was slow", w.now, ready, need, l)
	}
}

func compareWithGolden(t *testing.T, log string) {
	t.Helper()
	file := filepath.Join("testdata", strings.ReplaceAll(strings.TrimPrefix(t.Name(), "TestNight/"), "_", "-")+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(log), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(log, "\n")); diff != "" {
		t.Errorf("%s is not what happened; look at it, then write it anew with -update:\n%s", file, diff)
	}
}
