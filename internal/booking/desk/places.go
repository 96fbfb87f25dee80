/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// The size of the table of free places.
const (
	shownDays = 7
	shownHubs = 40
)

// placesData holds the values of the template.
type placesData struct {
	Place, Day, Min string
	Days            []dayHead
	Hubs            []hubRow
	More            bool   // there are more hubs
	Next            string // the first day of the next page
}

// dayHead is the head of a column, in words and in digits.
type dayHead struct{ Words, Short string }

// hubRow is a hub with the places that are free for the call centre on each day.
type hubRow struct {
	Name, Address string
	Free          []int
}

// places shows the free places by hub and day, as last counted.
func (d *Desk) places(v *visit) result {
	query := v.request.URL.Query() // it contains nothing about a caller
	today := v.in.Rules.Today(v.now)
	data := placesData{Place: page.Field(query, "place"), Day: today.String(), Min: today.String()}
	out := result{template: "places", title: "desk.places.title"}
	from, wrong := page.ReadFirstDay(query, today)
	if wrong != "" {
		out.problems, out.status = page.Problems{{Field: "day", Text: v.words.Say(wrong)}}, http.StatusUnprocessableEntity
	}
	data.Day = from.String()
	counted, err := d.Clerk.Availability(v.request.Context())
	v.logResult("places", "", err)
	if err != nil {
		return d.unable(v, err, "")
	}
	free := map[string]map[civil.Day]int{}
	for _, c := range counted {
		if free[c.Hub] == nil {
			free[c.Hub] = map[civil.Day]int{}
		}
		free[c.Hub][c.Day] = c.CallCentre
	}
	for n := range shownDays {
		day := from.Add(n)
		data.Days = append(data.Days, dayHead{v.words.Day(day), day.Midnight().Format("2/1")})
	}
	for _, h := range v.hubsAt(data.Place) {
		if len(data.Hubs) == shownHubs {
			data.More = true
			break
		}
		row := hubRow{Name: h.DisplayName, Address: h.Address}
		for n := range shownDays {
			row.Free = append(row.Free, free[h.Name][from.Add(n)])
		}
		data.Hubs = append(data.Hubs, row)
	}
	if len(data.Hubs) == 0 {
		out.problems = append(out.problems, page.Problem{Field: "place", Text: v.words.Say("problem.place")})
		out.status = http.StatusUnprocessableEntity
	}
	data.Next = from.Add(shownDays).String()
	out.data = data
	return out
}

// hubsAt returns the hubs whose name or address contains the typed words; all for no words.
func (v *visit) hubsAt(typed string) []catalog.Hub {
	all := slices.Clone(v.in.Catalog.Hubs)
	slices.SortFunc(all, func(a, b catalog.Hub) int { return strings.Compare(a.DisplayName, b.DisplayName) })
	if typed == "" {
		return all
	}
	return slices.DeleteFunc(all, func(h catalog.Hub) bool {
		names, near := page.Whereabouts([]catalog.Hub{h}, typed)
		return len(names) == 0 && near == nil
	})
}
