/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	rome, milan := Position{41.8902, 12.4922}, Position{45.4642, 9.1900}
	for name, tc := range map[string]struct {
		from, to     Position
		metres, slip int
	}{
		"nowhere":             {rome, rome, 0, 0},
		"to Milan":            {rome, milan, 477_000, 1000},
		"and back":            {milan, rome, 477_000, 1000},
		"a degree of equator": {Position{0, 0}, Position{0, 1}, 111_195, 1},
		"over the date line":  {Position{0, 179.5}, Position{0, -179.5}, 111_195, 1},
		"pole to pole":        {Position{90, 0}, Position{-90, 77}, 20_015_115, 1},
		"to the other side":   {Position{41.8902, 12.4922}, Position{-41.8902, -167.5078}, 20_015_115, 1},
		"across the street":   {rome, Position{41.8903, 12.4922}, 11, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.from.Distance(tc.to); got < tc.metres-tc.slip || got > tc.metres+tc.slip {
				t.Errorf("%d m, want %d ± %d", got, tc.metres, tc.slip)
			}
		})
	}
}

func TestPositionIsHidden(t *testing.T) {
	p := Position{41.8902, 12.4922}
	for _, text := range []string{fmt.Sprint(p), fmt.Sprintf("%+v", p), fmt.Sprintf("%#v", p), p.LogValue().String()} {
		if text != "[position]" {
			t.Errorf("it says %s", text)
		}
	}
}

func FuzzParsePosition(f *testing.F) {
	for _, text := range []string{"41.8076", "-90", "+1", "", "NaN", "Inf", "1e1", "0x1p1", "91", "-180.0001", "1_0", "٤١", "1.2.3", strings.Repeat("9", 400), "-0"} {
		f.Add(text, "12.3270")
		f.Add("12.3270", text)
	}
	f.Fuzz(func(t *testing.T, latitude, longitude string) {
		p, err := ParsePosition(latitude, longitude)
		if err != nil {
			if p != (Position{}) || strings.Contains(err.Error(), latitude) && len(latitude) > 8 {
				t.Errorf("%v: %v", p, err)
			}
			return
		}
		if !(math.Abs(p.Latitude) <= 90 && math.Abs(p.Longitude) <= 180) {
			t.Errorf("%q, %q is no position on the earth", latitude, longitude)
		}
		if d := p.Distance(Position{41.8902, 12.4922}); d < 0 || d > 20_015_115 {
			t.Errorf("%d m away", d)
		}
	})
}
