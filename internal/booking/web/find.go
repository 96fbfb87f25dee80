/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// findData is what the template sees.
type findData struct {
	Campaigns []choice // none where there is but one, or a booking is moved
	Only      string   // the campaign, in words, where there is but one
	Areas     []area
	Place     string
	Day, Min  string
	Now       []doseLine // of the booking that is moved
}

// choice is one of several.
type choice struct {
	Value, Text string
	Chosen      bool
}

// area is a health authority with its hubs.
type area struct {
	Name string
	Hubs []choice
}

// where is the page that asks where, and from which day.
func (j journey) where() string {
	if j.Moving {
		return "/move"
	}
	return "/find"
}

// showFind asks where, and from which day. Whoever begins again does so for whomever they
// like, also where they were about to move something.
func (p *Pages) showFind(v *visit) (result, error) {
	if len(sorted(v.in, v.now, eligibility.Eligible)) == 0 {
		return result{to: "/"}, nil
	}
	if v.journey.Booking != nil {
		v.journey = journey{}
	}
	return p.findResult(v), nil
}

// showMove asks where to, and from which day.
func (p *Pages) showMove(v *visit) (result, error) {
	if _, ok := v.journey.reference(); !ok || !v.journey.Moving {
		return result{to: "/booking"}, nil
	}
	return p.findResult(v), nil
}

func (p *Pages) findResult(v *visit) result {
	j := v.journey.carried()
	what := p.findView(v)
	what.journey = &j
	return result{view: what, private: v.journey.Person != nil}
}

// findView is the form, filled with what the journey has.
func (p *Pages) findView(v *visit) *view {
	j := v.journey
	data := findData{Place: j.Place, Day: j.From, Min: v.in.Rules.Today(v.now).String()}
	if data.Day == "" {
		data.Day = data.Min
	}
	open := sorted(v.in, v.now, eligibility.Eligible)
	title := "find.title"
	switch {
	case j.Moving:
		title, open = "move.title", nil
		if c, known := v.in.Campaign(j.Campaign); known {
			open = []catalog.Campaign{c}
		}
		data.Now = v.doses(j.Booking.Spots)
	case len(open) == 1:
		data.Only = v.words.campaign(open[0])
	default:
		for _, c := range open {
			data.Campaigns = append(data.Campaigns, choice{Value: c.Name, Text: v.words.campaign(c), Chosen: c.Name == j.Campaign})
		}
	}
	data.Areas = areas(v.in, open, j.Hub)
	return &view{template: "find", title: title, data: data}
}

// areas are the hubs that some campaigns offer.
func areas(in *binding.Snapshot, campaigns []catalog.Campaign, chosen string) []area {
	offered := map[string]bool{}
	for _, c := range campaigns {
		for _, h := range in.HubsOf(c.Name) {
			offered[h.Name] = true
		}
	}
	byName := map[string][]choice{}
	for _, h := range in.Catalog.Hubs {
		if offered[h.Name] {
			byName[h.HealthAuthority] = append(byName[h.HealthAuthority], choice{
				Value: h.Name, Text: h.DisplayName + ", " + h.Address, Chosen: h.Name == chosen,
			})
		}
	}
	var out []area
	for name, hubs := range byName {
		slices.SortFunc(hubs, func(a, b choice) int { return strings.Compare(a.Text, b.Text) })
		out = append(out, area{name, hubs})
	}
	slices.SortFunc(out, func(a, b area) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// find reads where and from which day, and goes on to the places.
func (p *Pages) find(v *visit) (result, error) {
	j, problems := readFind(v)
	if len(problems) > 0 {
		v.journey = j
		return v.wrong(p.findView(v), problems), nil
	}
	return result{to: "/places", keep: &j}, nil
}

// longestText is how much of one field is looked at.
const longestText = 200

// field gives a field without spaces around it, or the beginning of one too long.
func field(form url.Values, name string) string {
	text := strings.TrimSpace(strings.ToValidUTF8(form.Get(name), ""))
	if len(text) > longestText {
		text = strings.ToValidUTF8(text[:longestText], "")
	}
	return text
}

// readFind reads the form.
func readFind(v *visit) (journey, []problem) {
	j := v.journey
	j.Chosen, j.Offers = nil, nil
	var problems []problem
	wrong := func(name, key string) { problems = append(problems, problem{name, v.words.say(key)}) }
	if !j.Moving {
		j.Campaign = chosenCampaign(v)
		if j.Campaign == "" {
			wrong("campaign", "problem.campaign")
		}
	}
	j.From = field(v.form, "day")
	today := v.in.Rules.Today(v.now)
	switch day, err := dayOf(j.From); {
	case j.From == "":
		j.From = today.String()
	case err != nil || day.After(today.Years(2)):
		wrong("day", "problem.day")
	case day.Before(today):
		wrong("day", "problem.past")
	default:
		j.From = day.String()
	}
	j.Place, j.Hub = field(v.form, "place"), field(v.form, "hub")
	j.Hubs, j.Near = nil, nil
	hubs := v.in.HubsOf(j.Campaign)
	switch {
	case j.Hub != "":
		j.Hubs = []string{j.Hub}
		if !slices.ContainsFunc(hubs, func(h catalog.Hub) bool { return h.Name == j.Hub }) && j.Campaign != "" {
			wrong("hub", "problem.hub")
		}
	case j.Place != "" && j.Campaign != "":
		if j.Hubs, j.Near = whereabouts(hubs, j.Place); j.Hubs == nil && j.Near == nil {
			wrong("place", "problem.place")
		}
	}
	return j, problems
}

// chosenCampaign is the one that was chosen, or the only one; "" where none was.
func chosenCampaign(v *visit) string {
	open := sorted(v.in, v.now, eligibility.Eligible)
	if len(open) == 1 {
		return open[0].Name
	}
	name := field(v.form, "campaign")
	if _, known := v.in.Campaign(name); !known {
		return ""
	}
	return name
}

// dayOf reads a day as browsers send it, or as people write it: 31/12/2026.
func dayOf(text string) (civil.Day, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '.' || r == ' ' })
	if len(parts) == 3 {
		text = pad(parts[2], 4) + "-" + pad(parts[1], 2) + "-" + pad(parts[0], 2)
	}
	return civil.Parse(text)
}

func pad(digits string, n int) string {
	if len(digits) >= n {
		return digits
	}
	return strings.Repeat("0", n-len(digits)) + digits
}
