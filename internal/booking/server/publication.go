/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// document is one file for anybody, plain and packed.
type document struct {
	kind          string // of content
	plain, packed []byte
	digest        string
	at            time.Time // that it became this
}

// publication is what anybody may know: hubs and how many places they have left. It
// is made anew when somebody asks and it is older than it may be, by one at a time,
// while everybody else is answered from memory. What could not be made anew stays.
type publication struct {
	every time.Duration
	make  func(context.Context) (map[string]document, error)
	now   func() time.Time

	mu      sync.Mutex
	edition map[string]document
	at      time.Time     // of the edition
	tried   time.Time     // to make another
	making  chan struct{} // closed when that is done; nil where nobody does
}

// How long one may take, and how long readers wait for it: those who find none, or
// only one that nobody asked for in a while.
const (
	makingTimeout  = 10 * time.Second
	readerPatience = 2 * time.Second
)

var errNoEdition = errors.New("nothing is published yet")

// read gives a document as it is now, or was not long ago.
func (p *publication) read(ctx context.Context, name string) (document, error) {
	making, wait := p.renew(ctx)
	if wait && making != nil {
		ctx, stop := context.WithTimeout(ctx, readerPatience)
		defer stop()
		select {
		case <-making:
		case <-ctx.Done():
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	d, ok := p.edition[name]
	if !ok {
		return document{}, errNoEdition
	}
	return d, nil
}

// renew starts to make an edition if it is time and nobody does. It tells whether
// there is none worth reading until then.
func (p *publication) renew(ctx context.Context) (making <-chan struct{}, wait bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.making == nil && (p.tried.IsZero() || now.Sub(p.tried) >= p.every) {
		p.tried, p.making = now, make(chan struct{})
		go p.renewed(context.WithoutCancel(ctx), now)
	}
	return p.making, p.edition == nil || now.Sub(p.at) > 2*p.every
}

// renewed makes an edition and puts it into place.
func (p *publication) renewed(ctx context.Context, now time.Time) {
	ctx, stop := context.WithTimeout(ctx, makingTimeout)
	defer stop()
	made, err := p.attempt(ctx)
	p.mu.Lock()
	before := p.edition
	p.mu.Unlock()
	if err == nil {
		made, err = finish(made, before, now)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		p.edition, p.at = made, now
	}
	close(p.making)
	p.making = nil
}

// attempt makes an edition. A panic would end the process: no request is there to
// fail for it.
func (p *publication) attempt(ctx context.Context) (made map[string]document, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	return p.make(ctx)
}

// finish packs the documents that are new. Those that say the same as before stay as
// they are, so that nobody reads them twice.
func finish(made, before map[string]document, now time.Time) (map[string]document, error) {
	for name, d := range made {
		sum := sha256.Sum256(d.plain)
		d.digest, d.at = hex.EncodeToString(sum[:16]), now
		if old, ok := before[name]; ok && old.digest == d.digest {
			made[name] = old
			continue
		}
		var packed bytes.Buffer
		to, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
		if _, err := to.Write(d.plain); err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
		if err := to.Close(); err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
		d.packed = packed.Bytes()
		made[name] = d
	}
	return made, nil
}

// write answers with a document, or with nothing but its tag to whoever has it.
func (d document) write(w http.ResponseWriter, r *http.Request, fresh time.Duration) {
	header := w.Header()
	header.Set("Content-Type", d.kind)
	header.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(fresh.Seconds())))
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "ETag")
	header.Add("Vary", "Accept-Encoding")
	body, tag := d.plain, d.digest
	if takesGzip(r) {
		body, tag = d.packed, d.digest+"-gzip"
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", d.at, bytes.NewReader(body))
}

// takesGzip tells whether the reader unpacks what it gets.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if coding = strings.TrimSpace(coding); coding != "gzip" && coding != "*" {
			continue
		}
		weight = strings.ReplaceAll(weight, " ", "")
		return !strings.HasPrefix(weight, "q=0") || strings.Trim(weight, "q=0.") != ""
	}
	return false
}
