/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestAppEveryView goes through all views in all their states.
func TestAppEveryView(t *testing.T) {
	inEveryView(t, func(t *testing.T, n int, v view) {
		yesterday := time.Now().AddDate(0, 0, -1)
		s := newAppSite(t, makeCatalog(t, yesterday, makeCampaign(t, "born-1986-1990", "1986-01-01", "1990-12-31", yesterday)), v.theme)
		u := &user{device: newDevice(t, s, look{width: v.width}, v.language), language: v.language, code: fmt.Sprintf("STP%013d", 500+n)}
		u.starts(v.theme)
		u.finds()
		u.holds()
		u.books()
		u.changes()
		u.loses()
	})
}

// user is somebody who gets everything wrong once.
type user struct {
	*device
	language, code string
}

// starts is the first view at all times.
func (u *user) starts(theme string) {
	u.check("start")
	for name, in := range map[string]fixed{
		"start-before": atMidnight(u.t, 90*time.Second), "start-days-before": atMidnight(u.t, 50*time.Hour), "start-after": atMidnight(u.t, -time.Minute), "no-catalog": {now: time.Now()},
	} {
		other := httptest.NewServer(u.app.version(theme, in))
		u.t.Cleanup(other.Close)
		u.mayAsk(other.URL).open(other.URL + "/" + u.language + "/")
		u.on("start").check(name)
	}
	u.open(u.app.home + "/" + u.language + "/nowhere").check("nowhere")
	u.open(u.app.home + "/" + u.language + "/")
	u.on("start")
}

func (u *user) finds() {
	const empty = `{"resourceType": "Bundle", "type": "searchset", "total": 0}`
	u.press(`a[href="#/find"]`, "find").check("find").write("place", "Atlantis")
	u.send("find", "find").check("find-wrong").choose("#campaign").write("place", "Rieti").nextWeek()
	u.app.next("$find", answer{status: 200, body: empty})
	u.send("find", "places").check("places-none")
	u.app.next("$find", answer{status: 503, code: "overloaded", text: "Moltissime persone.", after: 60})
	u.press(`a[href="#/find"]`, "find").send("find", "failed").check("crowded")
	u.press(`.actions a`, "places").check("places")
	u.send("places", "places").check("places-wrong").choose("#offer-1")
	u.send("places", "person").check("person").write("identifier", u.code[:15]).write("email", "x").write("phone", "x")
	u.send("person", "person").check("person-wrong").write("email", "someone@example.org").write("phone", "06 12345678")
	u.send("person", "person").check("person-code").write("identifier", u.code)
	u.send("person", "person").check("person-born").write("born", "1").write("born-month", "12").write("born-year", "1970")
	u.send("person", "person").check("not-eligible")
	if text, want := u.read(".summary"), map[string]string{"it": "data di nascita", "en": "birth date"}[u.language]; !strings.Contains(text, want) {
		u.t.Errorf("the server's refusal is told as %q", text)
	}
	u.write("born-year", "1983")
}

func (u *user) holds() {
	u.app.next("$hold", answer{status: 409, code: "no-place", text: "Dose 2: non ci sono più posti."})
	u.send("person", "places").check("taken").choose("#offer")
	u.send("places", "person").send("person", "hold").check("hold")
	u.pass(8*time.Minute + 10*time.Second).until("document.querySelector('[data-warning] p') !== null").check("hold-warned")
	u.pass(3 * time.Minute).until("document.querySelector('[data-over] p') !== null").check("hold-over")
	u.send("extend", "hold").check("hold-extended")
	u.app.next("$book", answer{status: 503, code: "overloaded", text: "Moltissime persone.", after: 60})
	u.send("confirm", "hold").check("hold-away")
	u.app.next("$book", answer{status: 410, code: "hold-expired", text: "Il tempo è scaduto."})
	u.send("confirm", "lapsed").check("lapsed")
	u.press(`a[href="#/places"]`, "places").choose("#offer-2")
	u.send("places", "person").send("person", "hold")
}

func (u *user) books() {
	u.send("confirm", "done").check("done")
	number := u.read(".number")
	u.send("keep", "done").check("done-kept")
	u.send("end", "start").check("start-kept")
	u.press(`a[href="#/manage"]`, "manage").check("manage").write("number", "7K3M")
	u.send("manage", "manage").check("manage-wrong").write("number", "7K3M-Q9TX-4B2Z").write("identifier", u.code)
	u.send("manage", "manage").check("manage-unknown").write("number", number)
	u.send("manage", "booking").check("booking")
}

func (u *user) changes() {
	u.send("move", "find").check("move-find")
	u.send("find", "places").check("move-places").choose("#offer-1")
	u.send("places", "done").check("moved")
	other := map[string]string{"it": "en", "en": "it"}[u.language]
	u.press(`.languages a[lang="`+other+`"]`, "done").check("moved-translated")
	u.press(`.languages a[lang="`+u.language+`"]`, "done")
	if is := asked(u.window, chromedp.Evaluate[string]("document.documentElement.lang + location.pathname")); is != u.language+"/"+u.language+"/" {
		u.t.Errorf("the app is in %q", is)
	}
	u.press(`a[href="#/booking"]`, "booking").press(`a[href="#/cancel"]`, "cancel").check("cancel")
	u.send("cancel", "booking").check("cancelled")
}

// loses the connection, with nothing kept.
func (u *user) loses() {
	asked(u.window, chromedp.Evaluate[bool]("navigator.serviceWorker.ready.then(() => true)", chromedp.EvalAwaitPromise))
	u.offline()
	u.visit("#/find", "failed").check("offline-find")
	u.press(`a[href="#/"]`, "start").check("offline-start")
	u.forgive("net::ERR_")
}
