/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"cmp"
	"compress/gzip"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// memory is the first page as it is this second. It says nothing of anybody, so all
// get the same: before an opening nothing is done for each of those who wait.
type memory struct{ page atomic.Pointer[remembered] }

type remembered struct {
	in             *binding.Snapshot
	second         int64
	plain, squeeze []byte
}

// fromMemory answers with the first page, and makes it first where it is a second old.
func (p *Pages) fromMemory(w http.ResponseWriter, r *http.Request, words *language) bool {
	in, err := p.Catalog.Current()
	if err != nil {
		return false
	}
	now := p.Catalog.Now()
	place := &p.start[slices.Index(p.languages, words)].page
	kept := place.Load()
	if kept == nil || kept.in != in || kept.second != now.Unix() {
		if kept, err = p.firstPage(r, words, in, now); err != nil {
			return false
		}
		place.Store(kept)
	}
	header := w.Header()
	header.Set("Cache-Control", "no-cache")
	header.Set("Vary", "Accept-Language, Accept-Encoding")
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", words.tag)
	text := kept.plain
	if takesGzip(r) {
		text = kept.squeeze
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = w.Write(text) // whoever hung up is not told
	return true
}

func (p *Pages) firstPage(r *http.Request, words *language, in *binding.Snapshot, now time.Time) (*remembered, error) {
	// By the whole second that has begun: nobody is let in a second too early.
	v := &visit{request: r, words: words, path: "/", in: in, now: time.Unix(now.Unix(), 0)}
	out, err := p.showStart(v)
	if err != nil {
		return nil, err
	}
	kept := &remembered{in: in, second: now.Unix()}
	if kept.plain, err = p.render(v, out.view); err != nil {
		return nil, err
	}
	kept.squeeze, err = squeezed(kept.plain, gzip.BestSpeed)
	return kept, err
}

// standing is how a campaign is, to those whom it is for.
func standing(c catalog.Campaign, now time.Time) eligibility.Outcome {
	switch {
	case c.ClosesAt != nil && !now.Before(*c.ClosesAt):
		return eligibility.Closed
	case c.Paused != "":
		return eligibility.Paused
	case now.Before(c.OpensAt):
		return eligibility.NotYetOpen
	}
	return eligibility.Eligible
}

// sorted gives the campaigns of a standing, that which opens first before others.
func sorted(in *binding.Snapshot, now time.Time, which eligibility.Outcome) []catalog.Campaign {
	var out []catalog.Campaign
	for _, c := range in.Catalog.Campaigns {
		if standing(c, now) == which {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b catalog.Campaign) int {
		return cmp.Or(a.OpensAt.Compare(b.OpensAt), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// startData is what the template of the first page sees.
type startData struct {
	Next           *countdown
	Open, Soon     []campaignLine
	Paused, Closed []campaignLine
}

// campaignLine is one campaign in words.
type campaignLine struct{ What, When, Reason string }

// Those who wait at an opening come in by themselves, each at a time of their own by
// chance: evenly, over all of the half minute in which the plan expects them (package
// demand). A page counts whole seconds, so it may be one late, and waits one at least.
const (
	admitWithin = 30 * time.Second
	admitSpread = admitWithin - 2*time.Second
)

// countdown is to the next opening.
type countdown struct {
	Seconds        int64
	When           string
	For            []string
	Left           string
	Spread, Within int64 // seconds
}

// showStart is the first page.
func (p *Pages) showStart(v *visit) (result, error) {
	var data startData
	for _, c := range sorted(v.in, v.now, eligibility.Eligible) {
		line := campaignLine{What: v.words.campaign(c)}
		if c.ClosesAt != nil {
			line.When = v.words.say("until", v.words.when(*c.ClosesAt, v.in.Zone))
		}
		data.Open = append(data.Open, line)
	}
	soon := sorted(v.in, v.now, eligibility.NotYetOpen)
	for _, c := range soon {
		data.Soon = append(data.Soon, campaignLine{What: v.words.campaign(c), When: v.words.when(c.OpensAt, v.in.Zone)})
	}
	for _, c := range sorted(v.in, v.now, eligibility.Paused) {
		data.Paused = append(data.Paused, campaignLine{What: v.words.campaign(c), Reason: c.Paused})
	}
	for _, c := range sorted(v.in, v.now, eligibility.Closed) {
		data.Closed = append(data.Closed, campaignLine{What: v.words.campaign(c), When: v.words.when(*c.ClosesAt, v.in.Zone)})
	}
	data.Next = v.next(soon)
	title := "start.title"
	switch {
	case len(data.Open) > 0:
		title = "start.title.open"
	case data.Next != nil:
		title = "start.title.soon"
	}
	return result{view: &view{template: "start", title: title, data: data}}, nil
}

// next is the countdown to the first of the openings to come.
func (v *visit) next(soon []catalog.Campaign) *countdown {
	if len(soon) == 0 {
		return nil
	}
	at := soon[0].OpensAt
	left := at.Sub(v.now)
	out := &countdown{Seconds: int64(left / time.Second), When: v.words.when(at, v.in.Zone), Left: v.words.remaining(left),
		Spread: int64(admitSpread / time.Second), Within: int64(admitWithin / time.Second)}
	for _, c := range soon {
		if c.OpensAt.Equal(at) {
			out.For = append(out.For, v.words.campaign(c))
		}
	}
	return out
}

// remaining says a long time in days and hours, a short one in minutes and seconds.
func (l *language) remaining(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day:
		return l.say("and", l.count("day", int(d/day)), l.count("hour", int(d%day/time.Hour)))
	case d >= time.Hour:
		return l.say("and", l.count("hour", int(d/time.Hour)), l.count("minute", int(d%time.Hour/time.Minute)))
	}
	return l.length(d.Truncate(time.Second))
}

// nextOpening says when somebody may book next, in a service or, where it is "", in
// any; nothing where no opening was announced.
func (v *visit) nextOpening(service string) string {
	for _, c := range sorted(v.in, v.now, eligibility.NotYetOpen) {
		if service == "" || c.Service == service {
			return v.words.say("next", v.words.campaign(c), v.words.when(c.OpensAt, v.in.Zone))
		}
	}
	return ""
}
