/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feasibility_test

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/test/build"
)

const early = "2026-11-20T09:00:00Z"

// band of people of five years of birth.
func band(name string, people int64) *build.CampaignBuilder {
	return build.MakeCampaign(name).Born("1946-01-01", "1950-12-31").Expects(people).Through("web", 100)
}

func region(platform *build.PlatformBuilder, channels []*build.ChannelBuilder, campaigns ...*build.CampaignBuilder) declared.Set {
	set := declared.Set{Platform: platform.Obj()}
	for _, c := range channels {
		set.Channels = append(set.Channels, *c.Obj())
	}
	for _, c := range campaigns {
		set.Campaigns = append(set.Campaigns, *c.Obj())
	}
	return set
}

// firstOf is the case of the first campaign.
func firstOf(t *testing.T, set declared.Set) feasibility.Case {
	t.Helper()
	of, err := feasibility.NewCase(set, &set.Campaigns[0], plan.Launches(set.Input(at(early))), at(early))
	if err != nil {
		t.Fatal(err)
	}
	return of
}

func web(most int32) []*build.ChannelBuilder {
	return []*build.ChannelBuilder{build.MakeChannel("web").Between(2, most)}
}

// 410,000 people bring 410,000 × 10 % × (5/60)^0.393 = 15,437 inside in five
// minutes, who send 30 requests each in 300 s: 1,544 requests/s, or 56 replicas
// of 28 requests/s.
func TestCappedInPeoplesTerms(t *testing.T) {
	const (
		cut         = "web needs 56 replicas but maxReplicas is 30, so 704 of 1,544 requests/s are too many, and about 7,037 of 15,437 people in the first 5 minutes find it full: "
		raise       = "raise spec.scaling.maxReplicas of BookingChannel web to at least 56"
		split       = ", or split the band into 2 openings that fit: born 1946-01-01 to 1948-07-01 (205,000 people) on 2026-12-01 at 24:00, born 1948-07-02 to 1950-12-31 (205,000 people) on 2026-12-02 at 24:00"
		short       = "web needs 56 replicas but its share of the store's 150 connections allows 31, so 676 of 1,544 requests/s are too many, and about 6,757 of 15,437 people in the first 5 minutes find it full: "
		connections = "raise spec.database.maxConnections of BookingPlatform lazio to at least 248" // 57 × 4 + 20
	)
	lazio := build.MakePlatform("lazio")
	phone := []*build.ChannelBuilder{build.MakeChannel("phone").Desk(80, 200).Between(2, 5)}
	callers := build.MakeCampaign("old").Expects(410_000).Through("phone", 100)
	everyone := build.MakeCampaign("all").Expects(410_000).Through("web", 100)
	for name, test := range map[string]struct {
		set  declared.Set
		want string
	}{
		"by maxReplicas":     {region(lazio, web(30), band("old", 410_000)), "Capped " + cut + raise + split},
		"by the store":       {region(build.MakePlatform("lazio").Connections(150), web(200), band("old", 410_000)), "ConnectionsShort " + short + connections + split},
		"by both":            {region(build.MakePlatform("lazio").Connections(150), web(40), band("old", 410_000)), "Capped " + short + raise + ", " + connections + split},
		"a campaign for all": {region(lazio, web(30), everyone), "Capped " + cut + raise + ", or split the band into 2 openings that fit: 205,000 people on 2026-12-01 at 24:00, 205,000 people on 2026-12-02 at 24:00"},
		"agents without a place": {region(lazio, phone, callers),
			"Capped phone needs 8 replicas but maxReplicas is 5, so about 30 of its 80 agents cannot sign in: raise spec.scaling.maxReplicas of BookingChannel phone to at least 8"},
	} {
		t.Run(name, func(t *testing.T) {
			of := firstOf(t, test.set)
			if v := of.Verdict(); v.Reason+" "+v.Message != test.want {
				t.Errorf("got  %s %s\nwant %s", v.Reason, v.Message, test.want)
			}
		})
	}
}

// What is suggested fits, is the fewest openings that do, and leaves nobody out.
func TestSplitFits(t *testing.T) {
	lazio := build.MakePlatform("lazio")
	narrow := build.MakeCampaign("a day").Born("1946-01-01", "1946-01-01").Expects(410_000).Through("web", 100)
	for name, test := range map[string]struct {
		set    declared.Set
		nights int
		first  v1alpha1.Date
	}{
		"a half fits":                     {region(lazio, web(30), band("old", 410_000)), 2, "2026-12-01"},
		"a tenth fits":                    {region(lazio, web(6), band("old", 410_000)), 10, "2026-12-01"},
		"another band takes most of it":   {region(lazio, web(40), band("old", 410_000), band("young", 150_000)), 3, "2026-12-01"},
		"another band takes all of it":    {region(lazio, web(40), band("old", 410_000), band("young", 370_000)), 2, "2026-12-02"},
		"another night is enough":         {region(lazio, web(40), band("old", 200_000), band("young", 370_000)), 1, "2026-12-02"},
		"the store is too small":          {region(build.MakePlatform("lazio").Connections(150), web(200), band("old", 410_000)), 2, "2026-12-01"},
		"a month of nights does not do":   {region(lazio, web(2), band("old", 41_000_000)), 0, ""},
		"a day of births cannot be split": {region(lazio, web(30), narrow), 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			of := firstOf(t, test.set)
			parts := of.Split()
			if len(parts) != test.nights {
				t.Fatalf("got %d openings %v, want %d", len(parts), parts, test.nights)
			}
			if test.nights == 0 {
				return
			}
			if parts[0].Opening.Date != test.first {
				t.Errorf("the first opening is on %s, want %s", parts[0].Opening.Date, test.first)
			}
			holdsAll(t, test.set, parts)
		})
	}
}

// holdsAll declares the parts as campaigns, and asks for a verdict on each.
func holdsAll(t *testing.T, set declared.Set, parts []feasibility.Part) {
	t.Helper()
	whole := set.Campaigns[0]
	next, people := whole.Spec.AgeBand.BornFrom, int64(0)
	set.Campaigns = set.Campaigns[1:]
	for _, part := range parts {
		one := whole.DeepCopy()
		one.Name = "born-" + string(part.AgeBand.BornFrom)
		one.Spec.AgeBand, one.Spec.Opening, one.Spec.Forecast.EligiblePeople = part.AgeBand, part.Opening, part.People
		set.Campaigns = append(set.Campaigns, *one)
		if part.AgeBand.BornFrom != next {
			t.Errorf("%v does not begin on %s", part, next)
		}
		last, err := time.Parse(time.DateOnly, string(part.AgeBand.BornTo))
		if err != nil {
			t.Fatal(err)
		}
		next, people = v1alpha1.Date(last.AddDate(0, 0, 1).Format(time.DateOnly)), people+part.People
	}
	if people != whole.Spec.Forecast.EligiblePeople || parts[len(parts)-1].AgeBand.BornTo != whole.Spec.AgeBand.BornTo {
		t.Errorf("the parts %v hold %d people, want all %d", parts, people, whole.Spec.Forecast.EligiblePeople)
	}
	launches := plan.Launches(set.Input(at(early)))
	for i := range set.Campaigns {
		of, err := feasibility.NewCase(set, &set.Campaigns[i], launches, at(early))
		if err != nil {
			t.Fatal(err)
		}
		if v := of.Verdict(); strings.HasPrefix(set.Campaigns[i].Name, "born-") && v.Status != metav1.ConditionTrue {
			t.Errorf("%s: %s", set.Campaigns[i].Name, v.Message)
		}
	}
}

// Two bands of which each fits alone are two nights.
func TestAnotherNightIsNamedToo(t *testing.T) {
	of := firstOf(t, region(build.MakePlatform("lazio"), web(60), band("old", 410_000), band("young", 370_000)))
	const want = ", or open all of it on 2026-12-02 at 24:00, where it fits"
	if v := of.Verdict(); !strings.Contains(v.Message, "split the band into ") || !strings.HasSuffix(v.Message, want) {
		t.Errorf("got %s, want a split and at last %s", v.Message, want)
	}
}
