/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func (w *world) now(path string) now {
	w.t.Helper()
	var out now
	if err := json.Unmarshal(w.get(path).Body.Bytes(), &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// standings of all campaigns.
func (n now) standings() map[string]string {
	out := map[string]string{}
	for _, c := range n.Campaigns {
		out[c.Name] = c.Standing
	}
	return out
}

func TestNowAroundAnOpening(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		at   time.Duration // after the opening
		band string
		next string
	}{
		"a day before":        {-24 * time.Hour, "soon", band},
		"a moment before":     {-time.Millisecond, "soon", band},
		"at the opening":      {0, "open", older},
		"a moment after":      {time.Millisecond, "open", older},
		"when all have begun": {8 * 24 * time.Hour, "open", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w.at = evening.Add(c.at)
			got := w.now("/en/now.json")
			if s := got.standings(); s[band] != c.band || s[closed] != "closed" || s[paused] != "paused" {
				t.Errorf("it says %v", s)
			}
			next := ""
			if got.Next != nil {
				for _, each := range got.Campaigns {
					if got.Next.For[0] == each.What {
						next = each.Name
					}
				}
				if got.Next.Spread != 28 || got.Next.Within != 30 {
					t.Errorf("it lets people in over %d s, within %d s", got.Next.Spread, got.Next.Within)
				}
			}
			if next != c.next {
				t.Errorf("next opens %q, want %q", next, c.next)
			}
		})
	}
}

func TestNowInWords(t *testing.T) {
	w := newWorld(t)
	w.at = evening.Add(-time.Hour)
	got := w.now("/it/now.json")
	want := &next{
		At: evening.UnixMilli(), Spread: 28, Within: 30, For: []string{"Vaccinazione per chi è nato dal 1º gennaio 1980 al 31 dicembre 1985"},
		When: "mercoledì 2 dicembre 2026 alle ore 00:00 (CET), la mezzanotte tra martedì 1 dicembre e mercoledì 2 dicembre",
	}
	if diff := cmp.Diff(want, got.Next); diff != "" {
		t.Error(diff)
	}
	if got.Zone != "Europe/Rome" || got.Today != "2026-12-01" {
		t.Errorf("it is %s in %s", got.Today, got.Zone)
	}
	for _, c := range got.Campaigns {
		if c.Name == paused && !strings.Contains(c.Reason, "troppo pochi vaccini") {
			t.Errorf("why it is paused is said as %q", c.Reason)
		}
	}
}

// TestNowSaysWhetherThereIsMail.
func TestNowSaysWhetherThereIsMail(t *testing.T) {
	for _, mail := range []bool{false, true} {
		w := newWorld(t)
		w.Mail = mail
		if got := w.now("/it/now.json"); got.Mail != mail {
			t.Errorf("it says %v where confirmations are sent: %v", got.Mail, mail)
		}
	}
}

// TestNowIsFromMemory: within a second all get the same, but for the clock.
func TestNowIsFromMemory(t *testing.T) {
	w := newWorld(t)
	w.at = evening.Add(-10 * time.Second)
	first := w.get("/it/now.json")
	kept := w.App.now["it"].kept.Load()
	w.at = w.at.Add(600 * time.Millisecond)
	second := w.get("/it/now.json")
	if w.App.now["it"].kept.Load() != kept || first.Body.String() != second.Body.String() {
		t.Error("it was made twice in a second")
	}
	if a, b := first.Header().Get(clockHeader), second.Header().Get(clockHeader); a != "1796165990000" || b != "1796165990600" {
		t.Errorf("the clock is %s, then %s", a, b)
	}
	w.at = w.at.Add(time.Second)
	w.get("/it/now.json")
	if w.App.now["it"].kept.Load() == kept {
		t.Error("it is never made again")
	}
}

func TestHubsOfCampaigns(t *testing.T) {
	w := newWorld(t)
	var got hubs
	if err := json.Unmarshal(w.get("/it/hubs.json").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Sets) != 2 {
		t.Errorf("campaigns with the same hubs do not share them: %v", got.Sets)
	}
	for campaign, want := range map[string][]string{band: {fiera, rieti}, older: {rieti}} {
		var names []string
		for _, i := range got.Sets[got.Campaigns[campaign]] {
			names = append(names, got.Hubs[i].Name)
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("%s: %s", campaign, diff)
		}
	}
	if got.Zone != "Europe/Rome" {
		t.Errorf("their clocks are those of %q", got.Zone)
	}
	want := hub{Name: fiera, Title: "Hub Fiera di Roma", Address: "Via Portuense 1645, Roma", Authority: "ASL Roma 3", Latitude: "41.8076", Longitude: "12.3270"}
	if diff := cmp.Diff(want, got.Hubs[0]); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutACatalog(t *testing.T) {
	w := newWorld(t)
	w.snapshot = nil
	for _, path := range []string{"/it/now.json", "/it/hubs.json"} {
		if got := w.get(path); got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") != "5" {
			t.Errorf("%s answers %d %v", path, got.Code, got.Header())
		}
	}
	if got := w.get("/it/"); got.Code != http.StatusOK {
		t.Errorf("the shell answers %d", got.Code)
	}
}
