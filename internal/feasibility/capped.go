/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feasibility

import (
	"fmt"
	"strings"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/kind"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// capped names the peaks that a limit cuts, the people affected, and the limit that
// would fit. The reason is empty if no peak is cut.
func (c *Case) capped() (reason, message string) {
	var words, help []string
	short, needed := false, 0
	for _, l := range c.Launches {
		if !l.Planned || !l.Capped() {
			continue
		}
		words = append(words, c.cut(l))
		short = short || l.Limit == plan.LimitConnections
		if most := c.maxReplicas(l); most < l.Wanted {
			help = append(help, fmt.Sprintf("raise spec.scaling.maxReplicas of BookingChannel %s to at least %d", l.Channel, l.Wanted))
			needed++
		}
	}
	if len(words) == 0 {
		return "", ""
	}
	reason = v1alpha1.ReasonCapped
	if short {
		help = append(help, fmt.Sprintf("raise spec.database.maxConnections of BookingPlatform %s to at least %d",
			c.Set.Platform.Name, c.connectionsNeeded()))
		if needed == 0 {
			reason = v1alpha1.ReasonConnectionsShort
		}
	}
	text := strings.Join(words, "; ") + ": " + strings.Join(help, ", ")
	if split := c.splitting(); split != "" {
		text += ", " + split
	}
	return reason, text
}

// cut describes one peak that a limit cuts, and the people affected.
func (c *Case) cut(l Launch) string {
	limit := fmt.Sprintf("maxReplicas is %d", l.Peak)
	if l.Limit == plan.LimitConnections {
		limit = fmt.Sprintf("its share of the store's %d connections allows %d", c.Set.Platform.Spec.Database.MaxConnections, l.Peak)
	}
	text := fmt.Sprintf("%s needs %d replicas but %s", l.Channel, l.Wanted, limit)
	channel, ok := c.Set.Channel(l.Channel)
	switch {
	case !ok:
		return text
	case kind.HasAgents(channel):
		return text + fmt.Sprintf(", so about %s of its %s agents cannot sign in",
			figure.Grouped(l.Missing/1000), figure.Grouped(int64(channel.Spec.CallCentre.Agents)))
	}
	return text + fmt.Sprintf(", so %s of %s requests/s are too many, and about %s of %s people in the first %s find it full",
		figure.Grouped((l.Missing+999)/1000), figure.Grouped((l.Load+999)/1000), figure.Grouped(l.Affected), figure.Grouped(l.Crowd), minutes(channel.Spec.Session.Minutes))
}

func (c *Case) maxReplicas(l Launch) int {
	if channel, ok := c.Set.Channel(l.Channel); ok {
		return int(channel.Spec.Scaling.MaxReplicas)
	}
	return 0
}

// connectionsNeeded returns the fewest connections with which the store cuts no peak,
// once maxReplicas of the channels is as large as this campaign needs.
func (c *Case) connectionsNeeded() int64 {
	in := c.Set.Input(c.Now)
	for i := range in.Channels {
		for _, l := range c.Launches {
			if l.Channel == in.Channels[i].Name && l.Planned {
				in.Channels[i].Max = max(in.Channels[i].Max, l.Wanted)
			}
		}
	}
	return plan.ConnectionsNeeded(in)
}

func minutes(n int32) string {
	if n == 1 {
		return "minute"
	}
	return fmt.Sprintf("%d minutes", n)
}
