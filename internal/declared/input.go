/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package declared

import (
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/internal/kind"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// channel converts a BookingChannel for the planner. In Managed mode spec.replicas
// is a floor set by hand; in External mode the other autoscaler sets it, and the
// plan ignores it.
func channel(c *v1alpha1.BookingChannel, k kind.Kind) plan.Channel {
	scaling := c.Spec.Scaling
	out := plan.Channel{
		Name:        c.Name,
		Base:        int(scaling.MinReplicas),
		Max:         int(scaling.MaxReplicas),
		Connections: int(c.Spec.Capacity.DatabaseConnections),
		StartUp:     time.Duration(c.Status.StartUpSeconds) * time.Second,
		Gentle:      scaling.Autoscaler == v1alpha1.AutoscalerExternal,
	}
	if scaling.Autoscaler == v1alpha1.AutoscalerManaged {
		out.Base = max(out.Base, int(c.Spec.Replicas))
	}
	if k.Agents {
		agents := max(1, int(c.Spec.Capacity.Agents))
		out.CallCentre = (int(c.Spec.CallCentre.Agents) + agents - 1) / agents
		out.LoadPerReplica = int64(agents) * 1000
		out.Session.Length = time.Duration(c.Spec.CallCentre.AverageHandleTimeSeconds) * time.Second
		return out
	}
	// Thousandths of a request per second, at the target utilisation of the capacity.
	out.LoadPerReplica = int64(c.Spec.Capacity.RequestsPerSecond) * int64(scaling.TargetUtilizationPercent) * 1000 / 100
	out.Session = demand.Session{Length: minutes(c.Spec.Session.Minutes), Requests: int(c.Spec.Session.Requests)}
	return out
}

// campaign converts a Campaign for the planner, without its pauses.
func campaign(c *v1alpha1.Campaign, platform *v1alpha1.BookingPlatform, resolved Resolved) plan.Campaign {
	launch := platform.Spec.Launch
	out := plan.Campaign{
		Name:        c.Name,
		Opens:       resolved.OpensAt,
		Closes:      resolved.ClosesAt,
		Announced:   AnnouncedSince(c, resolved),
		ReadyBefore: minutes(launch.ReadyBeforeMinutes),
		KeepPeak:    minutes(launch.KeepPeakMinutes),
	}
	forecast := c.Spec.Forecast
	out.Forecast = demand.Forecast{
		People:             forecast.EligiblePeople,
		FirstHourPercent:   int(forecast.FirstHourPercent),
		FirstMinutePercent: int(forecast.FirstMinutePercent),
	}
	out.Shares = make(map[string]int, len(forecast.ChannelShares))
	for _, share := range forecast.ChannelShares {
		out.Shares[share.Channel] = int(share.Percent)
	}
	return out
}

func minutes(n int32) time.Duration { return time.Duration(n) * time.Minute }
