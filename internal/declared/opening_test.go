/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package declared_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
)

var (
	rome = build.MakePlatform("lazio").Obj()
	// midnight is that which ends 1 December 2026 in Rome.
	midnight = at("2026-12-01T23:00:00Z")
)

var at = build.At

// civil is the midnight that ends a day.
func civil(date, zone string) v1alpha1.CivilTime {
	return v1alpha1.CivilTime{Date: v1alpha1.Date(date), Time: "24:00", TimeZone: v1alpha1.TimeZone(zone)}
}

// announced is an entry of the memory of openings.
func announced(opensAt string, opening v1alpha1.CivilTime) v1alpha1.AnnouncedOpening {
	return v1alpha1.AnnouncedOpening{
		OpensAt: &metav1.Time{Time: at(opensAt)}, Opening: declared.AsAnnounced(opening), Since: &metav1.Time{Time: at("2026-11-20T09:00:00Z")},
	}
}

func remembers(all ...v1alpha1.AnnouncedOpening) func(*v1alpha1.Campaign) {
	return func(c *v1alpha1.Campaign) { c.Status.Announced = all }
}

func TestResolve(t *testing.T) {
	declaredOpening := civil("2026-12-01", "Europe/Rome")
	for name, test := range map[string]struct {
		campaign *v1alpha1.Campaign
		opens    string
		closes   string
		err      string
	}{
		"in the platform's zone":    {build.MakeCampaign("c").Obj(), "2026-12-01T23:00:00Z", "", ""},
		"in its own zone":           {build.MakeCampaign("c").Zone("Africa/Cairo").Obj(), "2026-12-01T22:00:00Z", "", ""},
		"with a closing":            {build.MakeCampaign("c").Closes("2026-12-05", "12:00").Obj(), "2026-12-01T23:00:00Z", "2026-12-05T11:00:00Z", ""},
		"closing before opening":    {build.MakeCampaign("c").Closes("2026-12-01", "24:00").Obj(), "", "", "spec.closing: 2026-12-01T23:00:00Z is not after the opening"},
		"no such zone":              {build.MakeCampaign("c").Zone("Europe/Roma").Obj(), "", "", "spec.opening.timeZone: "},
		"no such day":               {build.MakeCampaign("c").Opens("2026-02-30", "24:00").Obj(), "", "", "spec.opening.date: "},
		"no such time":              {build.MakeCampaign("c").Opens("2026-12-01", "25:00").Obj(), "", "", "spec.opening.time: "},
		"no such closing":           {build.MakeCampaign("c").Closes("2026-13-01", "24:00").Obj(), "", "", "spec.closing.date: "},
		"announced for later":       {build.MakeCampaign("c").With(remembers(announced("2026-12-02T00:00:00Z", declaredOpening))).Obj(), "2026-12-02T00:00:00Z", "", ""},
		"announced for earlier":     {build.MakeCampaign("c").With(remembers(announced("2026-12-01T22:00:00Z", declaredOpening))).Obj(), "2026-12-01T23:00:00Z", "", ""},
		"another was announced":     {build.MakeCampaign("c").With(remembers(announced("2026-12-09T23:00:00Z", civil("2026-12-09", "Europe/Rome")))).Obj(), "2026-12-01T23:00:00Z", "", ""},
		"postponed and moved back":  {build.MakeCampaign("c").With(remembers(announced("2026-12-02T00:00:00Z", declaredOpening), announced("2026-12-09T23:00:00Z", civil("2026-12-09", "Europe/Rome")))).Obj(), "2026-12-02T00:00:00Z", "", ""},
		"opened by an older clock":  {build.MakeCampaign("c").With(opened("2026-12-01T22:00:00Z")).Obj(), "2026-12-01T22:00:00Z", "", ""},
		"the zone is said by habit": {build.MakeCampaign("c").Zone("Europe/Rome").With(remembers(announced("2026-12-02T00:00:00Z", declaredOpening))).Obj(), "2026-12-02T00:00:00Z", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := declared.Resolve(test.campaign, rome)
			if test.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), test.err) {
					t.Errorf("got %v, want %s…", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !got.OpensAt.Equal(at(test.opens)) || got.OpensAt.Location() != time.UTC {
				t.Errorf("opens: got %v, want %s", got.OpensAt, test.opens)
			}
			if (test.closes == "") != got.ClosesAt.IsZero() || (test.closes != "" && !got.ClosesAt.Equal(at(test.closes))) {
				t.Errorf("closes: got %v, want %q", got.ClosesAt, test.closes)
			}
			if got.Opening.TimeZone == "" || got.Words == "" || got.Held {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func opened(opensAt string) func(*v1alpha1.Campaign) {
	return func(c *v1alpha1.Campaign) {
		c.Status.OpensAt, c.Status.OpenedAt = &metav1.Time{Time: at(opensAt)}, &metav1.Time{Time: at(opensAt)}
	}
}

// TestInForce: what was announced counts as long as nothing better is known.
func TestInForce(t *testing.T) {
	first := announced("2026-12-01T23:00:00Z", civil("2026-12-01", "Europe/Rome"))
	closes := func(c *v1alpha1.Campaign) { c.Status.ClosesAt = &metav1.Time{Time: at("2026-12-20T23:00:00Z")} }
	for name, test := range map[string]struct {
		campaign *v1alpha1.Campaign
		opens    string
		closes   bool
		held     bool
	}{
		"resolved":                     {build.MakeCampaign("c").Obj(), "2026-12-01T23:00:00Z", false, false},
		"never announced":              {build.MakeCampaign("c").Opens("2026-02-30", "24:00").Obj(), "", false, false},
		"another declared, unreadable": {build.MakeCampaign("c").Opens("2026-02-30", "24:00").With(remembers(first)).Obj(), "2026-12-01T23:00:00Z", false, true},
		"only the closing is wrong":    {build.MakeCampaign("c").Closes("2026-02-30", "24:00").With(remembers(first)).With(closes).Obj(), "2026-12-01T23:00:00Z", true, false},
		"a zone that is gone": {build.MakeCampaign("c").Zone("Europe/Roma").With(remembers(announced("2026-12-01T23:00:00Z", civil("2026-12-01", "Europe/Roma")))).Obj(),
			"2026-12-01T23:00:00Z", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := declared.InForce(test.campaign, rome)
			if test.opens == "" {
				if err == nil {
					t.Errorf("got %+v, want none", got)
				}
				return
			}
			if err != nil || !got.OpensAt.Equal(at(test.opens)) || got.Held != test.held || got.ClosesAt.IsZero() == test.closes {
				t.Errorf("got %+v, %v, want %s, held %v", got, err, test.opens, test.held)
			}
		})
	}
}

func TestAnnounce(t *testing.T) {
	now := at("2026-11-20T09:00:00.5Z")
	resolved := declared.Resolved{OpensAt: midnight, Opening: civil("2026-12-01", "Europe/Rome")}
	memory := declared.Announce(nil, resolved, now)
	if len(memory) != 1 || !memory[0].OpensAt.Time.Equal(midnight) || !memory[0].Since.Time.Equal(at("2026-11-20T09:00:00Z")) {
		t.Fatalf("first: got %+v", memory)
	}
	if again := declared.Announce(memory, resolved, now.Add(time.Hour)); len(again) != 1 || !again[0].Since.Equal(memory[0].Since) {
		t.Errorf("again: got %+v, want what was there", again)
	}

	for day := 2; day <= 12; day++ {
		before := fmt.Sprint(memory)
		memory2 := declared.Announce(memory, declared.Resolved{
			OpensAt: midnight.AddDate(0, 0, day), Opening: civil(fmt.Sprintf("2026-12-%02d", day), "Europe/Rome"),
		}, now)
		if fmt.Sprint(memory) != before {
			t.Fatal("the memory that was read has changed")
		}
		memory = memory2
	}
	if len(memory) != 8 || memory[7].Opening.Date != "2026-12-12" || memory[0].Opening.Date != "2026-12-05" {
		t.Errorf("got %+v, want the newest eight", memory)
	}

	// The same words, another instant: the zone database has changed.
	moved := declared.Resolved{OpensAt: memory[7].OpensAt.Add(time.Hour), Opening: civil("2026-12-12", memory[7].Opening.TimeZone)}
	if got := declared.Announce(memory, moved, now); !got[7].OpensAt.Time.Equal(moved.OpensAt) || !got[6].OpensAt.Equal(memory[7].OpensAt) {
		t.Errorf("got %+v, want both instants", got)
	}
}

func TestAnnouncedSince(t *testing.T) {
	resolved := declared.Resolved{OpensAt: midnight, Opening: civil("2026-12-01", "Europe/Rome")}
	campaign := build.MakeCampaign("c").Obj()
	if got := declared.AnnouncedSince(campaign, resolved); !got.IsZero() {
		t.Errorf("never announced: got %v", got)
	}
	campaign.Status.Announced = declared.Announce(nil, resolved, at("2026-11-20T09:00:00Z"))
	campaign.Status.Announced = declared.Announce(campaign.Status.Announced, declared.Resolved{OpensAt: midnight.AddDate(0, 0, 1)}, at("2026-11-21T09:00:00Z"))
	campaign.Status.Announced = declared.Announce(campaign.Status.Announced, resolved, at("2026-11-22T09:00:00Z"))
	if got, want := declared.AnnouncedSince(campaign, resolved), at("2026-11-22T09:00:00Z"); !got.Equal(want) {
		t.Errorf("postponed and moved back: got %v, want %v", got, want)
	}
}
