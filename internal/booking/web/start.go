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

// memory keeps the first page of this second. The page is the same for everybody, so people
// who wait for an opening cost no work each.
type memory struct{ page atomic.Pointer[remembered] }

type remembered struct {
	in             *binding.Snapshot
	second         int64
	plain, squeeze []byte
}

// fromMemory answers with the first page. It makes the page anew once a second.
func (p *Pages) fromMemory(w http.ResponseWriter, r *http.Request, words *page.Language) bool {
	in, err := p.Catalog.Current()
	if err != nil {
		return false
	}
	now := p.Catalog.Now()
	memory := &p.start[slices.Index(p.languages, words)].page
	kept := memory.Load()
	if kept == nil || kept.in != in || kept.second != now.Unix() {
		if kept, err = p.firstPage(r, words, in, now); err != nil {
			return false
		}
		memory.Store(kept)
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
	_, _ = w.Write(text) // an error means that the client hung up
	return true
}

func (p *Pages) firstPage(r *http.Request, words *page.Language, in *binding.Snapshot, now time.Time) (*remembered, error) {
	// Rounded down to the second, so that nobody is admitted a second too early.
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

// countdown counts down to the next opening.
type countdown struct {
	Seconds        int64
	When           string
	For            []string
	Left           string
	Spread, Within int64 // seconds
}

// showStart shows the first page.
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

// next returns the countdown to the first of the coming openings.
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
