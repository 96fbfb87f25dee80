/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import "fmt"

// Wider than the API's limits, so that the API may allow more one day without older
// readers refusing the catalog.
const (
	maxCallCentrePercent  = 100
	maxReleaseBeforeHours = 366 * 24
)

// CallCentrePlaces configures the places of each slot that only the call centre may
// take, until they are released to everybody.
type CallCentrePlaces struct {
	Percent            int `json:"percent"`            // of a slot's places: see [Catalog.PlacesKept]
	ReleaseBeforeHours int `json:"releaseBeforeHours"` // before the slot starts; 0: never released
}

// PlacesKept returns how many places of a slot with that many stations are kept for
// the call centre: the percentage of them, rounded up. At least one place is left
// to everybody, so a hub with one station keeps none.
func (c Catalog) PlacesKept(stations int) int {
	if c.CallCentrePlaces == nil || stations < 2 {
		return 0
	}
	percent := c.CallCentrePlaces.Percent
	// By whole hundreds first: a document may name more stations than can be
	// multiplied.
	kept := stations/100*percent + (stations%100*percent+99)/100
	return min(kept, stations-1)
}

func (p *CallCentrePlaces) check() error {
	switch {
	case p == nil:
		return nil
	case p.Percent < 1 || p.Percent > maxCallCentrePercent:
		return fmt.Errorf("callCentrePlaces: percent is %d: write 1 to %d, or leave callCentrePlaces out", p.Percent, maxCallCentrePercent)
	case p.ReleaseBeforeHours < 0 || p.ReleaseBeforeHours > maxReleaseBeforeHours:
		return fmt.Errorf("callCentrePlaces: releaseBeforeHours is %d: write 0 to %d", p.ReleaseBeforeHours, maxReleaseBeforeHours)
	}
	return nil
}
