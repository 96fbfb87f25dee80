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

const usage = `Simulated people come to booking servers as they do when an age group opens.

  crowd --channel NAME=URL[,URL…]:PERCENT% … [--catalog FILE | --opens TIME] [flags]

For example, 1,500 people on two channels, 30 seconds from the opening in the catalog:

  crowd --catalog catalog.json --people 1500 --duration 30s \
    --channel web=http://127.0.0.1:8081:70% --channel app=http://127.0.0.1:8082:30%

It prints a line each second and a report at the end. Ctrl-C ends it early, with the report.
Exit status: 0 done; 1 it could not run, or something was held or booked before the opening,
or one idempotency key got two different answers; 2 wrong flags.

Flags:
`

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

// flags are the command line's values.
type flags struct {
	options
	began                          time.Time
	testNetwork                    bool
	catalog, opens, born           string
	eligible                       int64
	uptake, firstHour, firstMinute int
}

// pages to read between requests, by default.
var pages = []string{"/fhir/Location", "/bulk/slots.ndjson"}

// ahead is the time until the crowd starts if no opening is given.
const ahead = 3 * time.Second

func (f *flags) set(errs io.Writer) *flag.FlagSet {
	s := flag.NewFlagSet("crowd", flag.ContinueOnError)
	s.SetOutput(errs)
	s.Usage = func() {
		fmt.Fprint(errs, usage)
		s.PrintDefaults()
	}
	s.Func("channel", "`NAME=URL[,URL…]:PERCENT%`: a channel, its servers and its share of the people; repeat for each channel", func(text string) error {
		c, err := target.ParseChannel(text)
		f.channels = append(f.channels, c)
		return err
	})
	s.BoolVar(&f.testNetwork, "test-network", false, "also allow private networks and 198.18.0.0/15 (default: only this machine)")

	s.StringVar(&f.catalog, "catalog", "", "`FILE` with the catalog; supplies the campaign's opening and birth dates")
	s.StringVar(&f.campaign.Name, "campaign", "", "`NAME` of the campaign (default: any campaign of the service)")
	s.StringVar(&f.campaign.Service, "service", "Vaccination", "`SERVICE` to book")
	s.StringVar(&f.opens, "opens", "", "`TIME` of the opening, such as 2026-12-01T23:00:00Z, or a duration from now, such as 20s (default: the catalog's)")
	s.StringVar(&f.born, "born", "", "birth dates that may book, `FROM..TO` (default: the catalog's)")

	s.IntVar(&f.curve.People, "people", 0, "number of people (default: from the forecast)")
	s.DurationVar(&f.curve.Duration, "duration", time.Minute, "time from the opening to the last arrival")
	s.Int64Var(&f.eligible, "eligible", 410_000, "forecast: people in the age band")
	s.IntVar(&f.uptake, "uptake-percent", 60, "forecast: percentage of them who book in the end")
	s.IntVar(&f.firstHour, "first-hour-percent", 10, "forecast: percentage of those who try in the first hour")
	s.IntVar(&f.firstMinute, "first-minute-percent", 20, "forecast: percentage of the first hour's people who come in the first minute")
	s.Float64Var(&f.curve.EarlyPercent, "early-percent", 5, "percentage of people who come before the opening")
	s.DurationVar(&f.curve.EarlyBy, "early-by", 10*time.Second, "how long before the opening the first of them come")
	s.Float64Var(&f.mix.Ineligible, "ineligible-percent", 3, "percentage of people whose birth date may not book")
	s.Float64Var(&f.mix.DoubleClick, "double-click-percent", 5, "percentage of people who double-click buttons")
	s.Float64Var(&f.mix.Cancel, "cancel-percent", 2, "percentage of people who cancel their booking")
	s.Float64Var(&f.mix.Move, "move-percent", 2, "percentage of people who move their booking")
	s.Uint64Var(&f.mix.Seed, "seed", 1, "random seed; the same seed gives the same people at the same times")

	s.IntVar(&f.requests, "requests", 8, "requests of a successful session: 3 to book, the rest are pages")
	s.DurationVar(&f.think, "think", time.Second, "average pause between two requests of a person")
	s.DurationVar(&f.mix.Patience, "patience", time.Minute, "average time until a person gives up")
	s.DurationVar(&f.timeout, "timeout", 15*time.Second, "timeout of one request")
	s.DurationVar(&f.drain, "drain", time.Minute, "how long to wait, after the last arrival, for people who are still inside")
	s.IntVar(&f.inside, "inside", 20_000, "most people inside at once; each takes about 30 KB of memory")
	s.IntVar(&f.perAddress, "people-per-address", 2, "people who share a client address (X-Forwarded-For); 0: send none")
	s.Func("page", "`PATH` of a page that people read; repeat for each (default "+strings.Join(pages, ", ")+")", func(path string) error {
		f.pages = append(f.pages, path)
		if !strings.HasPrefix(path, "/") {
			return errors.New("a path begins with /")
		}
		return nil
	})

	s.StringVar(&f.acknowledged, "acknowledged", "", "`FILE` for acknowledged writes, one line of JSON each")
	s.StringVar(&f.svg, "svg", "", "`FILE` for an SVG picture of the run")
	s.StringVar(&f.output, "o", "text", "`FORMAT` of the report: text or json")
	return s
}

// parse parses and checks the flags.
func parse(ctx context.Context, arguments []string, errs io.Writer, now time.Time) (options, error) {
	f := flags{began: now}
	set := f.set(errs)
	if err := set.Parse(arguments); err != nil {
		return options{}, err
	}
	if set.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", set.Arg(0))
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
		return errors.New("no channel: write --channel web=http://127.0.0.1:8080:100%")
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
		problems = append(problems, fmt.Errorf("the channels' shares add up to %g %%: they must be 100 %%", sum))
	}
	return errors.Join(problems...)
}

// readCampaign sets the campaign, its opening and its birth dates.
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

// readCatalog fills in from a catalog what the flags leave open.
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

// readOpens parses an instant, or the time until it. Openings are whole seconds.
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
		return fmt.Errorf("--opens %s: write a time such as 2026-12-01T23:00:00Z, or a duration from now such as 20s", f.opens)
	}
	f.options.opens = at
	return nil
}

// checkBounds checks that all values are within their limits.
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
	want(f.think >= 0 && f.timeout > 0 && f.mix.Patience > 0, "--timeout and --patience must be positive, --think at least 0")
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

// words describes the opening.
func (o options) words() string {
	what := cmp.Or(o.campaign.Name, o.campaign.Service)
	if o.opens.Before(o.from) {
		return fmt.Sprintf("%s has been open since %s", what, o.opens.Format("2006-01-02 15:04:05"))
	}
	return fmt.Sprintf("%s opens %s", what, o.opens.Format("15:04:05"))
}
