/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// slotsPath serves the free places of each hub and day.
const slotsPath = "/bulk" + fhir.SlotsPath

// base is the path of the servers' FHIR API.
const base = "/fhir"

// step is one thing to try.
type step struct {
	says    string
	command string
	want    string // part of a right answer
}

// guide is a list of steps to try, in order. Each step uses what the one before found.
type guide struct {
	preparation string
	steps       []step
}

// makeGuide writes the requests into files, with the commands that send them. The
// slots that they book are free now.
func makeGuide(ctx context.Context, p place, all servers, c catalog.Catalog) (*guide, error) {
	places, err := firstOffer(ctx, all[0], c.Campaigns[0].Doses.Count)
	if err != nil {
		return nil, err
	}
	return &guide{
		preparation: "cd " + p.path("requests") + "\n" +
			`fhir() { curl -sS -H 'Content-Type: application/fhir+json' -H "Idempotency-Key: $RANDOM-$RANDOM-` + rand.Text() + `" "$@"; }`,
		steps: steps(all, c),
	}, writeRequests(p, places)
}

func steps(all servers, c catalog.Catalog) []step {
	web, app := all[0].address+base, all[1].address+base
	withNumber := func(file string) string { return `sed "s/` + anyNumber + `/$number/" ` + file + " | fhir -d @- " }
	return []step{
		{
			"What people see: open it in a browser, too.",
			"curl -sS " + all[0].address + "/en/", "Bookings are open",
		}, {
			"Which hubs are there?",
			"curl -sS " + web + "/Location", "fiera-di-roma",
		}, {
			"How many places are free, at each hub on each day? Anybody may ask, caches may answer.",
			"curl -sS " + all[0].address + slotsPath + " | head -3", `"free"`,
		}, {
			fmt.Sprintf("What is free for %s, born %s, whose band has opened?", bands.opened.person, bands.opened.born),
			"fhir -d @ada-find.json '" + web + "/Appointment/$find'", `"proposed"`,
		}, {
			"Hold both doses, for ten minutes. The answer has the booking's number.",
			"fhir -d @ada-hold.json '" + web + "/Appointment/$hold' | tee held\n" +
				"number=$(grep -oE '([0-9A-Z]{4}-){2}[0-9A-Z]{4}' held | head -1)", `"pending"`,
		}, {
			"Book what is held.",
			withNumber("ada-book.json") + "'" + web + "/Appointment/$book'", `"booked"`,
		}, {
			"Look at it in the app.",
			"curl -sS " + app + "/Appointment/_search --data-urlencode identifier=$number --data-urlencode patient.identifier=" + bands.opened.code, `"booked"`,
		}, {
			"Cancel it there.",
			withNumber("ada-cancel.json") + "'" + app + "/Appointment/$cancel'", `"cancelled"`,
		}, {
			fmt.Sprintf("%s, born %s, is too early: that band opens on\n%s. Try again then.", bands.opens.person, bands.opens.born, opensAt(c, bands.opens)),
			"fhir -d @ugo-hold.json '" + web + "/Appointment/$hold'", string(booking.CodeYourBandOpens),
		}, {
			fmt.Sprintf("%s, born %s, is earlier still.", bands.nextWeek.person, bands.nextWeek.born),
			"fhir -d @eva-hold.json '" + web + "/Appointment/$hold'", string(booking.CodeYourBandOpens),
		}, {
			"Was a place sold twice? It is counted all the time, and now.",
			"curl -sS " + all[0].metrics + " | grep oversold_places\n" +
				"../booking audit --database ../database --identifier-keys ../keys", "oversold_places 0",
		},
	}
}

func opensAt(c catalog.Catalog, of band) string {
	for _, campaign := range c.Campaigns {
		if campaign.Name == of.campaign {
			return campaign.OpensAtLocal
		}
	}
	return "a day that is not announced"
}

// String lists the commands, each below a comment.
func (g *guide) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "In another terminal:\n\n%s\n", g.preparation)
	for _, s := range g.steps {
		fmt.Fprintf(&b, "\n# %s\n%s\n", strings.ReplaceAll(s.says, "\n", "\n# "), s.command)
	}
	return b.String()
}
