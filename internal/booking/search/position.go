/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"cmp"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strconv"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Position is a point on the earth, in degrees, WGS 84. It may be personal data, so it
// prints and logs without its coordinates.
type Position struct{ Latitude, Longitude float64 }

// String hides the coordinates.
func (Position) String() string { return "[position]" }

// GoString hides the coordinates.
func (Position) GoString() string { return "[position]" }

// LogValue hides the coordinates.
func (Position) LogValue() slog.Value { return slog.StringValue("[position]") }

// errNoPosition does not repeat the text: it may be where somebody lives.
var errNoPosition = errors.New("no position: write degrees, latitude -90 to 90 and longitude -180 to 180, such as 41.8076 and 12.3270")

// ParsePosition reads degrees in decimal notation.
func ParsePosition(latitude, longitude string) (Position, error) {
	north, err := degrees(latitude, 90)
	if err != nil {
		return Position{}, err
	}
	east, err := degrees(longitude, 180)
	if err != nil {
		return Position{}, err
	}
	return Position{north, east}, nil
}

// degrees reads one coordinate. It rejects the other notations of ParseFloat.
func degrees(text string, most float64) (float64, error) {
	for _, c := range text {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' {
			return 0, errNoPosition
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(n) > most {
		return 0, errNoPosition
	}
	return n, nil
}

// earth is the mean radius of the earth in metres.
const earth = 6_371_009

// Distance returns the distance to another position in metres, by the haversine formula.
func (p Position) Distance(other Position) int {
	const radians = math.Pi / 180
	north := math.Sin((other.Latitude - p.Latitude) * radians / 2)
	east := math.Sin((other.Longitude - p.Longitude) * radians / 2)
	h := north*north + math.Cos(p.Latitude*radians)*math.Cos(other.Latitude*radians)*east*east
	return int(math.Round(2 * earth * math.Asin(math.Sqrt(min(h, 1)))))
}

// PositionOf returns the position of a hub, if the catalog has one.
func PositionOf(h catalog.Hub) (Position, bool) {
	if h.Coordinates == nil {
		return Position{}, false
	}
	p, err := ParsePosition(h.Coordinates.Latitude, h.Coordinates.Longitude)
	return p, err == nil
}

// atlas holds the positions of the hubs of a catalog.
type atlas struct {
	of   *binding.Snapshot
	hubs map[string]point
}

// point is a position as a unit vector from the centre of the earth.
type point struct{ x, y, z float64 }

func (p Position) point() point {
	const radians = math.Pi / 180
	north, east := p.Latitude*radians, p.Longitude*radians
	return point{math.Cos(north) * math.Cos(east), math.Cos(north) * math.Sin(east), math.Sin(north)}
}

// chord returns the square of the straight-line distance, which orders points like the distance on the ground.
func (p point) chord(other point) float64 {
	x, y, z := p.x-other.x, p.y-other.y, p.z-other.z
	return x*x + y*y + z*z
}

func (s *Search) atlasOf(in *binding.Snapshot) *atlas {
	if known := s.atlas.Load(); known != nil && known.of == in {
		return known
	}
	a := &atlas{of: in, hubs: map[string]point{}}
	for _, h := range in.Catalog.Hubs {
		if p, known := PositionOf(h); known {
			a.hubs[h.Name] = p.point()
		}
	}
	s.atlas.Store(a)
	return a
}

// nearest returns the names of hubs within a distance of a position in metres, nearest
// first; 0 is any distance. Hubs without coordinates come last, or are left out if the
// distance is limited.
func (a *atlas) nearest(hubs []catalog.Hub, near Position, within int) []string {
	type there struct {
		chord float64
		hub   int
	}
	unknown, most := math.Inf(1), math.Inf(1)
	if within > 0 {
		half := math.Sin(min(float64(within)/(2*earth), math.Pi/2))
		most = 4 * half * half
	}
	found, at := make([]there, 0, len(hubs)), near.point()
	for i := range hubs {
		chord := unknown
		if p, known := a.hubs[hubs[i].Name]; known {
			chord = at.chord(p)
		}
		if chord <= most && (within <= 0 || chord < unknown) {
			found = append(found, there{chord, i})
		}
	}
	slices.SortFunc(found, func(a, b there) int { return cmp.Or(cmp.Compare(a.chord, b.chord), a.hub-b.hub) })
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = hubs[f.hub].Name
	}
	return names
}
