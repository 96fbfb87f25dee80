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

// memory keeps a document of one catalog and second.
type memory struct{ kept atomic.Pointer[remembered] }

type remembered struct {
	in     *binding.Snapshot
	second int64
	page.Document
}

// read returns the document. It makes a new one for another catalog or second.
func (m *memory) read(in *binding.Snapshot, second int64, write func() any) (page.Document, error) {
	if kept := m.kept.Load(); kept != nil && kept.in == in && kept.second == second {
		return kept.Document, nil
	}
	content, err := json.Marshal(write())
	if err != nil {
		return page.Document{}, err
	}
	d, err := page.NewDocument("application/json", content)
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

// campaign is one campaign, and its state for the people it is for.
type campaign struct {
	Name     string `json:"name"`
	Service  string `json:"service"`
	Standing string `json:"standing"` // open, soon, paused, closed
	What     string `json:"what"`
	When     string `json:"when,omitempty"`   // soon: it opens; open, closed: it closes
	Reason   string `json:"reason,omitempty"` // for the pause
}

// next is the next opening.
type next struct {
	At     int64    `json:"at"` // Unix milliseconds
	When   string   `json:"when"`
	For    []string `json:"for"`
	Spread int64    `json:"spread"` // seconds over which waiting people are admitted
	Within int64    `json:"within"` // seconds until all of them are
}

// clockHeader has the server's time in Unix milliseconds, for devices whose own clock is
// wrong.
const clockHeader = "Clock-Milliseconds"

// serveNow answers with the campaigns of now.
func (a *App) serveNow(w http.ResponseWriter, r *http.Request, words *page.Language) {
	in, err := a.Catalog.Current()
	if err != nil {
		a.noCatalog(w, words, err)
		return
	}
	at := a.Catalog.Now()
	d, err := a.now[words.Tag()].read(in, at.Unix(), func() any {
		// Rounded down to the second, so that nobody is admitted a second too early.
		out := nowOf(words, in, time.Unix(at.Unix(), 0))
		out.Mail = a.Mail
		return out
	})
	if err != nil {
		a.failed(w, words, err)
		return
	}
	w.Header().Set(clockHeader, strconv.FormatInt(a.Catalog.Now().UnixMilli(), 10))
	serve(w, r, d)
}

// noCatalog answers while no catalog is in force.
func (a *App) noCatalog(w http.ResponseWriter, words *page.Language, why error) {
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
		entry := campaign{Name: c.Name, Service: c.Service, Standing: standing, What: words.Campaign(c)}
		if when != nil {
			entry.When = words.When(*when, in.Zone)
		}
		return entry
	}
	for _, c := range page.Campaigns(in, at, eligibility.Eligible) {
		out.Campaigns = append(out.Campaigns, line(c, "open", c.ClosesAt))
	}
	for _, c := range page.Campaigns(in, at, eligibility.NotYetOpen) {
		entry := line(c, "soon", &c.OpensAt)
		out.Campaigns = append(out.Campaigns, entry)
		if out.Next == nil {
			out.Next = &next{
				At: c.OpensAt.UnixMilli(), When: entry.When,
				Spread: int64(page.AdmitSpread / time.Second), Within: int64(page.AdmitWithin / time.Second),
			}
		}
		if c.OpensAt.UnixMilli() == out.Next.At {
			out.Next.For = append(out.Next.For, entry.What)
		}
	}
	for _, c := range page.Campaigns(in, at, eligibility.Paused) {
		entry := line(c, "paused", nil)
		entry.Reason = c.Paused
		out.Campaigns = append(out.Campaigns, entry)
	}
	for _, c := range page.Campaigns(in, at, eligibility.Closed) {
		out.Campaigns = append(out.Campaigns, line(c, "closed", c.ClosesAt))
	}
	return out
}

// hubs has all hubs, and which of them each campaign offers. Campaigns share a few sets of
// hubs.
type hubs struct {
	Zone      string         `json:"zone"` // of their clocks
	Hubs      []hub          `json:"hubs"`
	Sets      [][]int        `json:"sets"`      // of indices in Hubs
	Campaigns map[string]int `json:"campaigns"` // index in Sets, by name
}

type hub struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Address   string `json:"address,omitempty"`
	Authority string `json:"authority,omitempty"`
	Latitude  string `json:"latitude,omitempty"`
	Longitude string `json:"longitude,omitempty"`
}

// serveHubs answers with the hubs.
func (a *App) serveHubs(w http.ResponseWriter, r *http.Request, words *page.Language) {
	in, err := a.Catalog.Current()
	if err != nil {
		a.noCatalog(w, words, err)
		return
	}
	d, err := a.hubs.read(in, 0, func() any { return hubsOf(in) })
	if err != nil {
		a.failed(w, words, err)
		return
	}
	serve(w, r, d)
}

func hubsOf(in *binding.Snapshot) hubs {
	out := hubs{Zone: in.Catalog.TimeZone, Hubs: []hub{}, Sets: [][]int{}, Campaigns: map[string]int{}}
	index := map[string]int{}
	for i, h := range in.Catalog.Hubs {
		entry := hub{Name: h.Name, Title: h.DisplayName, Address: h.Address, Authority: h.HealthAuthority}
		if h.Coordinates != nil {
			entry.Latitude, entry.Longitude = h.Coordinates.Latitude, h.Coordinates.Longitude
		}
		out.Hubs, index[h.Name] = append(out.Hubs, entry), i
	}
	known := map[string]int{}
	for _, c := range in.Catalog.Campaigns {
		set, key := []int{}, strings.Builder{}
		for _, h := range in.HubsOf(c.Name) {
			set = append(set, index[h.Name])
		}
		slices.Sort(set)
		for _, i := range set {
			key.WriteString(strconv.Itoa(i) + " ")
		}
		at, found := known[key.String()]
		if !found {
			at = len(out.Sets)
			out.Sets, known[key.String()] = append(out.Sets, set), at
		}
		out.Campaigns[c.Name] = at
	}
	return out
}
