/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"cmp"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
)

// moment is a time at which something opens, in seconds like every time of this package: a
// Duration is too short for the years that people may write.
type moment struct {
	at int64
	// readyBy and keepUntil lie around it; ramp is the start of the first channel's ramp.
	readyBy, keepUntil, ramp int64
	// opens lists the campaigns that open. It is empty if the opening was moved on the day
	// and capacity is kept.
	opens []report.Campaign
}

// moments returns the platform's openings whose peak is not over, soonest first.
func moments(p report.Platform, now int64) []moment {
	found := map[int64]*moment{}
	for _, c := range p.Campaigns {
		if c.OpensAt.IsZero() {
			continue
		}
		at := unix(c.OpensAt)
		m := momentAt(found, at)
		m.opens = append(m.opens, c)
		m.around(c, 0)
	}
	for _, channel := range p.Channels {
		for _, l := range channel.Launches {
			m := momentAt(found, unix(l.Opens))
			m.readyBy = min(m.readyBy, unix(l.ReadyBy))
			if !l.RampStarts.IsZero() {
				m.ramp = min(m.ramp, unix(l.RampStarts))
			}
			if i := slices.IndexFunc(p.Campaigns, func(c report.Campaign) bool { return c.Name == l.Campaign }); i >= 0 {
				m.around(p.Campaigns[i], m.at-unix(p.Campaigns[i].OpensAt))
			}
		}
	}
	var out []moment
	for _, m := range found {
		if m.keepUntil <= now && m.at <= now {
			continue
		}
		m.ramp = min(m.ramp, m.readyBy)
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	return out
}

func momentAt(found map[int64]*moment, at int64) *moment {
	m, ok := found[at]
	if !ok {
		m = &moment{at: at, readyBy: at, keepUntil: at, ramp: at}
		found[at] = m
	}
	return m
}

// around extends the moment to a campaign's deadlines, shifted by moved seconds.
func (m *moment) around(c report.Campaign, moved int64) {
	if !c.ReadyBy.IsZero() {
		m.readyBy = min(m.readyBy, unix(c.ReadyBy)+moved)
	}
	if !c.KeepUntil.IsZero() {
		m.keepUntil = max(m.keepUntil, unix(c.KeepUntil)+moved)
	}
}

// verdict is a campaign's feasibility in a word or two.
type verdict string

// The verdicts.
const (
	fits    verdict = "fits"
	noGo    verdict = "NO-GO"
	unknown verdict = "not known"
	paused  verdict = "paused"
)

func verdictOf(c report.Campaign) verdict {
	switch {
	case c.Feasible != nil && !*c.Feasible:
		return noGo
	case c.Paused != "":
		return paused
	case c.Feasible == nil:
		return unknown
	}
	return fits
}

// planEnds is the time of the last change of any floor.
func planEnds(p report.Platform, now int64) int64 {
	end := now
	for _, c := range p.Channels {
		for _, s := range c.Steps {
			end = max(end, unix(s.At))
		}
	}
	return end
}

const (
	minute = int64(time.Minute / time.Second)
	hour   = 60 * minute
	day    = 24 * hour
)

// unix returns seconds, limited to about twenty thousand years, so that sums cannot
// overflow.
func unix(t time.Time) int64 { return min(max(t.Unix(), -forever/2), forever/2) }
