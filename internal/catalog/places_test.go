/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import (
	"math"
	"testing"
)

func TestDeskPlaces(t *testing.T) {
	for name, tc := range map[string]struct{ percent, stations, want int }{
		"a tenth of 30":                      {10, 30, 3},
		"a tenth of 31 is rounded up":        {10, 31, 4},
		"a tenth of 4 is one place":          {10, 4, 1},
		"one of two":                         {1, 2, 1},
		"half of two":                        {50, 2, 1},
		"half of three is rounded up":        {50, 3, 2},
		"a hub with one station keeps none":  {50, 1, 0},
		"one place is left to everybody":     {100, 30, 29},
		"more than half of two leaves one":   {60, 2, 1},
		"a hub without stations keeps none":  {10, 0, 0},
		"fewer than none":                    {10, -5, 0},
		"more stations than can be counted":  {50, math.MaxInt, math.MaxInt/2 + 1},
		"all of more than can be multiplied": {100, math.MaxInt, math.MaxInt - 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := Catalog{CallCentrePlaces: &CallCentrePlaces{Percent: tc.percent}}
			if got := c.PlacesKept(tc.stations); got != tc.want {
				t.Errorf("%d %% of %d stations: %d are kept, want %d", tc.percent, tc.stations, got, tc.want)
			}
		})
	}
	if got := plain().PlacesKept(30); got != 0 {
		t.Errorf("%d are kept where nobody asked for it, want 0", got)
	}
}

// What is kept is the least that is the percentage or more, or all but one.
func TestDeskPlacesAreRoundedUpOnce(t *testing.T) {
	for percent := 1; percent <= maxCallCentrePercent; percent++ {
		c := Catalog{CallCentrePlaces: &CallCentrePlaces{Percent: percent}}
		for stations := range 1001 {
			kept := c.PlacesKept(stations)
			enough, least := kept*100 >= stations*percent, (kept-1)*100 < stations*percent
			if kept < 0 || kept > max(stations-1, 0) || !least || !enough && kept != max(stations-1, 0) {
				t.Fatalf("%d %% of %d stations: %d are kept", percent, stations, kept)
			}
		}
	}
}
