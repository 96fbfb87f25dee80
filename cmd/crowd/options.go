/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/demand"

	"github.com/mezzanotte/mezzanotte/internal/crowd"
	"github.com/mezzanotte/mezzanotte/internal/crowd/arrival"
	"github.com/mezzanotte/mezzanotte/internal/crowd/people"
	"github.com/mezzanotte/mezzanotte/internal/crowd/protocol"
	"github.com/mezzanotte/mezzanotte/internal/crowd/target"
)

// options are the flags, checked.
type options struct {
	channels []target.Channel
	allowed  target.Allowed

	opens, from time.Time
	campaign    protocol.Campaign
	curve       arrival.Curve
	mix         people.Mix

	requests, perAddress, inside int
	think, timeout, drain        time.Duration
	pages                        []string

	acknowledged, svg, output string
}

// flags are what is written on the command line.
type flags struct {
	options
	began                          time.Time
	testNetwork                    bool
	catalog, opens, born           string
	eligible                       int64
	uptake, firstHour, firstMinute int
}

// pages that people read while they make up their minds.
var pages = []string{"/fhir/Location", "/bulk/slots.ndjson"}

// ahead is how soon the crowd comes where no instant is said.
const ahead = 3 * time.Second

func (f *flags) set(errs io.Writer) *flag.FlagSet {
	s := flag.NewFlagSet("crowd", flag.ContinueOnError)
	s.SetOutput(errs)
	s.Func("channel", "`NAME=URL[,URL…]:PERCENT%`, a way to book and its share of the people; once for each", func(text string) error {
		c, err := target.ParseChannel(text)
		f.channels = append(f.channels, c)
		return err
	})
	s.BoolVar(&f.testNetwork, "test-network", false, "allow addresses of private networks and of 198.18.0.0/15, not only of this machine")

	s.StringVar(&f.catalog, "catalog", "", "`FILE` of the catalog, to read the campaign's instant and birth dates from")
	s.StringVar(&f.campaign.Name, "campaign", "", "`NAME` of the campaign; else whichever of the service")
	s.StringVar(&f.campaign.Service, "service", "Vaccination", "what is booked")
	s.StringVar(&f.opens, "opens", "", "`INSTANT` of the opening, such as 2026-12-01T23:00:00Z, or how soon, such as 20s; default: the catalog's")
	s.StringVar(&f.born, "born", "", "birth dates of those who may book, `FROM..TO`; default: the catalog's")

	s.IntVar(&f.curve.People, "people", 0, "how many come; default: as many as the forecast says")
	s.DurationVar(&f.curve.Duration, "duration", time.Minute, "time from the opening within which they come")
	s.Int64Var(&f.eligible, "eligible", 410_000, "forecast: people in the age band")
	s.IntVar(&f.uptake, "uptake-percent", 60, "forecast: of them, how many book in the end")
	s.IntVar(&f.firstHour, "first-hour-percent", 10, "forecast: of them, how many try in the first hour")
	s.IntVar(&f.firstMinute, "first-minute-percent", 20, "forecast: of that hour, how many come in its first minute")
	s.Float64Var(&f.curve.EarlyPercent, "early-percent", 5, "people who come before the opening")
	s.DurationVar(&f.curve.EarlyBy, "early-by", 10*time.Second, "how long before it, at most")
	s.Float64Var(&f.mix.Ineligible, "ineligible-percent", 3, "people with a birth date that may not book")
	s.Float64Var(&f.mix.DoubleClick, "double-click-percent", 5, "people who click twice on what changes something")
	s.Float64Var(&f.mix.Cancel, "cancel-percent", 2, "people who cancel what they booked")
	s.Float64Var(&f.mix.Move, "move-percent", 2, "people who move it")
	s.Uint64Var(&f.mix.Seed, "seed", 1, "of everything that is left to chance: the same seed, the same people at the same instants")

	s.IntVar(&f.requests, "requests", 8, "requests of a session that goes well; 3 of them book, the rest are pages")
	s.DurationVar(&f.think, "think", time.Second, "pause between two requests of a person, on average")
	s.DurationVar(&f.mix.Patience, "patience", time.Minute, "how long a person tries, on average")
	s.DurationVar(&f.timeout, "timeout", 15*time.Second, "how long a person waits for one answer")
	s.DurationVar(&f.drain, "drain", time.Minute, "how long those who are inside are waited for after the last has come")
	s.IntVar(&f.inside, "inside", 20_000, "how many may be inside at once: memory, some 30 KB each")
	s.IntVar(&f.perAddress, "people-per-address", 2, "people who share an address, as a proxy would say it; 0: none is said")
	s.Func("page", "`PATH` that people read; once for each; default "+strings.Join(pages, " "), func(path string) error {
		f.pages = append(f.pages, path)
		if !strings.HasPrefix(path, "/") {
			return errors.New("a path begins with /")
		}
		return nil
	})

	s.StringVar(&f.acknowledged, "acknowledged", "", "`FILE` for what was acknowledged, one JSON line for each write")
	s.StringVar(&f.svg, "svg", "", "`FILE` for a picture")
	s.StringVar(&f.output, "o", "text", "output: text or json")
	return s
}

// parse reads the flags at an instant, and finds out whether the crowd may go there.
func parse(ctx context.Context, arguments []string, errs io.Writer, now time.Time) (options, error) {
	f := flags{began: now}
	set := f.set(errs)
	if err := set.Parse(arguments); err != nil {
		return options{}, err
	}
	if set.NArg() > 0 {
		return options{}, fmt.Errorf("%q is no flag", set.Arg(0))
	}
	if len(f.pages) == 0 {
		f.pages = pages
	}
	f.curve.Forecast = demand.Forecast{
		People: f.eligible, SharePercent: f.uptake, FirstHourPercent: f.firstHour, FirstMinutePercent: f.firstMinute,
	}
	if err := errors.Join(f.checkChannels(ctx), f.readCampaign(now), f.checkBounds()); err != nil {
		return options{}, err
	}
	return f.options, nil
}

func (f *flags) checkChannels(ctx context.Context) error {
	f.allowed = target.Loopback
	if f.testNetwork {
		f.allowed = target.TestNetworks
	}
	if len(f.channels) == 0 {
		return errors.New("nobody knows where to go: write --channel web=http://127.0.0.1:8080:100%")
	}
	sum := 0.0
	var problems []error
	for _, c := range f.channels {
		sum += c.Percent
		f.mix.Shares = append(f.mix.Shares, c.Percent)
		for _, server := range c.Servers {
			if err := f.allowed.CheckURL(ctx, resolver, server); err != nil {
				problems = append(problems, fmt.Errorf("channel %s: %w", c.Name, err))
			}
		}
	}
	if sum < 99.9 || sum > 100.1 {
		problems = append(problems, fmt.Errorf("the channels' shares are %g %% in sum: make it 100", sum))
	}
	return errors.Join(problems...)
}

// readCampaign finds out when it opens and to whom.
func (f *flags) readCampaign(now time.Time) error {
	if err := f.readCatalog(); err != nil {
		return err
	}
	if err := errors.Join(f.readBorn(), f.readOpens(now)); err != nil {
		return err
	}
	f.from = f.options.opens
	if soonest := now.Add(ahead).Truncate(time.Second); f.from.Before(soonest) {
		f.from = soonest
		f.curve.EarlyPercent, f.curve.EarlyBy = 0, 0 // nobody can be early where the doors are open
	}
	f.curve.EarlyBy = max(0, min(f.curve.EarlyBy, f.from.Sub(now)))
	return nil
}

// readCatalog takes from a catalog whatever the flags leave open.
func (f *flags) readCatalog() error {
	if f.catalog == "" {
		return nil
	}
	data, err := os.ReadFile(f.catalog)
	if err != nil {
		return fmt.Errorf("read the catalog: %w", err)
	}
	c, err := catalog.Decode(data)
	if err != nil {
		return fmt.Errorf("read the catalog: %w", err)
	}
	i := slices.IndexFunc(c.Campaigns, func(c catalog.Campaign) bool {
		return c.Name == f.campaign.Name || f.campaign.Name == "" && c.Service == f.campaign.Service
	})
	if i < 0 {
		return fmt.Errorf("the catalog has no campaign %s", cmp.Or(f.campaign.Name, "for "+f.campaign.Service))
	}
	named := c.Campaigns[i]
	f.campaign = protocol.Campaign{Name: named.Name, Service: named.Service}
	if f.opens == "" {
		f.opens = named.OpensAt.Format(time.RFC3339)
	}
	if f.born == "" && named.AgeBand != nil {
		f.born = named.AgeBand.BornFrom + ".." + named.AgeBand.BornTo
	}
	return nil
}

func (f *flags) readBorn() error {
	if f.born == "" {
		return nil
	}
	from, to, _ := strings.Cut(f.born, "..")
	var fromErr, toErr error
	f.mix.From, fromErr = civil.Parse(from)
	f.mix.To, toErr = civil.Parse(to)
	if err := errors.Join(fromErr, toErr); err != nil || f.mix.To.Before(f.mix.From) {
		return fmt.Errorf("--born %s: write two days in order, such as 1946-01-01..1950-12-31", f.born)
	}
	return nil
}

// readOpens reads an instant, or how soon it is. Openings are whole seconds.
func (f *flags) readOpens(now time.Time) error {
	if f.opens == "" {
		f.opens = ahead.String()
	}
	if in, err := time.ParseDuration(f.opens); err == nil {
		f.options.opens = now.Add(in + time.Second - 1).Truncate(time.Second)
		return nil
	}
	at, err := time.Parse(time.RFC3339, f.opens)
	if err != nil {
		return fmt.Errorf("--opens %s: write an instant such as 2026-12-01T23:00:00Z, or how soon it is, such as 20s", f.opens)
	}
	f.options.opens = at
	return nil
}

// checkBounds holds everything within bounds.
func (f *flags) checkBounds() error {
	var problems []error
	want := func(fine bool, format string, args ...any) {
		if !fine {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	want(f.curve.Duration > 0 && f.curve.Duration <= crowd.MostDuration, "--duration %s: write at most %s", f.curve.Duration, crowd.MostDuration)
	want(f.drain >= 0 && f.drain <= crowd.MostDrain, "--drain %s: write at most %s", f.drain, crowd.MostDrain)
	want(f.curve.People >= 0 && f.curve.Count() <= crowd.MostPeople, "--people %d: write at most %d", f.curve.Count(), crowd.MostPeople)
	want(f.inside > 0 && f.inside <= crowd.MostInside, "--inside %d: write at most %d", f.inside, crowd.MostInside)
	want(f.requests >= 3 && f.requests <= 1000, "--requests %d: write 3 to 1000", f.requests)
	want(f.think >= 0 && f.timeout > 0 && f.mix.Patience > 0, "--think, --timeout and --patience are lengths of time")
	want(f.from.Sub(f.began) <= crowd.MostDuration, "the opening is more than %s away", crowd.MostDuration)
	want(f.output == "text" || f.output == "json", "-o %s: write text or json", f.output)
	for _, share := range []struct {
		name    string
		percent float64
	}{
		{"--early-percent", f.curve.EarlyPercent}, {"--ineligible-percent", f.mix.Ineligible}, {"--double-click-percent", f.mix.DoubleClick},
		{"--cancel-percent", f.mix.Cancel}, {"--move-percent", f.mix.Move}, {"--cancel-percent and --move-percent", f.mix.Cancel + f.mix.Move},
	} {
		want(share.percent >= 0 && share.percent <= 100, "%s %g: write 0 to 100", share.name, share.percent)
	}
	return errors.Join(problems...)
}

func (o options) channelNames() []string {
	var names []string
	for _, c := range o.channels {
		names = append(names, c.Name)
	}
	return names
}

// words say what opens.
func (o options) words() string {
	what := cmp.Or(o.campaign.Name, o.campaign.Service)
	if o.opens.Before(o.from) {
		return fmt.Sprintf("%s has been open since %s", what, o.opens.Format("2006-01-02 15:04:05"))
	}
	return fmt.Sprintf("%s opens %s", what, o.opens.Format("15:04:05"))
}
