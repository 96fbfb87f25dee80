/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// page is Markdown that grows.
type page struct{ strings.Builder }

func (p *page) say(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// Markdown returns the report.
func (b Book) Markdown() string {
	p := &page{}
	p.say("# %s\n", b.Title)
	p.say("Written by `%s`%s. Whatever is said here was measured then; nothing was left out.\n", b.Command, b.day())
	p.simulated(b)
	with, without := b.pair()
	if with != nil && without != nil {
		p.say("![Arrivals, Ready pods, bookings and their latency, 503s and errors, with and without, on one axis of time](comparison.svg)\n")
		p.versus(*with, *without)
	}
	if faults := b.faults(); len(faults) > 0 {
		p.faults(faults)
	}
	for _, r := range b.Nights {
		p.night(r)
	}
	if len(b.Nights) > 0 {
		p.scenario(b.Nights[0].Scenario, b.Machine)
	}
	return p.String()
}

// day returns the day on which the first night opened.
func (b Book) day() string {
	if len(b.Nights) == 0 {
		return ""
	}
	return " on " + b.Nights[0].OpensAt.UTC().Format("2 January 2006")
}

func (b Book) faults() []night.Record {
	var faults []night.Record
	for _, r := range b.Nights {
		if r.Fault {
			faults = append(faults, r)
		}
	}
	return faults
}

func (p *page) simulated(b Book) {
	for _, r := range b.Nights {
		if len(r.Simulated) > 0 {
			p.say("**Simulated here:** %s.\n", strings.Join(r.Simulated, "; "))
			return
		}
	}
}

// versus writes the table that compares both nights.
func (p *page) versus(with, without night.Record) {
	p.say("| | with Mezzanotte | the autoscaler alone |\n|---|---:|---:|")
	row := func(name string, of func(night.Record) string) {
		p.say("| %s | %s | %s |", name, of(with), of(without))
	}
	row("pods Ready at the opening, of those the forecast asks for", func(r night.Record) string {
		ready := int32(0)
		for _, l := range r.Launches {
			ready += min(l.Ready, l.Peak)
		}
		return fmt.Sprintf("%d of %d", ready, r.Peak())
	})
	row("all of them Ready", allReady)
	row("people who came", ofCitizens(func(t tally.Report) string { return fmt.Sprint(t.Arrivals) }))
	row("people who booked", ofCitizens(func(t tally.Report) string { return fmt.Sprint(t.Bookings) }))
	row("people who gave up", ofCitizens(func(t tally.Report) string { return fmt.Sprint(t.Sessions.Abandoned + t.Sessions.CutOff) }))
	row("half of the bookings within", ofCitizens(func(t tally.Report) string { return quantile(t, func(q tally.Quantile) float64 { return q.P50 }) }))
	row("99 of 100 bookings within", ofCitizens(func(t tally.Report) string { return quantile(t, func(q tally.Quantile) float64 { return q.P99 }) }))
	row("answers 503, “come again”", func(r night.Record) string { return fmt.Sprint(r.Asked(time.Hour).Shed) })
	row("errors in the first five minutes", func(r night.Record) string {
		a := r.Asked(5 * time.Minute)
		return fmt.Sprintf("%d, %.2f %%", a.Errors, a.ErrorPercent())
	})
	row("oversold, duplicates, lost, before the instant", func(r night.Record) string {
		return fmt.Sprintf("%d, %d, %d, %d", r.Store.Oversold, r.Store.Duplicates, r.Store.Lost, r.Store.Early)
	})
	p.say("")
}

func ofCitizens(of func(tally.Report) string) func(night.Record) string {
	return func(r night.Record) string {
		if r.Citizens == nil {
			return "–"
		}
		return of(*r.Citizens)
	}
}

func quantile(t tally.Report, of func(tally.Quantile) float64) string {
	l, any := t.BookingLatency()
	if !any {
		return "–"
	}
	return milliseconds(of(l.Quantile))
}

func milliseconds(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%.2f s", v/1000)
	}
	return fmt.Sprintf("%.0f ms", v)
}

// allReady returns when all pods that the forecast needs were Ready.
func allReady(r night.Record) string {
	earliest := math.Inf(1)
	for _, l := range r.Launches {
		if l.ProvedBefore == nil {
			if at, ever := firstReady(r); ever {
				return fmt.Sprintf("%.0f s after it", at)
			}
			return "never"
		}
		earliest = min(earliest, *l.ProvedBefore)
	}
	return fmt.Sprintf("%.0f s before it", earliest)
}

// firstReady returns when, after the opening, every channel reached its peak.
func firstReady(r night.Record) (at float64, ever bool) {
	for _, s := range r.Samples {
		missing := s.Silent || s.At < 0
		for _, l := range r.Launches {
			for _, c := range s.Channels {
				missing = missing || c.Channel == l.Channel && c.Ready < l.Peak
			}
		}
		if !missing {
			return s.At, true
		}
	}
	return 0, false
}

// faults writes the table of all faults.
func (p *page) faults(all []night.Record) {
	p.say("| broken | oversold | duplicates | lost | before the instant | the rest | degraded |\n|---|---:|---:|---:|---:|---|---|")
	for _, r := range all {
		rest := "as promised"
		if failed := night.Failed(r.Findings()); len(failed) > 0 {
			rest = "**not as promised**"
		}
		longest := "nothing"
		for _, d := range r.Degradations() {
			if longest == "nothing" {
				longest = ""
			} else {
				longest += "; "
			}
			longest += fmt.Sprintf("%s for %.0f s", d.What, d.Seconds)
		}
		p.say("| [%s](#%s) | %d | %d | %d of %d | %d | %s | %s |", r.Title, anchor(r.Title),
			r.Store.Oversold, r.Store.Duplicates, r.Store.Lost, r.Store.Acknowledged, r.Store.Early, rest, longest)
	}
	p.say("")
}

// anchor returns the link to a heading.
func anchor(heading string) string {
	var out strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			out.WriteByte('-')
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			out.WriteRune(r)
		}
	}
	return out.String()
}

// night writes the chapter of one night.
func (p *page) night(r night.Record) {
	p.say("## %s\n", r.Title)
	p.say("![%s](%s.svg)\n", r.Title, r.Name)
	if r.Prescaled {
		p.say("| must hold | found | |\n|---|---|---|")
		for _, f := range r.Findings() {
			mark := "yes"
			if !f.Holds {
				mark = "**no**"
			}
			p.say("| %s | %s | %s |", f.Want, f.Found, mark)
		}
		p.say("")
	}
	p.say("| channel | base | forecast asks for | Ready at the opening | the last of them Ready |\n|---|---:|---:|---:|---|")
	for _, l := range r.Launches {
		proved := "not before the opening"
		if l.ProvedBefore != nil {
			proved = fmt.Sprintf("%.0f s before the opening", *l.ProvedBefore)
		}
		p.say("| %s | %d | %d | %d | %s |", l.Channel, l.Base, l.Peak, l.Ready, proved)
	}
	p.say("")
	p.crowd("Citizens", r.Citizens)
	p.crowd("Agents", r.Agents)
	if mean, worst, known := r.Stolen(); known {
		p.say("Meanwhile the host of this machine gave %.0f %% of its processors' time to others, %.0f %% in the worst second.\n", mean, worst)
	}
	for _, e := range r.Events {
		p.say("- %s: %s", clock(e.At), e.Words)
	}
	if len(r.Events) > 0 {
		p.say("")
	}
	p.degraded(r)
}

func (p *page) crowd(who string, t *tally.Report) {
	if t == nil {
		return
	}
	p.say("%s: %d came (%d before the opening), %d booked, %d were refused, %d gave up; %d answers “too early”, %d answers 503, errors: %s. Booking took %s (half), %s (99 of 100). The crowd itself was late by %.1f ms (99 of 100 requests).\n",
		who, t.Arrivals, t.Early, t.Bookings, t.Sessions.Refused, t.Sessions.Abandoned+t.Sessions.CutOff, t.TooEarly, t.Shed, counts(t.Errors),
		quantile(*t, func(q tally.Quantile) float64 { return q.P50 }), quantile(*t, func(q tally.Quantile) float64 { return q.P99 }), t.Generator.Late.P99)
}

func counts(all []tally.Count) string {
	if len(all) == 0 {
		return "none"
	}
	var words []string
	for _, c := range all {
		words = append(words, fmt.Sprintf("%d %s", c.Count, c.Code))
	}
	return strings.Join(words, ", ")
}

func (p *page) degraded(r night.Record) {
	all := r.Degradations()
	if len(all) == 0 {
		p.say("Nothing was degraded.\n")
		return
	}
	p.say("Degraded:\n")
	for _, d := range all {
		note := ""
		if d.Note != "" {
			note = " (" + d.Note + ")"
		}
		p.say("- %s%s: for %.0f s, between %s and %s", d.What, note, d.Seconds, clock(d.From), clock(d.To))
	}
	p.say("")
}

// clock formats a moment as the time from the opening.
func clock(at float64) string {
	if at < 0 {
		return fmt.Sprintf("T−%.0f s", -at)
	}
	return fmt.Sprintf("T+%.0f s", at)
}

// scenario describes the scenario that was measured.
func (p *page) scenario(s night.Scenario, machine string) {
	p.say("## What was run\n")
	p.say("%s. Each pod may use %d m of a core, no more. The forecast of each band: %d %% of its people book in the end, %d %% of them in the first hour, %d %% of those in its first minute.\n",
		machine, s.Channels[0].CPU, s.Curve.Uptake, s.Curve.FirstHour, s.Curve.FirstMinute)
	p.say("| channel | of the people | one pod | replicas |\n|---|---:|---|---:|")
	for _, c := range s.Channels {
		capacity := fmt.Sprintf("%d requests/s", c.Requests)
		if c.Kind == night.CallCentre {
			capacity = fmt.Sprintf("%d agents; %d are rostered", c.PerPod, c.Agents)
		}
		p.say("| %s | %d %% | %s | %d to %d |", c.Name, c.Share, capacity, c.Least, c.Most)
	}
	p.say("\n| band | people |\n|---|---:|")
	for _, b := range s.Bands {
		p.say("| %s | %d |", b.Name, b.People)
	}
	p.say("\nThe crowd (cmd/crowd, seed %d) comes by the same curve for %s, %d %% of it up to %s early; sessions have %d requests, %s apart. It goes through a forwarder that makes a connection for each request, as proxies do, to each channel's Service. Nobody cancels or moves, so that every acknowledged booking must be in the store as it was told.",
		s.Crowd.Seed, s.Crowd.Lasts, s.Crowd.Early, s.Crowd.EarlyBy, s.Crowd.Requests, s.Crowd.Think)
}
