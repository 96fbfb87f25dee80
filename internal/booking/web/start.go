/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"compress/gzip"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
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
func (p *Pages) fromMemory(w http.ResponseWriter, r *http.Request, words *page.Language) bool {
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
	header.Set("Content-Language", words.Tag())
	text := kept.plain
	if page.AcceptsGzip(r) {
		text = kept.squeeze
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = w.Write(text) // whoever hung up is not told
	return true
}

func (p *Pages) firstPage(r *http.Request, words *page.Language, in *binding.Snapshot, now time.Time) (*remembered, error) {
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
	kept.squeeze, err = page.Compress(kept.plain, gzip.BestSpeed)
	return kept, err
}

// startData holds the values of the template of the first page.
type startData struct {
	Next           *countdown
	Open, Soon     []campaignLine
	Paused, Closed []campaignLine
}

// campaignLine is one campaign in words.
type campaignLine struct{ What, When, Reason string }

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
	for _, c := range page.Campaigns(v.in, v.now, eligibility.Eligible) {
		line := campaignLine{What: v.words.Campaign(c)}
		if c.ClosesAt != nil {
			line.When = v.words.Say("until", v.words.When(*c.ClosesAt, v.in.Zone))
		}
		data.Open = append(data.Open, line)
	}
	soon := page.Campaigns(v.in, v.now, eligibility.NotYetOpen)
	for _, c := range soon {
		data.Soon = append(data.Soon, campaignLine{What: v.words.Campaign(c), When: v.words.When(c.OpensAt, v.in.Zone)})
	}
	for _, c := range page.Campaigns(v.in, v.now, eligibility.Paused) {
		data.Paused = append(data.Paused, campaignLine{What: v.words.Campaign(c), Reason: c.Paused})
	}
	for _, c := range page.Campaigns(v.in, v.now, eligibility.Closed) {
		data.Closed = append(data.Closed, campaignLine{What: v.words.Campaign(c), When: v.words.When(*c.ClosesAt, v.in.Zone)})
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
	out := &countdown{Seconds: int64(left / time.Second), When: v.words.When(at, v.in.Zone), Left: v.words.Remaining(left),
		Spread: int64(page.AdmitSpread / time.Second), Within: int64(page.AdmitWithin / time.Second)}
	for _, c := range soon {
		if c.OpensAt.Equal(at) {
			out.For = append(out.For, v.words.Campaign(c))
		}
	}
	return out
}
