/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package binding

import (
	"encoding/json"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/hours"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

// Snapshot is one revision of a catalog, indexed for requests. It does not change.
type Snapshot struct {
	Catalog catalog.Catalog // do not change it
	Rules   *eligibility.Rules
	Zone    *time.Location

	digest    string
	hubs      map[string]hub
	campaigns map[string]campaign
	slots     *lru.Cache[hubDay, []run]
}

type hub struct {
	catalog.Hub
	hours schedule.Hub
}

type campaign struct {
	catalog.Campaign
	hubs []catalog.Hub // that it offers
}

// NewSnapshot indexes a catalog, or returns why it cannot be used.
func NewSnapshot(c catalog.Catalog) (*Snapshot, error) {
	rules, err := eligibility.New(c)
	if err != nil {
		return nil, err
	}
	zone, err := opening.Zone(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("timeZone: %w", err)
	}
	s := &Snapshot{
		Catalog: c, Rules: rules, Zone: zone, digest: c.Digest(),
		hubs: make(map[string]hub, len(c.Hubs)), campaigns: make(map[string]campaign, len(c.Campaigns)),
	}
	if s.slots, err = lru.New[hubDay, []run](keptDays); err != nil {
		return nil, err
	}
	for _, listed := range c.Hubs {
		h := hub{Hub: listed}
		if h.hours, err = hours.ForHub(listed); err != nil {
			return nil, err
		}
		s.hubs[listed.Name] = h
	}
	offered := map[string][]catalog.Hub{} // campaigns select the same few sets of hubs
	for _, listed := range c.Campaigns {
		key, err := json.Marshal([]any{listed.Service, listed.HubSelector})
		if err != nil {
			return nil, fmt.Errorf("campaign %s: hubSelector: %w", listed.Name, err)
		}
		hubs, known := offered[string(key)]
		if !known {
			hubs = offers(listed, c.Hubs)
			offered[string(key)] = hubs
		}
		s.campaigns[listed.Name] = campaign{listed, hubs}
	}
	return s, nil
}

func offers(c catalog.Campaign, hubs []catalog.Hub) []catalog.Hub {
	var out []catalog.Hub
	for _, h := range hubs {
		if c.Offers(h) {
			out = append(out, h)
		}
	}
	return out
}

// Revision of the catalog; 0 for nil.
func (s *Snapshot) Revision() int64 {
	if s == nil {
		return 0
	}
	return s.Catalog.Revision
}

// Digest of the catalog.
func (s *Snapshot) Digest() string { return s.digest }

// Hub returns a hub by its name.
func (s *Snapshot) Hub(name string) (catalog.Hub, bool) {
	h, known := s.hubs[name]
	return h.Hub, known
}

// Campaign returns a campaign by its name.
func (s *Snapshot) Campaign(name string) (catalog.Campaign, bool) {
	c, known := s.campaigns[name]
	return c.Campaign, known
}

// HubsOf returns the hubs that a campaign offers, by name. Do not change them.
func (s *Snapshot) HubsOf(campaign string) []catalog.Hub { return s.campaigns[campaign].hubs }
