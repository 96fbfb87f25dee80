/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package app

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// memory is a document as it is by a catalog, in a second.
type memory struct{ kept atomic.Pointer[remembered] }

type remembered struct {
	in     *binding.Snapshot
	second int64
	document
}

// read returns the document, and makes it first where it is of another catalog or second.
func (m *memory) read(in *binding.Snapshot, second int64, write func() any) (document, error) {
	if kept := m.kept.Load(); kept != nil && kept.in == in && kept.second == second {
		return kept.document, nil
	}
	content, err := json.Marshal(write())
	if err != nil {
		return document{}, err
	}
	d, err := newDocument("application/json", content)
	if err == nil {
		m.kept.Store(&remembered{in, second, d})
	}
	return d, err
}

// now has the public facts of campaigns, in words.
type now struct {
	Zone      string     `json:"zone"`
	Today     string     `json:"today"`
	Mail      bool       `json:"mail"` // confirmations are sent
	Campaigns []campaign `json:"campaigns"`
	Next      *next      `json:"next,omitempty"`
}

// campaign is one campaign, and how it stands to those whom it is for.
type campaign struct {
	Name     string `json:"name"`
	Service  string `json:"service"`
	Standing string `json:"standing"` // open, soon, paused, closed
	What     string `json:"what"`
	When     string `json:"when,omitempty"`   // it opens; or closes, or did
	Reason   string `json:"reason,omitempty"` // why it is paused
}

// next is the next opening.
type next struct {
	At     int64    `json:"at"` // milliseconds of Unix
	When   string   `json:"when"`
	For    []string `json:"for"`
	Spread int64    `json:"spread"` // seconds, over which those who wait come in
	Within int64    `json:"within"`
}

// clockHeader has the server's time in milliseconds of Unix, so that a device whose
// own clock is wrong counts right.
const clockHeader = "Clock-Milliseconds"

// serveNow answers what is open.
func (a *App) serveNow(w http.ResponseWriter, r *http.Request, words *page.Language) {
	in, err := a.Catalog.Current()
	if err != nil {
		a.away(w, words, err)
		return
	}
	at := a.Catalog.Now()
	d, err := a.now[words.Tag()].read(in, at.Unix(), func() any {
		// By the whole second that has begun: nobody is let in a second too early.
		said := nowOf(words, in, time.Unix(at.Unix(), 0))
		said.Mail = a.Mail
		return said
	})
	if err != nil {
		a.failed(w, words, err)
		return
	}
	w.Header().Set(clockHeader, strconv.FormatInt(a.Catalog.Now().UnixMilli(), 10))
	d.serve(w, r)
}

// away says that nothing is in force here yet.
func (a *App) away(w http.ResponseWriter, words *page.Language, why error) {
	page.Report(w, why)
	page.RetryAfter(w, page.Soon)
	a.message(w, words, notice{http.StatusServiceUnavailable, "no_catalog", 0})
}

func (a *App) failed(w http.ResponseWriter, words *page.Language, why error) {
	a.Log.Error("Failed to answer the app", "error", why)
	a.message(w, words, notice{http.StatusInternalServerError, "failed", 0})
}

func nowOf(words *page.Language, in *binding.Snapshot, at time.Time) now {
	out := now{Zone: in.Catalog.TimeZone, Today: in.Rules.Today(at).String(), Campaigns: []campaign{}}
	line := func(c catalog.Campaign, standing string, when *time.Time) campaign {
		said := campaign{Name: c.Name, Service: c.Service, Standing: standing, What: words.Campaign(c)}
		if when != nil {
			said.When = words.When(*when, in.Zone)
		}
		return said
	}
	for _, c := range page.Campaigns(in, at, eligibility.Eligible) {
		out.Campaigns = append(out.Campaigns, line(c, "open", c.ClosesAt))
	}
	for _, c := range page.Campaigns(in, at, eligibility.NotYetOpen) {
		said := line(c, "soon", &c.OpensAt)
		out.Campaigns = append(out.Campaigns, said)
		if out.Next == nil {
			out.Next = &next{
				At: c.OpensAt.UnixMilli(), When: said.When,
				Spread: int64(page.AdmitSpread / time.Second), Within: int64(page.AdmitWithin / time.Second),
			}
		}
		if c.OpensAt.UnixMilli() == out.Next.At {
			out.Next.For = append(out.Next.For, said.What)
		}
	}
	for _, c := range page.Campaigns(in, at, eligibility.Paused) {
		said := line(c, "paused", nil)
		said.Reason = c.Paused
		out.Campaigns = append(out.Campaigns, said)
	}
	for _, c := range page.Campaigns(in, at, eligibility.Closed) {
		out.Campaigns = append(out.Campaigns, line(c, "closed", c.ClosesAt))
	}
	return out
}

// hubs are all hubs, and which of them campaigns offer: few sets, by place in the list.
type hubs struct {
	Zone      string         `json:"zone"` // of their clocks
	Hubs      []hub          `json:"hubs"`
	Sets      [][]int        `json:"sets"`
	Campaigns map[string]int `json:"campaigns"` // to their set
}

type hub struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Address   string `json:"address,omitempty"`
	Authority string `json:"authority,omitempty"`
	Latitude  string `json:"latitude,omitempty"`
	Longitude string `json:"longitude,omitempty"`
}

// serveHubs answers where hubs are.
func (a *App) serveHubs(w http.ResponseWriter, r *http.Request, words *page.Language) {
	in, err := a.Catalog.Current()
	if err != nil {
		a.away(w, words, err)
		return
	}
	d, err := a.hubs.read(in, 0, func() any { return hubsOf(in) })
	if err != nil {
		a.failed(w, words, err)
		return
	}
	d.serve(w, r)
}

func hubsOf(in *binding.Snapshot) hubs {
	out := hubs{Zone: in.Catalog.TimeZone, Hubs: []hub{}, Sets: [][]int{}, Campaigns: map[string]int{}}
	places := map[string]int{}
	for i, h := range in.Catalog.Hubs {
		said := hub{Name: h.Name, Title: h.DisplayName, Address: h.Address, Authority: h.HealthAuthority}
		if h.Coordinates != nil {
			said.Latitude, said.Longitude = h.Coordinates.Latitude, h.Coordinates.Longitude
		}
		out.Hubs, places[h.Name] = append(out.Hubs, said), i
	}
	known := map[string]int{}
	for _, c := range in.Catalog.Campaigns {
		set, key := []int{}, strings.Builder{}
		for _, h := range in.HubsOf(c.Name) {
			set = append(set, places[h.Name])
		}
		slices.Sort(set)
		for _, i := range set {
			key.WriteString(strconv.Itoa(i) + " ")
		}
		at, has := known[key.String()]
		if !has {
			at = len(out.Sets)
			out.Sets, known[key.String()] = append(out.Sets, set), at
		}
		out.Campaigns[c.Name] = at
	}
	return out
}
