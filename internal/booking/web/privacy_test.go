/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// secrets are texts that nobody else may read.
var secrets = []string{giulia, "cntchr83t41", "giulia", "example.org", "39061234567", "1983", number1.String(), number1.Symbols(), "rieti"}

// leaks returns the secrets in a text, also where it was encoded.
func leaks(text string) []string {
	texts := []string{text}
	if plain, err := url.QueryUnescape(text); err == nil {
		texts = append(texts, plain)
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" =;,/&?", r) }) {
		if raw, err := base64.RawURLEncoding.DecodeString(word); err == nil {
			texts = append(texts, string(raw))
		}
	}
	var found []string
	for _, t := range texts {
		for _, secret := range secrets {
			if strings.Contains(strings.ToLower(t), strings.ToLower(secret)) {
				found = append(found, secret)
			}
		}
	}
	return found
}

func TestNobodyReadsAnythingOfAnybody(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").open("/en/find").fill("/find", map[string]string{"place": "Rieti"})
	b.fill("/places", map[string]string{"offer": "0"}).fill("/person", map[string]string{"identifier": giulia, "email": "giulia@example.org", "phone": "+39061234567"})
	w.fail["confirm"] = fmt.Errorf("confirm: %w", errAway)
	b.fill("/hold/confirm", nil).at("/en/hold/confirm", 503)
	delete(w.fail, "confirm")
	b.fill("/hold/confirm", nil).open("/en/done").open("/en/done.ics")
	b.open("/en/manage").fill("/manage", map[string]string{"number": number1.String(), "identifier": giulia}).fill("/booking/move", nil)
	b.fill("/move", nil).fill("/places", map[string]string{"offer": "1"}).open("/en/booking/cancel").fill("/booking/cancel", nil).at("/en/booking", 200)
	b.open("/en/"+giulia).at("/en/"+giulia, http.StatusNotFound) // whoever writes it into an address is not repeated
	if strings.Contains(b.text, giulia) || strings.Contains(b.header.Get("Location"), giulia) {
		t.Error("what somebody wrote into an address is repeated")
	}
	for _, text := range b.seen {
		if found := leaks(text); len(found) > 0 && !strings.Contains(text, "/en/"+giulia) {
			t.Errorf("%q tells %v", text, found)
		}
	}
	if found := leaks(w.log.String()); len(found) > 0 || !strings.Contains(w.log.String(), "connection refused") {
		t.Errorf("the log tells %v: %s", found, w.log.String())
	}
}

func TestJourneysDoNotPrint(t *testing.T) {
	j := journey{Place: "Rieti", Person: &person{Code: giulia, Email: "giulia@example.org"}, Booking: &page.Booked{Number: number1.String()}}
	for _, verb := range []string{"%v", "%+v", "%s", "%#v"} {
		if found := leaks(fmt.Sprintf(verb, j) + fmt.Sprintf(verb, *j.Person)); len(found) > 0 {
			t.Errorf("%s tells %v", verb, found)
		}
	}
	if found := leaks(j.LogValue().String()); len(found) > 0 {
		t.Errorf("a log tells %v", found)
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").held("en")
	style := attribute(b.all("link", nil)[1], "href")
	for _, path := range []string{"/", "/en/", "/en/hold", "/en/nowhere", style, "/static/nothing", "/en/manage"} {
		b.open(path)
		policy := b.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s", path, part)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: the policy lets too much in: %s", path, policy)
		}
		if b.header.Get("Referrer-Policy") != "no-referrer" || b.header.Get("X-Content-Type-Options") != "nosniff" || b.header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s lacks a header: %v", path, b.header)
		}
	}
	if got := b.open("/en/hold").header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("a page of somebody's is kept: %q", got)
	}
	if got := b.header.Get("Content-Encoding"); got != "" {
		t.Errorf("a page of somebody's is compressed: %q", got)
	}
}

func TestOtherSitesCannotSendForms(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").held("en")
	for name, header := range map[string][2]string{
		"a browser says so": {"Sec-Fetch-Site", "cross-site"}, "another subdomain": {"Sec-Fetch-Site", "same-site"}, "an old browser": {"Origin", "https://elsewhere.example"},
	} {
		t.Run(name, func(t *testing.T) {
			other := w.browser("en")
			other.cookies = b.cookies
			r := b.filled("/hold/confirm", nil)
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set(header[0], header[1])
			other.send(r).at("/en/hold/confirm", http.StatusForbidden).says("came from another website").sound(t, "en")
		})
	}
	if w.booked != 0 {
		t.Error("it was booked")
	}
}

func TestChangedStateIsRefused(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").held("en")
	good := b.form("/hold/confirm").Get("journey")
	cookie := b.cookies["__Host-journey"]
	flipped := func(i int) string {
		raw, err := base64.RawURLEncoding.DecodeString(good)
		if err != nil {
			t.Fatal(err)
		}
		raw[(i+len(raw))%len(raw)] ^= 1
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	for name, text := range map[string]string{
		"none": "", "nonsense": "nonsense", "salt": flipped(0), "middle": flipped(40), "end": flipped(-1), "cut": good[:len(good)-2],
		"a cookie's": cookie, "longer": good + "AA", "very long": strings.Repeat("A", 60_000),
	} {
		t.Run(name, func(t *testing.T) {
			other := w.browser("en")
			other.cookies = b.cookies
			other.send(posted("/en/hold/confirm", url.Values{"journey": {text}})).at("/en/hold/confirm", http.StatusBadRequest).says("This page has expired").sound(t, "en")
		})
	}
	b.cookies["__Host-journey"] = good // a form's is no cookie's
	b.open("/en/hold").at("/en/find", 200)
	b.cookies["__Host-journey"] = cookie
	w.later(lifetime + time.Second)
	b.send(posted("/en/hold/confirm", url.Values{"journey": {good}})).at("/en/hold/confirm", http.StatusBadRequest)
	b.open("/en/hold").at("/en/find", 200)
	if w.booked != 0 {
		t.Error("it was booked")
	}
}

func TestWhatIsNoFormIsRefused(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		method, kind, path, body string
		status                   int
	}{
		"JSON":              {"POST", "application/json", "/en/find", "{}", 400},
		"no kind":           {"POST", "", "/en/find", "", 400},
		"too long":          {"POST", "application/x-www-form-urlencoded", "/en/find", strings.Repeat("a", 64<<10+1), 400},
		"badly written":     {"POST", "application/x-www-form-urlencoded", "/en/find", "a=%zz", 400},
		"no form there":     {"POST", "application/x-www-form-urlencoded", "/en/hold", "", 405},
		"another method":    {"DELETE", "", "/en/booking", "", 405},
		"nowhere":           {"GET", "", "/en/nowhere", "", 404},
		"no language":       {"GET", "", "/find", "", 404},
		"another language":  {"GET", "", "/fr/find", "", 404},
		"form by address":   {"GET", "", "/en/hold/confirm", "", 200},
		"nothing done":      {"GET", "", "/en/done", "", 200},
		"nothing held":      {"GET", "", "/en/hold", "", 200},
		"no calendar":       {"GET", "", "/en/done.ics", "", 404},
		"nothing to cancel": {"GET", "", "/en/booking/cancel", "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.kind)
			b := w.browser("en").send(r)
			if b.sound(t, "en"); b.status != c.status {
				t.Errorf("answers %d, want %d: %s", b.status, c.status, b.words())
			}
		})
	}
	if len(w.calls) > 0 {
		t.Errorf("the clerk was asked to %v", w.calls)
	}
}

func TestMistakesOfOursAreSaid(t *testing.T) {
	w := newWorld(t)
	w.routes["/manage"] = route{get: func(*visit) (result, error) { return result{view: &view{template: "none"}}, nil }}
	b := w.browser("en")
	if b.open("/en/manage"); b.status != http.StatusInternalServerError || !strings.Contains(b.text, "Sorry, something went wrong") {
		t.Errorf("answers %d %q", b.status, b.text)
	}
	if !strings.Contains(w.log.String(), "path=/manage") {
		t.Errorf("the log says nothing: %s", w.log.String())
	}
	if _, err := New(Options{}); err == nil {
		t.Error("pages without anything are made")
	}
}
