/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"cmp"
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// paint is the fill of a cause, and an ink that is legible on it.
type paint struct{ fill, ink string }

// hues of campaigns; see package svg.
var hues = []paint{
	{svg.Blue, "#ffffff"},
	{svg.Orange, svg.Ink},
	{svg.Green, "#ffffff"},
	{svg.Sky, svg.Ink},
	{svg.Purple, svg.Ink},
	{svg.Yellow, svg.Ink},
	{svg.Indigo, "#ffffff"},
	{svg.Brown, "#ffffff"},
}

// Paints of other causes.
var (
	baseGrey   = paint{svg.Grey, svg.Ink}
	otherGrey  = paint{"#5b6472", "#ffffff"}
	keptGrey   = paint{"#dfe3e9", svg.Ink}
	deskPurple = paint{"#7f6bb3", "#ffffff"}
)

// Causes of a floor, other than campaigns, with a layer of their own.
const (
	causeBase   = "base"
	causeDesk   = "the agent roster"
	causeOthers = "other campaigns"
	causeKept   = "kept"
)

// palette assigns each campaign one colour in the whole picture of a platform.
type palette struct {
	// hue of a campaign, or -1 for none of its own.
	hue map[string]int
	// order of the openings, in which campaigns are stacked.
	order map[string]int
}

// newPalette assigns colours strip by strip, first to the largest campaigns. Campaigns in
// one strip never share a colour.
func newPalette(all []moment, moving []line, strips []axis) palette {
	p := palette{hue: map[string]int{}, order: map[string]int{}}
	for _, m := range all {
		for _, c := range m.opens {
			if _, ok := p.order[c.Name]; !ok {
				p.order[c.Name] = len(p.order)
			}
		}
	}
	for _, a := range strips {
		p.colour(largest(moving, a))
	}
	return p
}

// colour assigns colours to the campaigns of a strip that have none yet.
func (p *palette) colour(asked map[string]int64) {
	taken := make([]bool, len(hues))
	var names []string
	for name := range asked {
		hue, ok := p.hue[name]
		switch {
		case !ok:
			names = append(names, name)
		case hue >= 0:
			taken[hue] = true
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(asked[b], asked[a]), p.compare(a, b))
	})
	free := len(hues)
	for _, t := range taken {
		if t {
			free--
		}
	}
	for _, name := range names[min(free, len(names)):] {
		p.hue[name] = -1
	}
	named := names[:min(free, len(names))]
	slices.SortFunc(named, p.compare)
	hue := 0
	for _, name := range named {
		for taken[hue] {
			hue++
		}
		p.hue[name], taken[hue] = hue, true
	}
}

// compare orders campaigns by their openings. Those that opened long ago come first.
func (p *palette) compare(a, b string) int {
	place := func(name string) int {
		if at, ok := p.order[name]; ok {
			return at
		}
		return -1
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
}

// largest returns the most replicas that each campaign has of any floor on an axis.
func largest(moving []line, a axis) map[string]int64 {
	most := map[string]int64{}
	for _, l := range moving {
		for _, v := range l.over(a) {
			for _, part := range v.parts {
				if part.Campaign {
					most[part.Cause] = max(most[part.Cause], bound(part.Replicas))
				}
			}
		}
	}
	return most
}

// layer is one cause in a stack.
type layer struct {
	cause string
	// campaign reports that the cause is a campaign with its own colour.
	campaign bool
	replicas int64
}

// stack returns the layers of a floor from the bottom up: base or desk, campaigns as they
// open, campaigns without a colour together, then what is only kept.
func (p *palette) stack(v level) []layer {
	var layers []layer
	add := func(cause string, campaign bool, replicas int) {
		i := slices.IndexFunc(layers, func(l layer) bool { return l.cause == cause && l.campaign == campaign })
		if i < 0 {
			i, layers = len(layers), append(layers, layer{cause: cause, campaign: campaign})
		}
		layers[i].replicas = min(layers[i].replicas+bound(replicas), mostReplicas)
	}
	for _, part := range v.parts {
		hue, coloured := p.hue[part.Cause]
		switch {
		case part.Campaign && coloured && hue >= 0:
			add(part.Cause, true, part.Replicas)
		case part.Campaign:
			add(causeOthers, false, part.Replicas)
		case part.Cause == causeBase, part.Cause == causeDesk:
			add(part.Cause, false, part.Replicas)
		default:
			add(causeKept, false, part.Replicas)
		}
	}
	if len(layers) == 0 {
		add(causeBase, false, int(v.floor))
	}
	slices.SortStableFunc(layers, p.below)
	return layers
}

// below orders two layers from the bottom up.
func (p *palette) below(a, b layer) int {
	place := func(l layer) int {
		if l.campaign {
			return 2
		}
		return map[string]int{causeBase: 0, causeDesk: 1, causeOthers: 3, causeKept: 4}[l.cause]
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), p.compare(a.cause, b.cause))
}

// of returns the paint of a layer.
func (p *palette) of(l layer) paint {
	if l.campaign {
		return hues[p.hue[l.cause]]
	}
	switch l.cause {
	case causeBase:
		return baseGrey
	case causeDesk:
		return deskPurple
	case causeOthers:
		return otherGrey
	}
	return keptGrey
}
