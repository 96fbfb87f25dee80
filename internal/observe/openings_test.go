/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var (
	first  = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	second = time.Date(2026, 12, 2, 23, 0, 0, 0, time.UTC)
)

// announced adds an announced opening, with its instant and its civil date.
func announced(at time.Time, date string) func(*v1alpha1.Campaign) {
	return func(c *v1alpha1.Campaign) {
		c.Status.Announced = append(c.Status.Announced, v1alpha1.AnnouncedOpening{
			OpensAt: &metav1.Time{Time: at},
			Opening: v1alpha1.AnnouncedTime{Date: date, Time: "24:00", TimeZone: "Europe/Rome"},
			Since:   &metav1.Time{Time: first.AddDate(0, -1, 0)},
		})
	}
}

func TestOpenings(t *testing.T) {
	campaign := func() client.Object { return &v1alpha1.Campaign{} }
	for name, test := range map[string]struct {
		kind    func() client.Object
		request string
		want    []time.Time
	}{
		"a campaign that nobody has looked at":    {campaign, "new", []time.Time{first}},
		"a campaign that was announced":           {campaign, "known", []time.Time{second}},
		"a campaign that was moved":               {campaign, "moved", []time.Time{first, second}},
		"a campaign that has just been moved":     {campaign, "moving", []time.Time{first, second}},
		"a campaign whose platform is missing":    {campaign, "lost", nil},
		"a campaign that cannot be resolved":      {campaign, "wrong", nil},
		"a campaign that is far away, and new":    {campaign, "later", nil},
		"a campaign that is far away":             {campaign, "much-later", nil},
		"a campaign that is gone":                 {campaign, "gone", nil},
		"a platform":                              {func() client.Object { return &v1alpha1.BookingPlatform{} }, "lazio", []time.Time{second, first, second, first, second, first}},
		"a channel":                               {func() client.Object { return &v1alpha1.BookingChannel{} }, "web", []time.Time{second, first, second, first, second, first}},
		"a hub of a platform without campaigns":   {func() client.Object { return &v1alpha1.VaccinationHub{} }, "fiera", nil},
		"a platform that campaigns wait for only": {func() client.Object { return &v1alpha1.BookingPlatform{} }, "umbria", nil},
	} {
		t.Run(name, func(t *testing.T) {
			reader := reader(
				build.MakePlatform("lazio").Obj(), build.MakePlatform("molise").Obj(),
				build.MakeChannel("web").Obj(), build.MakeHub("fiera").Of("molise").Obj(),
				build.MakeCampaign("new").Obj(),
				build.MakeCampaign("known").Opens("2026-12-02", "24:00").With(announced(second, "2026-12-02")).Obj(),
				build.MakeCampaign("moved").Opens("2026-12-02", "24:00").
					With(announced(first, "2026-12-01")).With(announced(second, "2026-12-02")).Obj(),
				build.MakeCampaign("moving").Opens("2026-12-02", "24:00").With(announced(first, "2026-12-01")).Obj(),
				build.MakeCampaign("later").Opens("2026-12-08", "24:00").Obj(),
				build.MakeCampaign("much-later").Opens("2026-12-20", "24:00").With(announced(first.AddDate(0, 0, 19), "2026-12-20")).Obj(),
				build.MakeCampaign("wrong").Opens("2026-02-30", "24:00").Obj(),
				build.MakeCampaign("lost").Of("umbria").Obj(),
			)
			request := reconcile.Request{NamespacedName: types.NamespacedName{Namespace: build.Namespace, Name: test.request}}
			got := observe.Openings(reader, test.kind)(request, first)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

// reader finds objects by name and by platform, as the cache does.
func reader(objects ...client.Object) client.Reader {
	byPlatform := func(o client.Object) []string { return []string{declared.PlatformOf(o)} }
	return fake.NewClientBuilder().WithScheme(testenv.Scheme()).WithObjects(objects...).
		WithIndex(&v1alpha1.Campaign{}, observe.ByPlatform, byPlatform).Build()
}
