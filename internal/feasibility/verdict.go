/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feasibility

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
)

// WithoutOpening returns the verdict for a campaign without an opening in force.
func WithoutOpening() condition.Verdict {
	return condition.Unknown(v1alpha1.ReasonInvalidSpec, "without an opening nothing can be planned")
}

// Wrong returns the message for an invalid opening or closing, and names the opening
// that is in force meanwhile.
func Wrong(err error, inForce *declared.Resolved) string {
	message := err.Error()
	switch {
	case inForce == nil:
	case inForce.Held:
		message += "; until it is corrected nothing opens, and capacity is kept for the last announced opening, " + inForce.Words
	default:
		message += "; the announced opening stands, " + inForce.Words
	}
	return message
}

// Verdict returns the condition Feasible: does the plan meet the forecast within every
// limit? Once the launch is over, the last verdict stays.
func (c *Case) Verdict() condition.Verdict {
	if len(c.Launches) == 0 {
		return condition.Unknown(v1alpha1.ReasonNoForecast, "without spec.forecast the plan cannot be judged")
	}
	before := meta.FindStatusCondition(c.Campaign.Status.Conditions, v1alpha1.ConditionFeasible)
	if c.reached(c.KeepUntil) && c.sameOpening() && before != nil {
		return condition.Verdict{Status: before.Status, Reason: before.Reason, Message: before.Message}
	}
	if reason, message := c.capped(); reason != "" {
		return condition.False(reason, message)
	}
	if missing := c.Set.MissingChannels(c.Campaign); len(missing) > 0 {
		return condition.Unknown(v1alpha1.ReasonChannelNotFound, Missing(c.Campaign, missing))
	}
	// A launch proved in time needs no plan any more. An opening in the past means
	// "now" and is late on purpose.
	if !c.proved() && !c.inPast() {
		if late := c.each(c.tooLate); late != "" {
			return condition.False(v1alpha1.ReasonTooLate, late)
		}
	}
	return condition.True(v1alpha1.ReasonFits, "every channel reaches its peak floor in time and within its limits")
}

// each joins the descriptions of all planned launches.
func (c *Case) each(say func(Launch) string) string {
	var words []string
	for _, l := range c.Launches {
		if word := say(l); l.Planned && word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, "; ")
}

func (c *Case) tooLate(l Launch) string {
	if l.Late <= 0 {
		return ""
	}
	behind := c.Since.Sub(l.RampStarts)
	return fmt.Sprintf("the ramp of %s to %d replicas should have begun at %s, but the opening was announced at %s: "+
		"pods start all at once and may be Ready up to %s too late; open that much later, or raise spec.launch.podStartsPerMinute of BookingPlatform %s",
		l.Channel, l.Peak, c.Clock(l.RampStarts), c.Clock(c.Since), Length(behind), c.Campaign.Spec.PlatformRef.Name)
}

// Missing returns the message for channels of the forecast that do not exist.
func Missing(c *v1alpha1.Campaign, channels []string) string {
	return fmt.Sprintf("there is no BookingChannel %[1]s on BookingPlatform %[2]s: create it (spec.platformRef.name %[2]s) in namespace %[3]s, or correct spec.forecast.channelShares",
		strings.Join(channels, ", "), c.Spec.PlatformRef.Name, c.Namespace)
}

// Clock formats an instant in the platform's own zone.
func (c *Case) Clock(t time.Time) string {
	return t.In(c.Set.Zone()).Format("2006-01-02 15:04:05 MST")
}

// Length formats a duration in whole seconds, without empty units.
func Length(d time.Duration) string {
	text := d.Truncate(time.Second).String()
	for _, empty := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, empty) {
			text = strings.TrimSuffix(text, empty[1:])
		}
	}
	return text
}
