/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// TestEveryPage goes through all pages in all their states.
func TestEveryPage(t *testing.T) {
	inEveryView(t, func(t *testing.T, n int, sees view) {
		yesterday := time.Now().AddDate(0, 0, -1)
		s := newSite(t, makeCatalog(t, yesterday, makeCampaign(t, "born-1986-1990", "1986-01-01", "1990-12-31", yesterday)))
		home := s.open(sees.theme)
		v := &visitor{
			window: newWindow(t, home, look{width: sees.width}), view: sees,
			site: s, home: home, code: fmt.Sprintf("STP%013d", 100+n),
		}
		v.starts()
		v.finds()
		v.holds()
		v.books()
		v.changes()
	})
}

// visitor is somebody who gets everything wrong once.
type visitor struct {
	*window
	view
	site       *site
	home, code string
}

func (v *visitor) page(path string) string { return v.home + "/" + v.language + path }

// starts is the first page at all times, and what stands in for pages.
func (v *visitor) starts() {
	t := v.site.t
	for name, in := range map[string]fixed{
		"start-before": atMidnight(t, 90*time.Second), "start-days-before": atMidnight(t, 50*time.Hour), "start-after": atMidnight(t, -time.Minute), "no-catalog": {now: time.Now()},
	} {
		home := v.site.serve(v.theme, in)
		v.mayAsk(home).open(home + "/" + v.language + "/").check(name)
	}
}

func (v *visitor) finds() {
	v.open(v.page("/nowhere")).check("nowhere")
	v.open(v.page("/")).check("start")
	v.follow(`a[href$="/find"]`).check("find")
	v.write("place", "Atlantis").send("/find").check("find-wrong")
	v.choose("#campaign").write("place", "Rieti").nextWeek()
	v.site.clerk.set(map[string]error{"find nothing": errors.New("nothing")})
	v.send("/find").check("places-none")
	v.site.clerk.set(map[string]error{"find": booking.OverloadFull})
	v.open(v.page("/places")).check("crowded")
	v.site.clerk.set(nil)
	v.open(v.page("/places")).check("places").send("/places").check("places-wrong")
	v.choose("#offer-1").send("/places").check("person")
	v.write("identifier", v.code[:15]).write("email", "x").write("phone", "x").send("/person").check("person-wrong")
	v.write("identifier", v.code).write("email", "someone@example.org").write("phone", "06 12345678").send("/person").check("person-born")
	v.write("born", "1").write("born-month", "12").write("born-year", "1970").send("/person").check("not-eligible")
	v.open(v.page("/person")).write("identifier", v.code).send("/person")
	v.write("born", "1").write("born-month", "12").write("born-year", "1983").write("email", "someone@example.org")
}

func (v *visitor) holds() {
	v.site.clerk.set(map[string]error{"hold": &booking.Refusal{Outcome: booking.NoPlace, Dose: 2}})
	v.send("/person").check("taken")
	v.site.clerk.set(nil)
	v.choose("#offer").send("/places").at("/" + v.language + "/hold").check("hold")
	v.pass(8*time.Minute + 10*time.Second).until("document.querySelector('[data-warning] p') !== null").check("hold-warned")
	v.pass(3 * time.Minute).until("document.querySelector('[data-over] p') !== null").check("hold-over")
	v.send("/hold/extend").check("hold-extended")
	v.site.clerk.set(map[string]error{"confirm": errors.New("dial the database: connection refused")})
	v.send("/hold/confirm").check("hold-away")
	v.site.clerk.set(map[string]error{"confirm": &booking.Refusal{Outcome: booking.Expired}})
	v.send("/hold/confirm").check("lapsed")
	v.site.clerk.set(nil)
	v.follow(`a[href$="/places"]`).choose("#offer-2").send("/places").at("/" + v.language + "/hold")
}

// number reads the booking's number from the page.
func (v *visitor) number() string { return v.read(".number") }

func (v *visitor) books() {
	v.send("/hold/confirm").at("/" + v.language + "/done").check("done")
	number := v.number()
	v.open(v.page("/manage")).check("manage")
	v.write("number", "7K3M").write("identifier", v.code).send("/manage").check("manage-wrong")
	v.write("number", "7K3M-Q9TX-4B2Z").send("/manage").check("manage-unknown")
	v.write("number", number).send("/manage").at("/" + v.language + "/booking").check("booking")
}

func (v *visitor) changes() {
	v.send("/booking/move").check("move-find").send("/move").check("move-places")
	v.choose("#offer-1").send("/places").at("/" + v.language + "/done").check("moved")
	v.open(v.page("/booking/cancel")).check("cancel").send("/booking/cancel").check("cancelled")
	v.open(v.page("/manage"))
	v.run(chromedp.SetAttributeValue(chromedp.CSS("input[name=journey]"), "value", "forged"))
	v.send("/manage").check("too-old")
}
