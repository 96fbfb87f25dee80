/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/drive"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/ground"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/report"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// muchStolen is the percentage of stolen processor time that makes latencies worse.
const muchStolen = 2

// stand runs nights and writes them into a book.
type stand struct {
	drive.Stand
	options options
	ground  ground.Options
	book    *report.Book
}

// crowded multiplies the people of the nights with and without Mezzanotte: without it,
// the pods of a quiet evening could serve them, too. Nights with faults take pods away,
// so they keep some room.
const crowded = 2

// nights runs the nights on the command line. It writes the report after each, so an
// interrupted run leaves a report.
func (s stand) nights(ctx context.Context, scenario night.Scenario) error {
	if o := s.options; !o.short && !o.faults {
		scenario = scenario.Crowded(crowded).Shortened(o.comesFor(scenario.Crowd.Lasts))
	}
	with := drive.Night{Name: "with", Title: "With Mezzanotte", Scenario: scenario, Prescaled: true, Ahead: ahead}
	if s.options.short {
		with.Scenario, with.Ahead, with.Brief = scenario.Shortened(s.options.comesFor(lastsShort)), aheadShort, true
		_, err := s.night(ctx, with)
		return err
	}
	if s.options.faults {
		return s.faults(ctx, scenario.Shortened(s.options.comesFor(lastsFault)))
	}
	if _, err := s.night(ctx, with); err != nil || !s.Real {
		return err // without pods there is nothing to compare
	}
	_, err := s.night(ctx, drive.Night{
		Name: "without", Title: "The same autoscaler left alone", Scenario: scenario, Ahead: aheadWithout,
	})
	return err
}

func (s stand) night(ctx context.Context, n drive.Night) (night.Record, error) {
	record, err := s.Run(ctx, n)
	if err != nil {
		return record, err
	}
	s.book.Put(record)
	for _, f := range night.Failed(record.Findings()) {
		if record.Prescaled {
			s.Say("  not as promised: %s: %s", f.Want, f.Found)
		}
	}
	if mean, worst, _ := record.Stolen(); mean >= muchStolen {
		s.Say("  the host of this machine gave %.0f %% of its processors' time to others, %.0f %% in the worst second: latencies say little", mean, worst)
	}
	return record, s.book.Write(s.options.directory(s.Real))
}

// quietNight is the run without a fault, to compare the others with.
const quietNight = "quiet"

// faults runs the quiet night, to compare with, and then all others. With -only, it
// compares with the quiet night of the report, if there is one.
func (s stand) faults(ctx context.Context, scenario night.Scenario) error {
	quiet, known := s.book.Night(quietNight)
	if s.options.wants(quietNight) || s.options.wants("web-overload") && !known {
		var err error
		quiet, err = s.night(ctx, drive.Night{Name: quietNight, Title: "Nothing is broken", Scenario: scenario, Prescaled: true, Ahead: aheadWithout})
		if err != nil {
			return err
		}
	}
	phone := tally.Latency{}
	if quiet.Agents != nil {
		phone, _ = quiet.Agents.BookingLatency()
	}
	for _, f := range drive.Faults(&phone) {
		if err := s.fault(ctx, f, scenario); err != nil {
			return err
		}
	}
	if !s.options.wants(removal) {
		return nil
	}
	s.Say("building another image of the operator")
	image, err := s.NewImage(ctx, s.ground, "v0.1.0-next")
	if err != nil {
		return err
	}
	return s.fault(ctx, drive.Removal(image), scenario)
}

func (s stand) fault(ctx context.Context, f drive.Fault, scenario night.Scenario) error {
	if !s.options.wants(f.Name) {
		return nil
	}
	if f.Change != nil {
		f.Change(&scenario)
	}
	_, err := s.night(ctx, drive.Night{Name: f.Name, Title: f.Title, Scenario: scenario, Prescaled: true, Ahead: max(aheadWithout, f.Before()+time.Minute), Fault: &f})
	return err
}
