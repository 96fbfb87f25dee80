/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package app

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// serve answers with a document. Caches must revalidate it each time.
func serve(w http.ResponseWriter, r *http.Request, d page.Document) {
	w.Header().Set("Cache-Control", "no-cache")
	d.Serve(w, r)
}

// notice is a page with a title and a text only.
type notice struct {
	status int
	key    string        // of its title and text
	after  time.Duration // until a retry
}

// message shows a notice outside the app.
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
	_, _ = w.Write(text) // an error means that the client hung up
}

// longestNumber is longer than any booking number, with spaces and dashes.
const longestNumber = 64

// draw draws the booking number in the body as a QR code.
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
	_ = json.NewEncoder(w).Encode(map[string]any{"size": code.Size, "path": code.Path}) // an error means that the client hung up
}
