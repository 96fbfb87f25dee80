/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// connections is what all channels together may hold open at now, and what they
// hold at their bases.
func connections(set declared.Set, now time.Time) (planned, bases int64) {
	in := set.Input(now)
	least := map[string]int{}
	for _, c := range in.Channels {
		least[c.Name] = c.Base
	}
	return plan.Connections(in.Channels, plan.Caps(in, now)), plan.Connections(in.Channels, least)
}

// connectionsSufficient says whether the store bears every channel at its base.
// Bases that alone exceed what it accepts are said, and not cut.
func connectionsSufficient(write condition.Writer, platform *v1alpha1.BookingPlatform, bases int64) {
	most := int64(platform.Spec.Database.MaxConnections)
	message := fmt.Sprintf("all channels at their bases hold %d connections, 20 in reserve among them, and the store accepts %d", bases, most)
	if bases <= most {
		write.True(v1alpha1.ConditionConnectionsSufficient, v1alpha1.ReasonBasesFit, message)
		return
	}
	write.False(v1alpha1.ConditionConnectionsSufficient, v1alpha1.ReasonBasesExceedConnections, message+
		fmt.Sprintf(": raise spec.database.maxConnections to at least %d, or lower scaling.minReplicas or capacity.databaseConnections of some channels", bases))
}
