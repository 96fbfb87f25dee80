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

// document is one public file, plain and compressed.
type document struct {
	kind          string // media type
	plain, packed []byte
	digest        string
	at            time.Time // it changed last
}

// publication has the public files: hubs and their free places. A request for an edition
// that is too old starts to make the next one, one at a time; all requests are answered from
// memory meanwhile. If that fails, the last edition stays.
type publication struct {
	every time.Duration
	make  func(context.Context) (map[string]document, error)
	now   func() time.Time

	mu      sync.Mutex
	edition map[string]document
	at      time.Time     // of the edition
	tried   time.Time     // to make another
	making  chan struct{} // closed when the next edition is done; nil if none is being made
}

// The limit for making an edition, and how long a request waits for one if there is none or
// a very old one.
const (
	makingTimeout  = 10 * time.Second
	readerPatience = 2 * time.Second
)

var errNoEdition = errors.New("nothing is published yet")

// read returns a document of the newest edition.
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

// renew starts to make an edition if it is time and none is being made. It reports whether
// to wait for it, because there is no recent one.
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

// renewed makes an edition and replaces the last one.
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

// attempt makes an edition. It recovers from a panic, which would end the process: no
// request is there to fail instead.
func (p *publication) attempt(ctx context.Context) (made map[string]document, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	return p.make(ctx)
}

// finish compresses the new documents. Those with the same content keep their ETag, so that
// nobody fetches them twice.
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

// write answers with a document, or with 304 if the client has it.
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

// takesGzip reports whether the client accepts gzip.
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
