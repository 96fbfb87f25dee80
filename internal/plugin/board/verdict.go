/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// halfADay is the longest distance at which a time is written without its day.
const halfADay = 12 * time.Hour

// Word is the short form of a verdict.
type Word string

// The words.
const (
	// Go: proved Ready, and nothing was lost since.
	Go Word = "GO"
	// NoGo: it is too late to wait, and it is not Ready.
	NoGo Word = "NO-GO"
	// Ramping: on the way, and there is time.
	Ramping Word = "RAMPING"
	// Waiting: the ramp has not begun.
	Waiting Word = "WAITING"
	// Paused: somebody holds the opening.
	Paused Word = "PAUSED"
	// Unknown: it cannot be seen.
	Unknown Word = "UNKNOWN"
	// Nothing is asked of it.
	Nothing Word = "-"
)

// Verdict is a word and why.
type Verdict struct {
	Word Word
	Why  string
	// But reports that Why has a caveat, even on GO.
	But bool
}

// judge returns the verdict on a channel, with the trouble that its status names.
func (s view) judge(n need) Verdict {
	v := s.compare(n)
	if channel := s.channel(n.channel); channel != nil {
		if trouble := v1alpha1.Trouble(channel); trouble != "" {
			v.But, v.Why = true, trouble+"; "+v.Why
		}
	}
	return v
}

// compare returns the verdict on a channel by its pods.
func (s view) compare(n need) Verdict {
	if why := s.scene.Hidden[Channels]; why != "" {
		return Verdict{Word: Unknown, Why: why}
	}
	channel := s.channel(n.channel)
	switch {
	case channel == nil:
		return Verdict{Word: NoGo, Why: "there is no BookingChannel " + n.channel}
	case n.peak == 0:
		return Verdict{Word: Unknown, Why: "not planned yet: is the operator running?"}
	}
	ready, wanted := valueOf(channel.Status.ReadyReplicas), n.peak
	ahead, proved := s.now.Before(n.opensAt), !n.proved.IsZero()
	if floor := channel.Status.Floor.Replicas; floor > 0 && (proved || !ahead) {
		wanted = min(wanted, floor) // it may have fallen as planned: an earlier opening's peak is over
	}
	have := fmt.Sprintf("%d of %d Ready", ready, wanted)
	switch {
	case proved && ready >= wanted:
		return Verdict{Word: Go, Why: have + s.provedAt(n)}
	case ready < wanted && (proved || n.lost):
		return Verdict{Word: NoGo, Why: fmt.Sprintf("%s: %d lost after all had been Ready", have, wanted-ready)}
	case ready >= wanted:
		have += ", not proved yet"
	}
	return s.unproved(n, have)
}

// unproved returns the verdict on a channel that is not proved Ready yet; it depends on the
// time left.
func (s view) unproved(n need, have string) Verdict {
	switch due := s.hour(n.due); {
	case !s.now.Before(n.due):
		return Verdict{Word: NoGo, Why: have + ", was due at " + due}
	case !s.now.Before(n.counts()):
		return Verdict{Word: Ramping, Why: have + ", due by " + due}
	case n.ramp.IsZero():
		return Verdict{Word: Waiting, Why: "no ramp needed, due by " + due}
	}
	return Verdict{Word: Waiting, Why: fmt.Sprintf("the ramp to %d starts at %s", n.peak, s.hour(n.ramp))}
}

func (s view) provedAt(n need) string {
	text := ", proved " + s.second(n.proved)
	if late := n.proved.Sub(n.due); late > 0 {
		text += ", " + strings.TrimPrefix(opening.Remaining(late), "in ") + " late"
	}
	return text
}

// overall combines the channels' verdicts into one for the opening.
func (s view) overall(f focus, rows []Channel) Verdict {
	if blind := s.blind(); blind != "" {
		return Verdict{Word: Unknown, Why: blind}
	}
	v := s.together(f, rows)
	published := conditionOf(s.platform.Status.Conditions, v1alpha1.ConditionCatalogPublished)
	if published.Status == metav1.ConditionFalse && !f.none() {
		v.But = true
		v.Why += fmt.Sprintf("; booking pods may not know what was declared: the newest catalog is not published (%s)", published.Reason)
	}
	for _, c := range f.campaigns {
		feasible := conditionOf(c.Status.Conditions, v1alpha1.ConditionFeasible)
		if feasible.Status == metav1.ConditionFalse {
			v.But = true
			v.Why += fmt.Sprintf("; not enough for %s (%s)", c.Name, feasible.Reason)
		}
		if reason := heldBy(c); reason != "" && v.Word != Paused {
			v.But = true
			v.Why += fmt.Sprintf("; %s is held: %s", c.Name, reason)
		}
	}
	if !s.scene.Away.IsZero() {
		v = Verdict{Word: Unknown, Why: fmt.Sprintf("at %s it was %s: %s", s.second(s.scene.Away), v.Word, v.Why)}
	}
	return v
}

// blind names what the board needs but cannot read, or "".
func (s view) blind() string {
	for _, kind := range []Kind{Campaigns, Channels} {
		if why := s.scene.Hidden[kind]; why != "" {
			return why
		}
	}
	return ""
}

func (s view) together(f focus, rows []Channel) Verdict {
	if f.none() {
		return Verdict{Word: Nothing, Why: "no opening is ahead"}
	}
	said, but := map[Word][]string{}, []string(nil)
	for _, row := range rows {
		if row.Verdict.But {
			but = append(but, row.Name+": "+row.Verdict.Why)
		}
		if row.Verdict.Word != Nothing {
			said[row.Verdict.Word] = append(said[row.Verdict.Word], row.Name+": "+row.Verdict.Why)
		}
	}
	reason, capacity := f.paused(), s.capacity(said, but)
	if reason == "" {
		return capacity
	}
	return Verdict{Word: Paused, Why: fmt.Sprintf("%s; capacity: %s, %s", reason, capacity.Word, capacity.Why)}
}

// capacity is the worst of the channels' verdicts; but lists channels in trouble.
func (s view) capacity(said map[Word][]string, but []string) Verdict {
	for _, word := range []Word{NoGo, Unknown, Ramping} {
		if len(said[word]) > 0 {
			return Verdict{Word: word, Why: strings.Join(said[word], "; "), But: len(but) > 0}
		}
	}
	switch {
	case len(said[Waiting]) > 0 && len(said[Go]) > 0:
		return Verdict{Word: Ramping, Why: strings.Join(said[Waiting], "; ")}
	case len(said[Waiting]) > 0:
		return Verdict{Word: Waiting, Why: strings.Join(said[Waiting], "; ")}
	case len(said[Go]) > 0:
		return Verdict{Word: Go, Why: strings.Join(append([]string{"every channel is proved Ready"}, but...), "; "), But: len(but) > 0}
	}
	return Verdict{Word: Nothing, Why: "no forecast: no Ready pods are needed"}
}

// hour formats a time, without the day if that is unambiguous.
func (s view) hour(t time.Time) string { return s.face(t, "15:04") }

func (s view) second(t time.Time) string { return s.face(t, "15:04:05") }

func (s view) face(t time.Time, clock string) string {
	if s.now.Sub(t).Abs() < halfADay {
		return t.In(s.zone).Format(clock)
	}
	return t.In(s.zone).Format("2 Jan " + clock)
}

func conditionOf(conditions []metav1.Condition, kind string) metav1.Condition {
	for _, c := range conditions {
		if c.Type == kind {
			return c
		}
	}
	return metav1.Condition{}
}

func valueOf(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}
