/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eligibility

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// opens is midnight between 1 and 2 December 2026 in Rome.
var opens = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

// campaignBuilder reads as a sentence: makeCampaign("over-80").Born(…).Opens(…).Obj().
type campaignBuilder struct{ c catalog.Campaign }

func makeCampaign(name string) campaignBuilder {
	return campaignBuilder{catalog.Campaign{Name: name, Service: "Vaccination", Doses: catalog.Doses{Count: 1}}}.Opens(opens)
}

func (b campaignBuilder) Born(from, to string) campaignBuilder {
	b.c.AgeBand = &catalog.AgeBand{BornFrom: from, BornTo: to}
	return b
}

func (b campaignBuilder) Opens(at time.Time) campaignBuilder {
	b.c.OpensAt, b.c.OpensAtLocal = at, opening.Words(at, rome)
	return b
}

func (b campaignBuilder) Closes(at time.Time) campaignBuilder {
	b.c.ClosesAt = &at
	return b
}

func (b campaignBuilder) Paused(reason string) campaignBuilder {
	b.c.Paused = reason
	return b
}

func (b campaignBuilder) For(service string) campaignBuilder {
	b.c.Service = service
	return b
}

func (b campaignBuilder) Obj() catalog.Campaign { return b.c }

var rome = func() *time.Location {
	loc, err := opening.Zone("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return loc
}()

func rules(t testing.TB, campaigns ...catalog.Campaign) *Rules {
	t.Helper()
	r, err := New(catalog.Catalog{Revision: 1, Platform: "lazio", TimeZone: "Europe/Rome", Campaigns: campaigns})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func day(t testing.TB, text string) civil.Day {
	t.Helper()
	if text == "" {
		return civil.Day{}
	}
	d, err := civil.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func code(t testing.TB, text string) identifier.Identifier {
	t.Helper()
	if text == "" {
		return identifier.Identifier{}
	}
	id, err := identifier.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
