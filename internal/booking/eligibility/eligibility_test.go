/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eligibility

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

func TestDecide(t *testing.T) {
	day1 := opens.AddDate(0, 0, 1)
	elders := makeCampaign("born-1946-1950").Born("1946-01-01", "1950-12-31")
	next := makeCampaign("born-1951-1955").Born("1951-01-01", "1955-12-31").Opens(day1)
	all := makeCampaign("everyone")
	elder, younger := "1948-06-15", "1953-06-15"
	for name, tc := range map[string]struct {
		campaigns []catalog.Campaign
		campaign  string
		service   string // "" is Vaccination where no campaign is named
		born      string
		now       time.Time
		want      Outcome
		in        string
		words     string
	}{
		"at the very instant of the opening": {
			campaigns: []catalog.Campaign{elders.Obj()}, born: elder, now: opens,
			want: Eligible, in: "born-1946-1950", words: "You may book now, in born-1946-1950.",
		},
		"a nanosecond before": {
			campaigns: []catalog.Campaign{elders.Obj()}, born: elder, now: opens.Add(-1),
			want: NotYetOpen, in: "born-1946-1950",
			words: "Not yet open: born-1946-1950 opens Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December.",
		},
		"by the campaign's name, open":    {campaigns: []catalog.Campaign{elders.Obj()}, campaign: "born-1946-1950", born: elder, now: opens, want: Eligible, in: "born-1946-1950"},
		"by the campaign's name, not yet": {campaigns: []catalog.Campaign{elders.Obj()}, campaign: "born-1946-1950", born: elder, now: opens.Add(-1), want: NotYetOpen, in: "born-1946-1950"},
		"born on the band's first day":    {campaigns: []catalog.Campaign{elders.Obj()}, born: "1946-01-01", now: opens, want: Eligible, in: "born-1946-1950"},
		"born the day before it":          {campaigns: []catalog.Campaign{elders.Obj()}, born: "1945-12-31", now: opens, want: NotEligible, words: "No opening has been announced for your birth date."},
		"born on the band's last day":     {campaigns: []catalog.Campaign{elders.Obj()}, born: "1950-12-31", now: opens, want: Eligible, in: "born-1946-1950"},
		"born the day after it":           {campaigns: []catalog.Campaign{elders.Obj()}, born: "1951-01-01", now: opens, want: NotEligible},
		"everyone, a newborn":             {campaigns: []catalog.Campaign{all.Obj()}, born: "2026-12-02", now: opens, want: Eligible, in: "everyone"},
		"everyone, the oldest":            {campaigns: []catalog.Campaign{all.Obj()}, born: "1905-12-03", now: opens, want: Eligible, in: "everyone"},
		"older than anybody":              {campaigns: []catalog.Campaign{all.Obj()}, born: "1905-12-02", now: opens, want: BirthDateImpossible, words: "This cannot be a birth date: it is in the future, or too long ago."},
		"born tomorrow":                   {campaigns: []catalog.Campaign{all.Obj()}, born: "2026-12-03", now: opens, want: BirthDateImpossible},
		"born today, as Rome has it": {
			campaigns: []catalog.Campaign{all.Obj()}, born: "2026-12-02", now: opens.Add(-time.Second), want: BirthDateImpossible,
		},
		"the service has opened, but to others": {
			campaigns: []catalog.Campaign{elders.Obj(), next.Obj()}, born: younger, now: opens,
			want: YourBandOpens, in: "born-1951-1955",
			words: "Not open to your birth date yet: your age band, born-1951-1955, opens Thursday 3 December 2026 at 00:00 CET, the midnight between Wednesday 2 and Thursday 3 December.",
		},
		"nothing has opened yet": {campaigns: []catalog.Campaign{elders.Obj(), next.Obj()}, born: younger, now: opens.Add(-1), want: NotYetOpen, in: "born-1951-1955"},
		"another service has opened": {
			campaigns: []catalog.Campaign{all.For("Test").Obj(), next.Obj()}, born: younger, now: opens, want: NotYetOpen, in: "born-1951-1955",
		},
		"another band's campaign, one's own opens": {campaigns: []catalog.Campaign{elders.Obj(), next.Obj()}, campaign: "born-1946-1950", born: younger, now: opens.Add(-1), want: YourBandOpens, in: "born-1951-1955"},
		"another band's campaign, one's own is open": {
			campaigns: []catalog.Campaign{elders.Obj(), next.Obj()}, campaign: "born-1951-1955", born: elder, now: opens,
			want: YourBandIsOpen, in: "born-1946-1950", words: "This is for other birth dates; yours may book now, in born-1946-1950.",
		},
		"another band's campaign, one's own is paused": {
			campaigns: []catalog.Campaign{elders.Paused("Snow.").Obj(), next.Obj()}, campaign: "born-1951-1955", born: elder, now: opens,
			want: Paused, in: "born-1946-1950", words: "Bookings in born-1946-1950 are paused: Snow.",
		},
		"another band's campaign, one's own has closed": {
			campaigns: []catalog.Campaign{elders.Closes(day1).Obj(), next.Obj()}, campaign: "born-1951-1955", born: elder, now: day1,
			want: Closed, in: "born-1946-1950",
		},
		"another band's campaign, and none of one's own": {campaigns: []catalog.Campaign{elders.Obj()}, campaign: "born-1946-1950", born: younger, now: opens, want: NotEligible},
		"paused before it opens": {
			campaigns: []catalog.Campaign{elders.Paused("Vaccines arrive on Thursday").Obj()}, born: elder, now: opens.Add(-time.Hour),
			want: Paused, in: "born-1946-1950", words: "Bookings in born-1946-1950 are paused: Vaccines arrive on Thursday.",
		},
		"paused once open":                {campaigns: []catalog.Campaign{elders.Paused("Snow.").Obj()}, born: elder, now: opens, want: Paused, in: "born-1946-1950"},
		"closed while it was paused":      {campaigns: []catalog.Campaign{elders.Paused("Snow.").Closes(day1).Obj()}, born: elder, now: day1, want: Closed, in: "born-1946-1950"},
		"the last instant before closing": {campaigns: []catalog.Campaign{elders.Closes(day1).Obj()}, born: elder, now: day1.Add(-1), want: Eligible, in: "born-1946-1950"},
		"at the very instant of the closing": {
			campaigns: []catalog.Campaign{elders.Closes(day1).Obj()}, born: elder, now: day1, want: Closed, in: "born-1946-1950",
			words: "Bookings in born-1946-1950 closed on Thursday 3 December 2026 at 00:00 CET, the midnight between Wednesday 2 and Thursday 3 December.",
		},
		"two fit: the open one, not the one that opens": {
			campaigns: []catalog.Campaign{next.Born("1946-01-01", "1950-12-31").Obj(), all.Obj()}, born: elder, now: opens, want: Eligible, in: "everyone",
		},
		"two fit and are open: the one that opened first": {
			campaigns: []catalog.Campaign{elders.Obj(), makeCampaign("zebra").Opens(opens.Add(-time.Hour)).Obj()}, born: elder, now: opens, want: Eligible, in: "zebra",
		},
		"two fit and open at once: by name": {campaigns: []catalog.Campaign{all.Obj(), elders.Obj()}, born: elder, now: opens, want: Eligible, in: "born-1946-1950"},
		"two fit, neither open: the one that opens soonest": {
			campaigns: []catalog.Campaign{makeCampaign("a-later").Opens(day1).Obj(), all.Obj()}, born: elder, now: opens.Add(-1), want: NotYetOpen, in: "everyone",
		},
		"two fit: the one that opens, not the one that is paused": {
			campaigns: []catalog.Campaign{elders.Paused("Snow.").Obj(), makeCampaign("later").Opens(day1).Obj()}, born: elder, now: opens, want: NotYetOpen, in: "later",
		},
		"two fit: the one that is paused, not the one that has closed": {
			campaigns: []catalog.Campaign{all.Closes(day1).Obj(), elders.Paused("Snow.").Obj()}, born: elder, now: day1, want: Paused, in: "born-1946-1950",
		},
		"two fit and have closed: the later closing": {
			campaigns: []catalog.Campaign{all.Closes(day1).Obj(), elders.Closes(opens.Add(1)).Obj()}, born: elder, now: day1, want: Closed, in: "everyone",
		},
		"one fits by name, though another is open": {
			campaigns: []catalog.Campaign{all.Obj(), elders.Opens(day1).Obj()}, campaign: "born-1946-1950", born: elder, now: opens, want: NotYetOpen, in: "born-1946-1950",
		},
		"no such campaign":               {campaigns: []catalog.Campaign{all.Obj()}, campaign: "nobody", born: elder, now: opens, want: UnknownCampaign, words: "There is no such campaign: choose one of those that are listed."},
		"a campaign of another service":  {campaigns: []catalog.Campaign{all.Obj()}, campaign: "everyone", service: "Test", born: elder, now: opens, want: UnknownCampaign},
		"a campaign and its own service": {campaigns: []catalog.Campaign{all.Obj()}, campaign: "everyone", service: "Vaccination", born: elder, now: opens, want: Eligible, in: "everyone"},
		"no such service":                {campaigns: []catalog.Campaign{all.Obj()}, service: "Dentist", born: elder, now: opens, want: UnknownService, words: "There is no campaign for this service: choose one of the services that are listed."},
		"a service without campaigns":    {campaigns: []catalog.Campaign{all.Obj()}, service: "Test", born: elder, now: opens, want: UnknownService},
		"an empty catalog":               {born: elder, now: opens, want: UnknownService},
		"no birth date": {
			campaigns: []catalog.Campaign{all.Obj()}, now: opens,
			want: BirthDateNeeded, words: "Your birth date is needed, as YYYY-MM-DD: your code does not say it, or not its century.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := Request{Campaign: tc.campaign, Service: tc.service, Born: day(t, tc.born)}
			if q.Campaign == "" && q.Service == "" {
				q.Service = "Vaccination"
			}
			got := rules(t, tc.campaigns...).Decide(q, tc.now)
			if diff := cmp.Diff([]string{string(tc.want), tc.in}, []string{string(got.Outcome), got.Campaign}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got.Words() == "" || tc.words != "" && got.Words() != tc.words {
				t.Errorf("the words are\n\t%s\nwant\n\t%s", got.Words(), tc.words)
			}
		})
	}
}

// What is said to whom it does not concern would be announced by mistake.
func TestDecisionHoldsNoMoreThanItShould(t *testing.T) {
	closes := opens.AddDate(0, 0, 1)
	c := makeCampaign("everyone").Closes(closes)
	local := "Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December"
	for name, tc := range map[string]struct {
		campaign campaignBuilder
		now      time.Time
		want     Decision
	}{
		"open":                           {c, opens, Decision{Outcome: Eligible, Campaign: "everyone", OpensAt: opens, OpensAtLocal: local}},
		"not yet":                        {c, opens.Add(-1), Decision{Outcome: NotYetOpen, Campaign: "everyone", OpensAt: opens, OpensAtLocal: local}},
		"paused: no opening is promised": {c.Paused("Snow."), opens.Add(-1), Decision{Outcome: Paused, Campaign: "everyone", Reason: "Snow."}},
		"closed": {c, closes, Decision{
			Outcome: Closed, Campaign: "everyone", ClosedAt: closes,
			ClosedAtLocal: "Thursday 3 December 2026 at 00:00 CET, the midnight between Wednesday 2 and Thursday 3 December",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := rules(t, tc.campaign.Obj()).Decide(Request{Service: "Vaccination", Born: day(t, "1948-06-15")}, tc.now)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBorn(t *testing.T) {
	const (
		fiscal    = "RSSMRA85T10A562S" // 10 December 1985
		ambiguous = "RSSMRA06T10H501X" // 10 December 1906 or 2006
		foreigner = "STP1201010000123"
	)
	for name, tc := range map[string]struct {
		code, said string
		want       string
		outcome    Outcome
	}{
		"the code says it":                             {fiscal, "", "1985-12-10", ""},
		"the person says the same":                     {fiscal, "1985-12-10", "1985-12-10", ""},
		"the person says another day":                  {fiscal, "1985-12-11", "", BirthDateDisagrees},
		"the person says another century":              {fiscal, "1885-12-10", "", BirthDateImpossible},
		"the person says the next century":             {fiscal, "2085-12-10", "", BirthDateImpossible},
		"the code leaves the century open":             {ambiguous, "", "", BirthDateNeeded},
		"the person says the older century":            {ambiguous, "1906-12-10", "1906-12-10", ""},
		"the person says the younger century":          {ambiguous, "2006-12-10", "2006-12-10", ""},
		"the person says neither":                      {ambiguous, "1956-12-10", "", BirthDateDisagrees},
		"the code says nothing, nor does the person":   {foreigner, "", "", BirthDateNeeded},
		"the code says nothing, so the person says it": {foreigner, "1990-01-01", "1990-01-01", ""},
		"the code says nothing, the person nonsense":   {foreigner, "1800-01-01", "", BirthDateImpossible},
		"a temporary code":                             {"12345670488", "1990-01-01", "1990-01-01", ""},
		"no code, only looking":                        {"", "1990-01-01", "1990-01-01", ""},
		"neither":                                      {"", "", "", BirthDateNeeded},
	} {
		t.Run(name, func(t *testing.T) {
			got, outcome := Born(code(t, tc.code), day(t, tc.said), civil.Date(2026, 12, 2))
			if got.String() != tc.want || outcome != tc.outcome {
				t.Errorf("got %q, %q, want %q, %q", got, outcome, tc.want, tc.outcome)
			}
		})
	}
}

// The code's birth date is the one that decides.
func TestDecideByCode(t *testing.T) {
	r := rules(t, makeCampaign("born-1985").Born("1985-01-01", "1985-12-31").Obj(), makeCampaign("born-1986").Born("1986-01-01", "1986-12-31").Obj())
	for name, tc := range map[string]struct {
		said, campaign string
		want           Outcome
	}{
		"nothing said":                              {"", "born-1985", Eligible},
		"a forged date for another band":            {"1986-12-10", "born-1986", BirthDateDisagrees},
		"another band, without a date":              {"", "born-1986", YourBandIsOpen},
		"an unknown campaign is said before a date": {"1986-12-10", "nobody", UnknownCampaign},
	} {
		t.Run(name, func(t *testing.T) {
			q := Request{Campaign: tc.campaign, Identifier: code(t, "RSSMRA85T10A562S"), Born: day(t, tc.said)}
			got := r.Decide(q, opens)
			if got.Outcome != tc.want {
				t.Errorf("got %s, want %s", got.Outcome, tc.want)
			}
			if got.Words() == "" || strings.Contains(got.Words(), "1985-12-10") {
				t.Errorf("words: %s", got.Words())
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		zone     string
		campaign campaignBuilder
		want     string
	}{
		"a zone that is none":    {"Europe/Roma", makeCampaign("a"), `read who may book: timeZone: zone "Europe/Roma"`},
		"a band without an end":  {"Europe/Rome", makeCampaign("a").Born("1946-01-01", ""), "campaign a: ageBand.bornTo is no day of the calendar: write YYYY-MM-DD"},
		"a band without a start": {"Europe/Rome", makeCampaign("a").Born("1946", "1950-12-31"), "campaign a: ageBand.bornFrom is no day"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(catalog.Catalog{TimeZone: tc.zone, Campaigns: []catalog.Campaign{tc.campaign.Obj()}})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want it to say %s", err, tc.want)
			}
		})
	}
}

func TestRequestsDoNotSayWhoAsks(t *testing.T) {
	q := Request{Campaign: "everyone", Identifier: code(t, "RSSMRA85T10A562S"), Born: day(t, "1985-12-10")}
	var said strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		fmt.Fprintf(&said, verb+"\n", q)
		fmt.Fprintf(&said, verb+"\n", []*Request{&q}[0])
	}
	text, err := json.Marshal(struct{ Asked Request }{q})
	if err != nil {
		t.Fatal(err)
	}
	said.Write(text)
	untimed := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{} // it may contain any digits
		}
		return a
	}}
	slog.New(slog.NewJSONHandler(&said, untimed)).Info("asked", "request", q)
	slog.New(slog.NewTextHandler(&said, untimed)).Info("asked", "request", &q)
	if strings.Contains(said.String(), "85") || strings.Contains(said.String(), "RSS") {
		t.Errorf("said %s", said.String())
	}
	if strings.Count(said.String(), "everyone") < 10 {
		t.Errorf("it does not even say what was asked for: %s", said.String())
	}
}

func FuzzDecide(f *testing.F) {
	f.Add("everyone", "", "RSSMRA85T10A562S", int32(0), opens.Unix())
	f.Add("", "Vaccination", "STP1201010000123", int32(-9000), opens.Unix()-1)
	f.Add("born-1946-1950", "Test", "", int32(-28000), int64(1)<<40)
	f.Add("", "", "RSSMRA00B29H501Y", int32(1), int64(-1)<<40)
	r := rules(f,
		makeCampaign("everyone").Opens(opens.AddDate(0, 1, 0)).Closes(opens.AddDate(0, 2, 0)).Obj(),
		makeCampaign("born-1946-1950").Born("1946-01-01", "1950-12-31").Obj(),
		makeCampaign("held").Born("1960-01-01", "1960-12-31").Paused("Snow.").Obj(),
	)
	f.Fuzz(func(t *testing.T, campaign, service, text string, born int32, unix int64) {
		q := Request{Campaign: campaign, Service: service}
		if id, err := identifier.Parse(text); err == nil {
			q.Identifier = id
		}
		if born != 0 {
			q.Born = civil.Date(2026, 12, 2).Add(int(born))
		}
		now := time.Unix(unix%(1<<40), 0)
		d := r.Decide(q, now)
		if d.Words() == "" {
			t.Fatalf("no words for %q", d.Outcome)
		}
		if d.Outcome == Eligible && (now.Before(opens) || d.OpensAt.After(now)) {
			t.Errorf("%s at %s: open before it opens", d.Campaign, now)
		}
	})
}

// A platform's largest catalog, and a person whom no campaign includes.
func BenchmarkDecide(b *testing.B) {
	var campaigns []catalog.Campaign
	for i := range catalog.MaxCampaigns {
		campaigns = append(campaigns, makeCampaign(fmt.Sprintf("campaign-%d", i)).Born("1946-01-01", "1950-12-31").Obj())
	}
	r := rules(b, campaigns...)
	id := code(b, "RSSMRA85T10A562S")
	for b.Loop() {
		if got := r.Decide(Request{Service: "Vaccination", Identifier: id}, opens); got.Outcome != NotEligible {
			b.Fatal(got)
		}
	}
}
