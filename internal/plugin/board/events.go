/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// overdue is the time after its instant at which a step of the plan, or a change of a
// spec, should have been seen by the operator.
const overdue = 90 * time.Second

// Event is one row of the list of events.
type Event struct {
	At, About, Reason, Text string
	Warning                 bool
}

// eventsOf the platform and all that belongs to it, newest first.
func (s view) eventsOf(all []corev1.Event) []*corev1.Event {
	ours := map[string]bool{"BookingPlatform/" + s.Name: true}
	for _, c := range s.campaigns {
		ours["Campaign/"+c.Name] = true
	}
	for _, c := range s.channels {
		ours["BookingChannel/"+c.Name] = true
	}
	var out []*corev1.Event
	for i := range all {
		e := &all[i]
		if e.InvolvedObject.Namespace == s.Namespace && ours[e.InvolvedObject.Kind+"/"+e.InvolvedObject.Name] {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *corev1.Event) int {
		return cmp.Or(happened(b).Compare(happened(a)), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// happened returns when an event was last seen, in any of the API's fields.
func happened(e *corev1.Event) time.Time {
	at := e.CreationTimestamp.Time
	for _, t := range []time.Time{e.EventTime.Time, e.LastTimestamp.Time} {
		if t.After(at) {
			at = t
		}
	}
	if e.Series != nil && e.Series.LastObservedTime.After(at) {
		at = e.Series.LastObservedTime.Time
	}
	return at
}

func (s view) event(e *corev1.Event) Event {
	at := happened(e)
	when := s.hour(at)
	if s.now.Sub(at).Abs() < halfADay {
		when = s.second(at)
	}
	return Event{
		At: when, About: e.InvolvedObject.Name, Reason: e.Reason, Text: e.Message,
		Warning: e.Type == corev1.EventTypeWarning,
	}
}

// notes returns warnings about the platform, the gravest first.
func (s view) notes() []Note {
	var notes []Note
	bad := func(format string, args ...any) { notes = append(notes, Note{fmt.Sprintf(format, args...), true}) }
	fine := func(format string, args ...any) { notes = append(notes, Note{Text: fmt.Sprintf(format, args...)}) }
	if away := s.scene.Away; !away.IsZero() {
		bad("no answer from the API server since %s: %s. This is the last known state; openings still follow the clock",
			s.second(away), s.scene.Why)
	}
	if late := s.behind(); len(late) > 0 {
		bad("%s: is the operator running?", strings.Join(late, ", "))
	}
	for _, c := range s.channels {
		rival := c.Status.LastOverruled
		if rival.Time != nil && s.now.Sub(rival.Time.Time) < remembered {
			fine("%s: %s had written %s, set back at %s", c.Name, rival.Manager, rival.Field, s.second(rival.Time.Time))
		}
	}
	for _, kind := range []Kind{Platforms, Campaigns, Channels, Autoscalers, Events} {
		if why := s.scene.Hidden[kind]; why != "" {
			fine("%s", why)
		}
	}
	return notes
}

// behind lists what the operator should have done and has not.
func (s view) behind() []string {
	var late []string
	for _, c := range s.channels {
		if len(c.Status.NextSteps) == 0 {
			continue
		}
		if step := c.Status.NextSteps[0]; step.At != nil && s.now.Sub(step.At.Time) > overdue {
			late = append(late, fmt.Sprintf("%s should have a floor of %d since %s",
				c.Name, step.Floor, s.hour(step.At.Time)))
		}
	}
	for _, c := range s.campaigns {
		if c.Generation > c.Status.ObservedGeneration && s.now.Sub(changed(c)) > overdue {
			late = append(late, fmt.Sprintf("the status of %s lags behind its spec", c.Name))
		}
	}
	return late
}

// changed returns when a campaign's spec was last written, as far as the API server knows.
func changed(c *v1alpha1.Campaign) time.Time {
	at := c.CreationTimestamp.Time
	for _, entry := range c.ManagedFields {
		if entry.Subresource == "" && entry.Time != nil && entry.Time.After(at) {
			at = entry.Time.Time
		}
	}
	return at
}
