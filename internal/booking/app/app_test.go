/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

func TestEveryAnswerIsGuarded(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/it/", "/en/", "/en/now.json", "/en/hubs.json", "/en/app.webmanifest", "/worker.js", "/en/nowhere", "/static/nothing", w.folder + "main.js"} {
		header := w.get(path).Header()
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self';", "worker-src 'self';", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(header.Get("Content-Security-Policy"), part) {
				t.Errorf("%s: the policy lacks %s", path, part)
			}
		}
		if policy := header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: the policy lets too much in: %s", path, policy)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "no-referrer" || header.Get("Strict-Transport-Security") == "" || header.Get("Cache-Control") == "" {
			t.Errorf("%s lacks a header: %v", path, header)
		}
	}
}

func TestAnswers(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		method, path, language string
		status                 int
		kind, says             string
	}{
		"shell":              {"GET", "/it/", "en", 200, "text/html; charset=utf-8", `lang="it"`},
		"preferred language": {"GET", "/", "en-GB", 200, "text/html; charset=utf-8", `lang="en"`},
		"no preference":      {"GET", "/", "fr", 200, "text/html; charset=utf-8", `lang="it"`},
		"manifest":           {"GET", "/en/app.webmanifest", "", 200, "application/manifest+json", `"start_url":"/en/"`},
		"worker":             {"GET", "/worker.js", "", 200, "text/javascript; charset=utf-8", "const shell = {"},
		"nowhere":            {"GET", "/it/find", "", 404, "text/html; charset=utf-8", "Pagina non trovata"},
		"no language":        {"GET", "/find", "en", 404, "text/html; charset=utf-8", "Page not found"},
		"form to the shell":  {"POST", "/it/", "", 405, "text/html; charset=utf-8", "Pagina non trovata"},
		"form to the worker": {"POST", "/worker.js", "", 405, "text/html; charset=utf-8", ""},
		"drawing by address": {"GET", "/it/qr", "", 404, "text/html; charset=utf-8", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.path, nil)
			r.Header.Set("Accept-Language", c.language)
			got := w.ask(r)
			if got.Code != c.status || got.Header().Get("Content-Type") != c.kind || !strings.Contains(got.Body.String(), c.says) {
				t.Errorf("answers %d %q, want %d %q with %s: %s", got.Code, got.Header().Get("Content-Type"), c.status, c.kind, c.says, got.Body)
			}
		})
	}
	if text := w.get("/it/CNTCHR83T41D969D").Body.String(); strings.Contains(text, "CNTCHR") {
		t.Error("what somebody wrote into an address is repeated")
	}
}

// told has the parameters of the service worker.
type told struct {
	Version string
	Files   []string
	Shells  map[string]string
	First   string
}

func (w *world) told() told {
	w.t.Helper()
	line, _, _ := strings.Cut(w.get("/worker.js").Body.String(), ";\n")
	var out told
	if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "const shell = ")), &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestWorkerKeepsWhatTheShellNeeds(t *testing.T) {
	w := newWorld(t)
	kept := w.told()
	for _, path := range kept.Files {
		got := w.get(path)
		if got.Code != http.StatusOK || got.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s answers %d %v", path, got.Code, got.Header())
		}
		if !strings.HasPrefix(path, "/static/") {
			t.Errorf("%s is kept", path)
		}
	}
	for tag, path := range kept.Shells {
		got := w.get(path)
		if got.Header().Get("App-Version") != kept.Version || got.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("the shell in %s is %v", tag, got.Header())
		}
		for _, name := range addresses(got.Body.String()) {
			if strings.HasPrefix(name, "/static/") && !strings.HasSuffix(name, ".png") && !slices.Contains(kept.Files, name) {
				t.Errorf("the shell in %s needs %s, which is not kept", tag, name)
			}
		}
		if !slices.Contains(kept.Files, w.folder+tag+".json") {
			t.Errorf("the texts in %s are not kept", tag)
		}
	}
	if other := newWorldWith(t, fstest.MapFS{page.Theme: {Data: []byte("p{}")}}).told(); other.Version == kept.Version {
		t.Error("with another style it is the same version")
	}
	if again := newWorld(t).told(); !cmp.Equal(again, kept) {
		t.Errorf("made again it differs: %s", cmp.Diff(kept, again))
	}
}

// addresses returns all addresses that a page refers to.
func addresses(text string) []string {
	var out []string
	for _, part := range append(strings.Split(text, ` href="`)[1:], strings.Split(text, ` src="`)[1:]...) {
		address, _, _ := strings.Cut(part, `"`)
		out = append(out, address)
	}
	return out
}

func TestNothingStandsWithin(t *testing.T) {
	text := newWorld(t).get("/it/").Body.String()
	for _, part := range []string{"<style", " style=", " onclick=", "://"} {
		if strings.Contains(text, part) {
			t.Errorf("the shell has %q", part)
		}
	}
	if n := strings.Count(text, "<script"); n != 1 {
		t.Errorf("the shell has %d scripts", n)
	}
}

func TestSameAnswerIsNotSentTwice(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/it/", "/worker.js", "/it/now.json", "/it/hubs.json", "/it/app.webmanifest"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", w.get(path).Header().Get("ETag"))
		if got := w.ask(r); got.Code != http.StatusNotModified || got.Body.Len() != 0 {
			t.Errorf("%s answers %d", path, got.Code)
		}
	}
}

func TestFirstViewIsSmall(t *testing.T) {
	w := newWorld(t)
	total := 0
	all := append([]string{"/it/", "/it/now.json", w.folder + "it.json"}, addresses(w.get("/it/").Body.String())...)
	slices.Sort(all)
	for _, path := range slices.Compact(all) {
		if path != "/it/" && !strings.HasPrefix(path, "/static/") && path != "/it/now.json" || strings.HasSuffix(path, ".png") {
			continue
		}
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		total += w.ask(r).Body.Len()
	}
	t.Logf("%d bytes without fonts and headers", total)
	if total > 45_000 || total < 5_000 { // with 36 kB of fonts less than 100 kB
		t.Errorf("the first view has %d bytes", total)
	}
}

func TestDraws(t *testing.T) {
	w := newWorld(t)
	n := number.New([8]byte{1, 2, 3, 4, 5, 6, 7, 8}).String()
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"number":              {n, 200},
		"as somebody writes":  {strings.ToLower(strings.ReplaceAll(n, "-", " ")), 200},
		"no number":           {"7K3M-Q9TX-4B2A", 400},
		"nothing":             {"", 400},
		"very long":           {strings.Repeat("A", 100_000), 400},
		"something of a page": {"<script>", 400},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.ask(httptest.NewRequest(http.MethodPost, "/it/qr", strings.NewReader(c.body)))
			if got.Code != c.status || got.Header().Get("Cache-Control") != "no-store" {
				t.Fatalf("answers %d %v", got.Code, got.Header())
			}
			if c.status != http.StatusOK {
				return
			}
			var drawn struct {
				Size int
				Path string
			}
			if err := json.Unmarshal(got.Body.Bytes(), &drawn); err != nil {
				t.Fatal(err)
			}
			code, err := page.NewQR(n)
			if err != nil || drawn.Size != code.Size || drawn.Path != code.Path {
				t.Errorf("draws %+v, %v", drawn, err)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		why         error
		status      int
		says, after string
	}{
		"too often":    {booking.RateLimitError{After: 90 * time.Second}, 429, "1 minute and 30 seconds", "90"},
		"a moment":     {booking.RateLimitError{After: time.Millisecond}, 429, "1 second", "1"},
		"went to bits": {errors.New("index out of range"), 500, "on our side", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := httptest.NewRecorder()
			w.Refuse(got, httptest.NewRequest(http.MethodGet, "/en/now.json", nil), c.why)
			if got.Code != c.status || !strings.Contains(got.Body.String(), c.says) || got.Header().Get("Retry-After") != c.after {
				t.Errorf("answers %d, after %q: %s", got.Code, got.Header().Get("Retry-After"), got.Body)
			}
			if strings.Contains(got.Body.String(), "out of range") {
				t.Error("it says what went wrong within")
			}
		})
	}
}

func TestNeedsAll(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("an app without anything is made")
	}
	broken := fstest.MapFS{page.Theme: {Mode: fs.ModeDir}}
	if _, err := New(Options{Catalog: newWorld(t), Log: newWorld(t).Log, Theme: broken}); err == nil {
		t.Error("an app with a broken theme is made")
	}
}

func TestPacked(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequest(http.MethodGet, "/it/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	got := w.ask(r)
	if got.Header().Get("Content-Encoding") != "gzip" || !bytes.HasPrefix(got.Body.Bytes(), []byte{0x1f, 0x8b}) {
		t.Errorf("the shell comes as %v", got.Header())
	}
}
