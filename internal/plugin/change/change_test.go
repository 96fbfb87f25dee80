/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/golden"
)

// evening is half past eleven before the midnight that ends 1 December, in Rome.
const evening = "2026-12-01T22:31:07Z"

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err) // a mistake in the test
	}
	return t
}

// over80 opens at the midnight that ends 1 December and was announced in November.
func over80() *build.CampaignBuilder {
	return build.MakeCampaign("over-80").Expects(410_000).Through("web", 62).Through("app", 38).
		With(func(c *v1alpha1.Campaign) { announce(c, "2026-11-20T09:00:00Z") })
}

func announce(c *v1alpha1.Campaign, since string) {
	opening := c.Spec.Opening
	opening.TimeZone = "Europe/Rome"
	opens := at("2026-12-01T23:00:00Z")
	c.Status.Announced = []v1alpha1.AnnouncedOpening{{OpensAt: &metav1.Time{Time: opens}, Opening: declared.AsAnnounced(opening), Since: &metav1.Time{Time: at(since)}}}
	c.Status.OpensAt = &metav1.Time{Time: opens}
}

func lazio(campaigns ...*v1alpha1.Campaign) declared.Set {
	set := declared.Set{Platform: build.MakePlatform(build.Platform).Obj(), Channels: []v1alpha1.BookingChannel{
		*build.MakeChannel("web").Obj(), *build.MakeChannel("app").Between(2, 40).Obj(),
	}}
	for _, c := range campaigns {
		set.Campaigns = append(set.Campaigns, *c)
	}
	return set
}

func TestRefusals(t *testing.T) {
	opened := func(c *v1alpha1.Campaign) { c.Status.OpenedAt = c.Status.OpensAt }
	tests := map[string]struct {
		campaign *build.CampaignBuilder
		request  Request
		now      string
		want     string
	}{
		"postponed to an earlier instant":                          {over80(), Request{Postpone, "x", "2026-12-01 22:00"}, evening, "is earlier than the announced opening"},
		"postponed to the same instant, written otherwise":         {over80(), Request{Postpone, "x", "2026-12-02 00:00"}, evening, "already opens then"},
		"postponed after it has opened":                            {over80().With(opened), Request{Postpone, "x", "2026-12-02 24:00"}, "2026-12-01T23:10:00Z", "kubectl mezzanotte pause over-80"},
		"postponed when the clock has come and the status has not": {over80(), Request{Postpone, "x", "2026-12-02 24:00"}, "2026-12-01T23:00:00Z", "has opened"},
		"postponed into the past, while held":                      {over80().Paused("later"), Request{Postpone, "x", "2026-12-02 02:00"}, "2026-12-02T12:00:00Z", "is over"},
		"postponed past its closing":                               {over80().Closes("2026-12-02", "12:00"), Request{Postpone, "x", "2026-12-02 24:00"}, evening, "spec.closing"},
		"postponed without a reason":                               {over80(), Request{Postpone, "", "2026-12-02 24:00"}, evening, "--reason is empty"},
		"postponed to nothing":                                     {over80(), Request{Postpone, "x", ""}, evening, `--to: "" is not a time`},
		"postponed to a day":                                       {over80(), Request{Postpone, "x", "2026-12-02"}, evening, "write a day and a time"},
		"postponed to no such day":                                 {over80(), Request{Postpone, "x", "2026-02-30 24:00"}, "2026-01-01T00:00:00Z", "does not exist"},
		"postponed to 25 o'clock":                                  {over80(), Request{Postpone, "x", "2026-12-02 25:00"}, evening, "after the day has ended"},
		"postponed to a second":                                    {over80(), Request{Postpone, "x", "2026-12-02T12:00:01Z"}, evening, "whole minute"},
		"paused without a reason":                                  {over80(), Request{Pause, "", ""}, evening, "--reason is empty"},
		"paused twice for one reason":                              {over80().Paused("x"), Request{Pause, "x", ""}, evening, "is already paused for this reason"},
		"paused with an escape":                                    {over80(), Request{Pause, "\x1b[2J", ""}, evening, "one line of plain text"},
		"paused with two lines":                                    {over80(), Request{Pause, "a\nb", ""}, evening, "one line of plain text"},
		"paused with an essay":                                     {over80(), Request{Pause, strings.Repeat("é", 513), ""}, evening, "has 513 characters"},
		"paused after its closing":                                 {over80().Closes("2026-12-02", "12:00").With(opened), Request{Pause, "x", ""}, "2026-12-02T11:00:00Z", "has closed"},
		"resumed without a pause":                                  {over80(), Request{Resume, "", ""}, evening, "is not paused"},
		"of a campaign that never opens":                           {build.MakeCampaign("over-80").Opens("2026-12-01", "25:00"), Request{Pause, "x", ""}, evening, "no opening in force"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := test.campaign.Obj()
			_, err := test.request.On(lazio(c), c, at(test.now))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestPostponedTo(t *testing.T) {
	tests := map[string]struct {
		to, zone  string
		want      v1alpha1.CivilTime
		wantOpens string
	}{
		"the midnight that ends a day": {to: "2026-12-02 24:00", want: v1alpha1.CivilTime{Date: "2026-12-02", Time: "24:00"}, wantOpens: "2026-12-02T23:00:00Z"},
		"the midnight that begins one": {to: "2026-12-03 00:00", want: v1alpha1.CivilTime{Date: "2026-12-03", Time: "00:00"}, wantOpens: "2026-12-02T23:00:00Z"},
		"an exact instant":             {to: "2026-12-03T00:00:00+01:00", want: v1alpha1.CivilTime{Date: "2026-12-03", Time: "00:00"}, wantOpens: "2026-12-02T23:00:00Z"},
		"an exact instant in UTC":      {to: "2026-12-02T23:00:00Z", want: v1alpha1.CivilTime{Date: "2026-12-03", Time: "00:00"}, wantOpens: "2026-12-02T23:00:00Z"},
		"with spaces around":           {to: "  2026-12-02   12:30 ", want: v1alpha1.CivilTime{Date: "2026-12-02", Time: "12:30"}, wantOpens: "2026-12-02T11:30:00Z"},
		"a minute later":               {to: "2026-12-02 00:01", want: v1alpha1.CivilTime{Date: "2026-12-02", Time: "00:01"}, wantOpens: "2026-12-01T23:01:00Z"},
		"in a zone of its own":         {to: "2026-12-02 24:00", zone: "Europe/London", want: v1alpha1.CivilTime{Date: "2026-12-02", Time: "24:00", TimeZone: "Europe/London"}, wantOpens: "2026-12-03T00:00:00Z"},
		"in the hour that is skipped":  {to: "2027-03-28 02:30", want: v1alpha1.CivilTime{Date: "2027-03-28", Time: "02:30"}, wantOpens: "2027-03-28T01:00:00Z"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := build.MakeCampaign("over-80").Zone(test.zone).Obj()
			got, err := Request{Postpone, "x", test.to}.On(lazio(c), c, at(evening))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.After.Spec.Opening); diff != "" {
				t.Errorf("spec.opening, want (-), got (+):\n%s", diff)
			}
			if !got.To.OpensAt.Equal(at(test.wantOpens)) {
				t.Errorf("opens at %s, want %s", got.To.OpensAt, test.wantOpens)
			}
		})
	}
}

// TestTheSecondOfTwoTimesIsNotAnnounced: when clocks go back, 02:30 comes twice.
func TestTheSecondOfTwoTimesIsNotAnnounced(t *testing.T) {
	c := build.MakeCampaign("over-80").Opens("2026-10-24", "24:00").Obj()
	if _, err := (Request{Postpone, "x", "2026-10-25T02:30:00+01:00"}).On(lazio(c), c, at("2026-10-01T00:00:00Z")); err == nil || !strings.Contains(err.Error(), "second of two equal times") {
		t.Errorf("the second 02:30: got %v", err)
	}
	if _, err := (Request{Postpone, "x", "2026-10-25T02:30:00+02:00"}).On(lazio(c), c, at("2026-10-01T00:00:00Z")); err != nil {
		t.Errorf("the first 02:30: got %v", err)
	}
}

func TestEffects(t *testing.T) {
	another := build.MakeCampaign("over-70").Opens("2026-12-02", "24:00").Expects(600_000).Through("web", 62).Through("app", 38).Obj()
	opened := func(c *v1alpha1.Campaign) { c.Status.OpenedAt = c.Status.OpensAt }
	paused := func(from string) func(c *v1alpha1.Campaign) {
		return func(c *v1alpha1.Campaign) {
			c.Status.Pauses = []v1alpha1.PausedSpan{{From: &metav1.Time{Time: at(from)}}}
		}
	}
	tests := map[string]struct {
		set     declared.Set
		request Request
		now     string
	}{
		"postponed by a day, days before":           {lazio(over80().Obj()), Request{Postpone, "No doses have come.", "2026-12-02 24:00"}, "2026-11-25T12:00:00Z"},
		"postponed by a day, in the ramp":           {lazio(over80().Obj()), Request{Postpone, "The registry is down.", "2026-12-02 24:00"}, "2026-12-01T22:43:00Z"},
		"postponed by half an hour, seconds before": {lazio(over80().Obj()), Request{Postpone, "The registry is down.", "2026-12-02 00:30"}, "2026-12-01T22:59:20Z"},
		"postponed while held, just after":          {lazio(over80().Paused("x").With(paused("2026-12-01T22:00:00Z")).Obj()), Request{Postpone, "No doses have come.", "2026-12-02 24:00"}, "2026-12-01T23:10:00Z"},
		"postponed onto another opening":            {lazio(over80().Obj(), another), Request{Postpone, "No doses have come.", "2026-12-02 24:00"}, "2026-11-25T12:00:00Z"},
		"postponed without a forecast":              {lazio(build.MakeCampaign("over-80").Obj()), Request{Postpone, "No doses have come.", "2026-12-02 24:00"}, "2026-11-25T12:00:00Z"},
		"postponed against a pipeline":              {lazio(over80().With(managed("argocd-controller", `{"f:spec":{"f:opening":{"f:date":{}}}}`)).Obj()), Request{Postpone, "No doses have come.", "2026-12-02 24:00"}, "2026-11-25T12:00:00Z"},
		"paused before":                             {lazio(over80().Obj()), Request{Pause, "The registry is down.", ""}, evening},
		"paused seconds before":                     {lazio(over80().Obj()), Request{Pause, "The registry is down.", ""}, "2026-12-01T22:57:30Z"},
		"paused after":                              {lazio(over80().With(opened).Obj()), Request{Pause, "The registry is down.", ""}, "2026-12-01T23:10:00Z"},
		"resumed before":                            {lazio(over80().Paused("x").With(paused("2026-12-01T22:00:00Z")).Obj()), Request{Resume, "", ""}, evening},
		"resumed too late":                          {lazio(over80().Paused("x").With(paused("2026-12-01T22:00:00Z")).Obj()), Request{Resume, "It is back.", ""}, "2026-12-01T23:10:00Z"},
		"resumed after":                             {lazio(over80().Paused("x").With(opened).With(paused("2026-12-01T23:10:00Z")).Obj()), Request{Resume, "It is back.", ""}, "2026-12-01T23:40:00Z"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := test.set.Campaigns[0].DeepCopy()
			got, err := test.request.On(test.set, &test.set.Campaigns[0], at(test.now))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, &test.set.Campaigns[0]); diff != "" {
				t.Errorf("what was given has changed:\n%s", diff)
			}
			golden.Check(t, name+".txt",
				strings.Join(got.Effect(), "\n")+"\n\n"+got.Record("alice@example.org")+"\n")
		})
	}
}

// managed records a manager as the owner of fields.
func managed(manager, fields string) func(c *v1alpha1.Campaign) {
	return func(c *v1alpha1.Campaign) {
		c.ManagedFields = append(c.ManagedFields, metav1.ManagedFieldsEntry{Manager: manager, FieldsV1: metav1.NewFieldsV1(fields)})
	}
}

func TestOwners(t *testing.T) {
	c := over80().
		With(managed("kubectl-client-side-apply", `{"f:spec":{"f:opening":{}}}`)).
		With(managed("argocd-controller", `{"f:spec":{"f:opening":{"f:time":{}},"f:service":{}}}`)).
		With(managed("flux", `{"f:spec":{"f:pause":{"f:reason":{}}}}`)).
		With(managed("labeller", `{"f:metadata":{"f:labels":{}}}`)).Obj()
	tests := map[Verb][]string{Postpone: {"argocd-controller"}, Pause: {"flux"}}
	for verb, want := range tests {
		change, err := Request{verb, "x", "2026-12-02 24:00"}.On(lazio(c), c, at(evening))
		if err != nil {
			t.Fatal(err)
		}
		got, err := change.Owners()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s (%v), want (-), got (+):\n%s", verb, err, diff)
		}
	}
	broken := over80().With(managed("odd", `{`)).Obj()
	change, err := Request{Pause, "x", ""}.On(lazio(broken), broken, at(evening))
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(change.Effect(), "\n"); !strings.Contains(text, "cannot read who else writes") {
		t.Errorf("nothing is said of unreadable fields:\n%s", text)
	}
}
