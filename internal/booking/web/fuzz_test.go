/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"encoding/base64"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// filled is a visit with a form that anybody may have written.
func (w *world) filled(f func(error), body string) *visit {
	form, err := url.ParseQuery(body)
	if err != nil {
		f(err)
	}
	return &visit{request: httptest.NewRequest("POST", "/en/find", nil), words: w.languages[1], in: w.snapshot, now: w.now, form: form}
}

func FuzzFind(f *testing.F) {
	f.Add("campaign=born-1980-1985&place=Rieti&day=2026-12-24&hub=")
	f.Add("day=31/12/2026&hub=fiera-di-roma")
	f.Add("place=%ff%fe%00&day=0001-01-01")
	f.Add("place=citt%C3%A0&day=+")
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body string) {
		v := w.filled(func(error) { t.Skip() }, body)
		j, problems := readFind(v)
		for _, p := range problems {
			if p.Text == "" || strings.HasPrefix(p.Text, "problem.") {
				t.Errorf("a problem without words: %+v", p)
			}
		}
		if len(j.Place) > 200 || !utf8.ValidString(j.Place) {
			t.Errorf("a place of %d bytes", len(j.Place))
		}
		if len(problems) > 0 {
			return
		}
		day, err := page.ParseDay(j.From)
		if err != nil || day.Before(w.snapshot.Rules.Today(w.now)) {
			t.Errorf("looks from %q on", j.From)
		}
		for _, hub := range j.Hubs {
			if _, known := w.snapshot.Hub(hub); !known {
				t.Errorf("looks at %q", hub)
			}
		}
		if _, known := w.snapshot.Campaign(j.Campaign); !known {
			t.Errorf("looks in %q", j.Campaign)
		}
	})
}

func FuzzPerson(f *testing.F) {
	f.Add("identifier=" + giulia + "&email=giulia%40example.org&phone=%2B39+06+1234567&letters=it")
	f.Add("identifier=" + visitor + "&day=1&month=3&year=1983")
	f.Add("identifier=80012345678&email=a%0d%0ab&phone=%00")
	f.Add("day=99&month=&year=99999&letters=xx")
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body string) {
		v := w.filled(func(error) { t.Skip() }, body)
		who, _, problems := readPerson(v)
		for _, p := range problems {
			if p.Text == "" || strings.Contains(p.Text, "%!") || strings.HasPrefix(p.Text, "problem.") || strings.HasPrefix(p.Text, "identifier.") {
				t.Errorf("a problem without words: %+v", p)
			}
		}
		if len(problems) > 0 {
			return
		}
		if _, err := identifier.Parse(who.Code); err != nil {
			t.Errorf("somebody without a code: %v", err)
		}
		if strings.ContainsAny(who.Email+who.Phone+who.Born+who.Language, "\r\n\x00 ") || who.Language != "it" && who.Language != "en" {
			t.Errorf("a contact that cannot be one: %q %q %q %q", who.Email, who.Phone, who.Born, who.Language)
		}
	})
}

func FuzzReference(f *testing.F) {
	f.Add("number=" + number1.String() + "&identifier=" + giulia)
	f.Add("number=7K3M&identifier=")
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body string) {
		v := w.filled(func(error) { t.Skip() }, body)
		ref, problems := v.words.ReadReference(v.form, "number", "identifier")
		if (ref.Number.IsZero() || ref.Identifier.IsZero()) != (len(problems) > 0) {
			t.Errorf("%d problems, and a booking: %t", len(problems), !ref.Number.IsZero())
		}
	})
}

func FuzzChoice(f *testing.F) {
	f.Add("0", 3)
	f.Add("-1", 3)
	f.Add("99999999999999999999", 3)
	f.Fuzz(func(t *testing.T, text string, n int) {
		if i, ok := page.ReadOffer(text, n); ok && (i < 0 || i >= n) {
			t.Errorf("%q is %d of %d", text, i, n)
		}
	})
}

func FuzzSealed(f *testing.F) {
	w := newWorld(f)
	good, err := w.tokens.Seal(journey{Key: "k", Place: "Rieti"}, inForm, w.now.Add(lifetime))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(0, byte(1), "")
	f.Add(20, byte(128), "AA")
	f.Add(3, byte(0), "=")
	f.Fuzz(func(t *testing.T, at int, change byte, more string) {
		raw, err := base64.RawURLEncoding.DecodeString(good)
		if err != nil {
			t.Fatal(err)
		}
		raw[(at%len(raw)+len(raw))%len(raw)] ^= change
		text := base64.RawURLEncoding.EncodeToString(raw) + more
		same := change == 0 && strings.Trim(more, "\r\n") == "" // which base64 passes over
		if err := w.tokens.Open(text, inForm, w.now, &journey{}); (err == nil) != same {
			t.Errorf("changed: %t, opens: %v", !same, err)
		}
	})
}

// FuzzAddress: every address has an answer, in some language.
func FuzzAddress(f *testing.F) {
	f.Add("GET", "/it/find", "it")
	f.Add("POST", "/en/hold/confirm", "en;q=x")
	f.Add("HEAD", "/static/../x", "")
	f.Add("GET", "//en/", "")
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, method, path, language string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Method, r.URL.Path = method, path
		r.Header.Set("Accept-Language", language)
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, r)
		if recorder.Code >= 500 || recorder.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s %q answers %d", method, path, recorder.Code)
		}
		if to := recorder.Header().Get("Location"); to != "" && !strings.HasPrefix(to, "/it/") && !strings.HasPrefix(to, "/en/") {
			t.Errorf("%s %q leads to %q", method, path, to)
		}
	})
}
