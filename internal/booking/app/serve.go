/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package app

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// document is served from memory as it is, the same to everybody.
type document struct {
	kind, tag      string
	plain, squeeze []byte
}

func newDocument(kind string, content []byte) (document, error) {
	squeeze, err := page.Compress(content, gzip.BestCompression)
	return document{kind: kind, tag: `"` + page.Digest(content) + `"`, plain: content, squeeze: squeeze}, err
}

// serve answers with it. Whoever kept it asks whether it is still the same.
func (d document) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", d.tag)
	header.Set("Content-Type", d.kind)
	if header.Get("Vary") == "" {
		header.Set("Vary", "Accept-Encoding")
	}
	if r.Header.Get("If-None-Match") == d.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	content := d.plain
	if page.AcceptsGzip(r) && len(d.squeeze) < len(d.plain) {
		content = d.squeeze
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // whoever hung up is not told
}

// notice is a page that only says something.
type notice struct {
	status int
	key    string        // of its title and text
	after  time.Duration // to come again
}

// message says something to people who are not within the app.
func (a *App) message(w http.ResponseWriter, words *page.Language, n notice) {
	data := a.shellOf(words)
	data.Title, data.Text = words.Say(n.key+".title"), words.Say(n.key+".text")
	if n.after > 0 {
		data.Text = words.Say(n.key+".text", words.Length(n.after.Round(time.Second)))
		page.RetryAfter(w, n.after)
	}
	text, err := words.Render("message", data)
	if err != nil {
		a.Log.Error("Failed to show a page of the app", "error", err)
		http.Error(w, data.Title, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(n.status)
	_, _ = w.Write(text) // whoever hung up is not told
}

// longestNumber is more than any booking number has, however it is written.
const longestNumber = 64

// draw draws a booking number that is posted as it is.
func (a *App) draw(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(io.LimitReader(r.Body, longestNumber+1))
	if err != nil || len(content) > longestNumber {
		http.Error(w, "no booking number", http.StatusBadRequest)
		return
	}
	n, err := number.Parse(string(content))
	if err != nil {
		http.Error(w, "no booking number", http.StatusBadRequest)
		return
	}
	code, err := page.NewQR(n.String())
	if err != nil {
		a.Log.Error("Failed to draw a booking number", "error", err)
		http.Error(w, "not drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"size": code.Size, "path": code.Path}) // whoever hung up is not told
}
