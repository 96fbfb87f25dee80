/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Spot is one dose's place, as pages carry it.
type Spot struct {
	Hub     string `json:"h"`
	Start   int64  `json:"s"` // Unix seconds
	Minutes int    `json:"m,omitempty"`
}

// At returns when the appointment begins.
func (s Spot) At() time.Time { return time.Unix(s.Start, 0).UTC() }

// SpotsOfOffer returns the places of an offer.
func SpotsOfOffer(o search.Offer) []Spot {
	var out []Spot
	for i, place := range o.Places {
		s := Spot{Hub: place.Hub, Start: place.StartsAt.Unix()}
		if i < len(o.Minutes) {
			s.Minutes = o.Minutes[i]
		}
		out = append(out, s)
	}
	return out
}

// Places returns spots as the clerk takes them.
func Places(spots []Spot) []booking.Place {
	var out []booking.Place
	for _, s := range spots {
		out = append(out, booking.Place{Hub: s.Hub, StartsAt: s.At()})
	}
	return out
}

// Booked is a booking, as pages carry it.
type Booked struct {
	Number   string        `json:"n"`
	Service  string        `json:"v"`
	Campaign string        `json:"c"`
	State    booking.State `json:"s"`
	Expires  int64         `json:"x,omitempty"`
	Extended bool          `json:"e,omitempty"`
	Spots    []Spot        `json:"a,omitempty"`
	Moved    int64         `json:"m,omitempty"` // when it was last shown, for the sequence in calendars
}

// Show returns a booking as pages carry it.
func Show(b booking.Booking, now time.Time) *Booked {
	out := &Booked{
		Number: b.Number.String(), Service: b.Service, Campaign: b.Campaign, State: b.State,
		Extended: b.Extended, Moved: now.Unix(),
	}
	if !b.ExpiresAt.IsZero() {
		out.Expires = b.ExpiresAt.Unix()
	}
	for _, a := range b.Appointments {
		out.Spots = append(out.Spots, Spot{Hub: a.Hub, Start: a.StartsAt.Unix(), Minutes: a.Minutes})
	}
	return out
}

// Left returns how long a hold still lasts.
func (b *Booked) Left(now time.Time) time.Duration {
	return max(time.Unix(b.Expires, 0).Sub(now).Truncate(time.Second), 0)
}

// Line is one appointment in words.
type Line struct{ Dose, When, Hub, Address string }

// Lines returns appointments in words.
func (s Scene) Lines(spots []Spot) []Line {
	var out []Line
	for i, spot := range spots {
		hub := s.Hub(spot.Hub)
		line := Line{When: s.Words.When(spot.At(), s.In.Zone), Hub: hub.DisplayName, Address: hub.Address}
		if len(spots) > 1 {
			line.Dose = s.Words.Say("dose", i+1, len(spots))
		}
		out = append(out, line)
	}
	return out
}

// Offered is one offer to choose.
type Offered struct {
	Value string
	First bool // chosen by default
	Lines []Line
}

// Offers returns sets of places to choose from. first makes the first one the default.
func (s Scene) Offers(sets [][]Spot, first bool) []Offered {
	var out []Offered
	for i, set := range sets {
		out = append(out, Offered{Value: strconv.Itoa(i), First: first && i == 0, Lines: s.Lines(set)})
	}
	return out
}

// ReadOffer returns which of n offers was chosen.
func ReadOffer(text string, n int) (int, bool) {
	i, err := strconv.Atoi(text)
	return i, err == nil && len(text) < 4 && i >= 0 && i < n
}

// Hub returns a hub by its name, even if the catalog no longer has it.
func (s Scene) Hub(name string) catalog.Hub {
	if h, known := s.In.Hub(name); known {
		return h
	}
	return catalog.Hub{DisplayName: name}
}

// Choice is one option of several.
type Choice struct {
	Value, Text string
	Chosen      bool
}

// Area is a health authority with its hubs.
type Area struct {
	Name string
	Hubs []Choice
}

// Areas returns the hubs that any of some campaigns offers, by health authority.
func Areas(in *binding.Snapshot, campaigns []catalog.Campaign, chosen string) []Area {
	offered := map[string]bool{}
	for _, c := range campaigns {
		for _, h := range in.HubsOf(c.Name) {
			offered[h.Name] = true
		}
	}
	byName := map[string][]Choice{}
	for _, h := range in.Catalog.Hubs {
		if offered[h.Name] {
			byName[h.HealthAuthority] = append(byName[h.HealthAuthority], Choice{
				Value: h.Name, Text: h.DisplayName + ", " + h.Address, Chosen: h.Name == chosen,
			})
		}
	}
	var out []Area
	for name, hubs := range byName {
		slices.SortFunc(hubs, func(a, b Choice) int { return strings.Compare(a.Text, b.Text) })
		out = append(out, Area{name, hubs})
	}
	slices.SortFunc(out, func(a, b Area) int { return strings.Compare(a.Name, b.Name) })
	return out
}
