/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// vaccinationsOnly leaves the campaign of tests out.
func vaccinationsOnly(c *catalog.Catalog) {
	c.Campaigns = slices.DeleteFunc(c.Campaigns, func(c catalog.Campaign) bool { return c.Service == "Test" })
}

// TestJourney does everything that an agent can do for one caller, and checks the access log
// and the store.
func TestJourney(t *testing.T) {
	w := newWorld(t, vaccinationsOnly)
	b := w.window("anna").open("/en/").fill("/caller", "", "identifier", " cntchr83t41d969d ").heads("The caller", 200)
	b.says("date of birth 1 December 1983", "Vaccination for people born from 1 January 1980 to 31 December 1985: now.")
	b.fill("/take", "hold", "phone", "06 1234.567", "email", "giulia@example.org").heads("Held, not confirmed yet", 200)
	number := b.number()
	b.fill("/booking/extend", "").says("The places are held for 10 more minutes.")
	b.fill("/booking/confirm", "").heads("Booking confirmed", 200)
	b.open("/en/").fill("/lookup", "", "number", strings.ToLower(number), "code", giulia).heads("Booking confirmed", 200)
	b.fill("/booking/move", "").heads("Move the booking", 200).fill("/booking/move", "", "place", "rieti").says("Hub Città di Rieti")
	b.fill("/move", "", "offer", "2").heads("Booking confirmed", 200).says("The booking has been moved.", "Hub Città di Rieti")
	b.fill("/caller", "").heads("The caller", 200).says("Their bookings", number)
	b.fill("/booking", "0").heads("Booking confirmed", 200).fill("/booking/cancel", "").heads("Cancel the booking?", 200)
	b.fill("/cancel", "").heads("Booking cancelled", 200).fill("/caller", "")
	b.fill("/take", "book").heads("Booking confirmed", 200)
	second := b.number()
	want := []string{"hold", "extend", "book", "move", "cancel", "book"}
	for i := range want {
		want[i] = "desk anna " + want[i]
	}
	if diff := cmp.Diff(want, w.events()); diff != "" {
		t.Errorf("the store has on record (-want +got):\n%s", diff)
	}
	said := w.said()
	for _, verb := range []string{"hold", "extend", "confirm", "look-up", "move", "cancel"} {
		if line := fmt.Sprintf("msg=access agent=anna verb=%s outcome=done booking=%s\n", verb, number); !strings.Contains(said, line) {
			t.Errorf("the trail does not say %s:\n%s", line, said)
		}
	}
	if line := "agent=anna verb=book outcome=done booking=" + second; !strings.Contains(said, line) {
		t.Errorf("the trail does not say %s", line)
	}
	b.silent()
}

// silent checks that no address, cookie or log contains anything about the caller.
func (b *window) silent() {
	b.t.Helper()
	for _, text := range append(b.seen, b.said()) {
		for _, secret := range []string{giulia, "061234567", "giulia@example.org", visitor, "Rieti"} {
			if strings.Contains(strings.ToUpper(text), strings.ToUpper(secret)) {
				b.t.Errorf("%q is in %q", secret, text)
			}
		}
	}
}

// TestRefusals: every refusal is explained on a page from which the agent can go on.
func TestRefusals(t *testing.T) {
	w := newWorld(t)
	b := w.window("anna")
	caller := func() *window { return b.open("/en/").fill("/caller", "", "identifier", giulia) }
	for name, test := range map[string]struct {
		do     func() *window
		title  string
		status int
		says   string
		trail  string
	}{
		"a wrong code": {func() *window { return b.open("/en/").fill("/caller", "", "identifier", "CNTCHR83T41D969X") },
			"Who is calling?", 422, "The code is not correct", "verb=look outcome=invalid"},
		"no birth date": {func() *window { return b.open("/en/").fill("/caller", "", "identifier", visitor) },
			"Who is calling?", 422, "Enter the date of birth too", "verb=look outcome=invalid"},
		"another birth date": {func() *window {
			return b.open("/en/").fill("/caller", "", "identifier", visitor).fill("/caller", "", "identifier", giulia, "born", "1/1/1984")
		}, "Who is calling?", 422, "The date of birth does not match the code", "verb=look outcome=invalid"},
		"a birth date that is none": {func() *window {
			return b.open("/en/").fill("/caller", "", "identifier", visitor).fill("/caller", "", "born", "31/2/1984")
		}, "Who is calling?", 422, "Enter the day, month and year of birth", "verb=look outcome=invalid"},
		"not yet": {func() *window {
			return b.open("/en/").fill("/caller", "", "identifier", visitor).fill("/caller", "", "born", "1/6/1990")
		}, "The caller", 200, "not yet, opens on", "verb=look outcome=done"},
		"paused": {func() *window {
			return b.open("/en/").fill("/caller", "", "identifier", visitor).fill("/caller", "", "born", "1/6/1948")
		}, "The caller", 200, "paused. Reason: troppo pochi vaccini <b>oggi</b>", "verb=look outcome=done"},
		"never": {func() *window {
			return b.open("/en/").fill("/caller", "", "identifier", visitor).fill("/caller", "", "born", "1/6/2001")
		}, "The caller", 200, "no. No opening has been announced", "verb=look outcome=done"},
		"a wrong contact": {func() *window { return caller().fill("/take", "hold", "email", "x", "phone", "x") },
			"The caller", 422, "This is not an e-mail address", "verb=hold outcome=invalid"},
		"no such offer":  {func() *window { return caller().fill("/take", "hold", "offer", "7") }, "The caller", 422, "Choose an appointment", "verb=hold outcome=invalid"},
		"no such place":  {func() *window { return caller().fill("/caller", "", "place", "Atlantis") }, "The caller", 200, "We found no centre there", "verb=look outcome=done"},
		"a day that was": {func() *window { return caller().fill("/caller", "", "day", "1/1/2020") }, "The caller", 200, "This day is in the past", "verb=look outcome=done"},
		"no such number": {func() *window {
			return b.open("/en/").fill("/lookup", "", "number", "3KW9-F2TB-7QXK", "code", giulia)
		}, "Who is calling?", 422, "The booking number is not correct", "verb=look-up outcome=invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(w.said())
			test.do().heads(test.title, test.status).says(test.says)
			if said := w.said()[before:]; !strings.Contains(said, "agent=anna "+test.trail) {
				t.Errorf("the trail says %s, want %s", said, test.trail)
			}
		})
	}
	if len(w.events()) > 0 {
		t.Errorf("something was done: %v", w.events())
	}
	b.silent()
}

// TestPlacesOfTheCampaign: a typed place matches only hubs of the caller's campaign.
func TestPlacesOfTheCampaign(t *testing.T) {
	w := newWorld(t, func(c *catalog.Catalog) {
		c.Hubs[1].Services = []string{"Test"}
	})
	b := w.window("anna").open("/en/").fill("/caller", "", "identifier", giulia).fill("/caller", "", "service", "Test", "place", "rieti").says("Hub Città di Rieti")
	b.fill("/caller", "", "service", "Vaccination").heads("The caller", 200).says("We found no centre there")
	b.fill("/caller", "", "place", "", "hub", "rieti").says("This centre does not offer these appointments")
	b.fill("/caller", "", "hub", "fiera").says("Vaccination: first available appointments").fill("/take", "book").heads("Booking confirmed", 200)
	b.fill("/booking/move", "").fill("/booking/move", "", "place", "rieti").heads("Move the booking", 200).says("We found no centre there")
	b.fill("/booking/move", "", "place", "fiera").says("Hub Fiera di Roma")
	for _, n := range b.all("option") {
		if attribute(n, "value") == "rieti" {
			t.Error("a hub is listed that does not offer what is moved")
		}
	}
}

// TestMoveWhilePaused: a booking can be moved while its campaign is paused.
func TestMoveWhilePaused(t *testing.T) {
	w := newWorld(t, vaccinationsOnly)
	b := w.window("anna").open("/en/").fill("/caller", "", "identifier", giulia).fill("/take", "book").heads("Booking confirmed", 200)
	in := must(w.binding.Current())(t).Catalog
	in.Revision++
	in.Campaigns = slices.Clone(in.Campaigns)
	for i := range in.Campaigns {
		in.Campaigns[i].Paused = "no vaccines"
	}
	w.publish(in)
	b.fill("/caller", "").says("paused. Reason: no vaccines").fill("/booking", "0")
	b.fill("/booking/move", "").heads("Move the booking", 200).fill("/move", "", "offer", "2").heads("Booking confirmed", 200).says("The booking has been moved.")
}

// Another person's booking is answered like one that does not exist.
func TestSomebodyElsesBooking(t *testing.T) {
	w := newWorld(t)
	b := w.window("anna").open("/en/").fill("/caller", "", "identifier", giulia).fill("/take", "book")
	number := b.number()
	b.open("/en/").fill("/lookup", "", "number", number, "code", visitor).heads("Who is calling?", 404).says("no booking with this number for this person")
	if said := w.said(); !strings.Contains(said, "verb=look-up outcome=not-found booking="+number) {
		t.Errorf("the trail says %s", said)
	}
}

// A code that says no birth date needs one, also after a booking was looked up by it.
func TestBackToTheCaller(t *testing.T) {
	w := newWorld(t, vaccinationsOnly)
	b := w.window("anna").open("/en/").fill("/caller", "", "identifier", visitor).fill("/caller", "", "born", "3/2/1981").fill("/take", "book")
	number := b.number()
	b.open("/en/").fill("/lookup", "", "number", number, "code", visitor).heads("Booking confirmed", 200)
	b.fill("/caller", "").heads("Who is calling?", 422).says("Enter the date of birth too")
	b.fill("/caller", "", "born", "3/2/1981").heads("The caller", 200).says("date of birth 3 February 1981", number)
}

// Who may book two things has both at once, one after the other.
func TestTwoServices(t *testing.T) {
	w := newWorld(t)
	b := w.window("anna").open("/en/").fill("/caller", "", "identifier", giulia).heads("The caller", 200).says("Test: first available appointments")
	b.fill("/caller", "", "service", "Vaccination").says("Vaccination: first available appointments").fill("/take", "book").heads("Booking confirmed", 200)
	b.fill("/caller", "").says("Test: first available appointments", "Their bookings").fill("/take", "book").heads("Booking confirmed", 200).fill("/caller", "")
	if strings.Contains(b.words(), "first available appointments") {
		t.Errorf("they have everything: %s", b.words())
	}
}

// A form that is sent again acts once, and forms of other agents are invalid.
func TestFormsAreGoodForOneAgent(t *testing.T) {
	w := newWorld(t)
	b, other := w.window("anna"), w.window("bruno")
	b.open("/en/").fill("/caller", "", "identifier", giulia)
	form := func() *http.Request { return b.filled("/take", "book") }
	first, second, stolen := form(), form(), form()
	number := b.send(first).number()
	if again := b.send(second).number(); again != number {
		t.Errorf("%s, and %s when it is sent again", number, again)
	}
	other.send(stolen).heads("This page has expired", 400)
	if got := w.events(); len(got) != 1 {
		t.Errorf("done: %v", got)
	}
}

// TestNobodySignedIn: people who have not signed in see nothing and do nothing.
func TestNobodySignedIn(t *testing.T) {
	w := newWorld(t)
	agent, nobody := w.window("anna"), w.window("")
	agent.open("/en/").fill("/caller", "", "identifier", giulia)
	forms := map[string]*http.Request{}
	for path, to := range w.desk.routes {
		if to.open {
			continue
		}
		nobody.open("/en"+path).heads("Agent sign-in", 200)
		r := agent.filled("/take", "book")
		r.URL.Path = "/en" + path
		forms[path] = r
	}
	for path, form := range forms {
		nobody.send(form)
		if nobody.status != http.StatusForbidden && nobody.status != http.StatusMethodNotAllowed || strings.Contains(nobody.text, giulia) {
			t.Errorf("%s answers %d: %s", path, nobody.status, nobody.words())
		}
	}
	w.later(signin.Idle + time.Second)
	agent.open("/en/").heads("Agent sign-in", 200)
	if got := w.events(); len(got) > 0 {
		t.Errorf("done: %v", got)
	}
}

// A form of another site does nothing, even if an agent has signed in.
func TestOtherSites(t *testing.T) {
	w := newWorld(t)
	b := w.window("anna").open("/en/").fill("/caller", "", "identifier", giulia)
	for _, path := range []string{"/take", "/sign-out"} {
		r := b.filled(path, "book")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		b.send(r).heads("Request from another website", 403)
		b.open("/en/").fill("/caller", "", "identifier", giulia).heads("The caller", 200)
	}
	if got := w.events(); len(got) > 0 {
		t.Errorf("done: %v", got)
	}
}

// TestFHIR: programs of a desk act for an agent, too.
func TestFHIR(t *testing.T) {
	w := newWorld(t, vaccinationsOnly)
	ask := func(b *window) *window {
		r := httptest.NewRequest(http.MethodPost, "/fhir/Appointment/_search", strings.NewReader("identifier="+number.New([8]byte{1, 2}).String()+"&patient.identifier="+giulia))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return b.send(r)
	}
	if b := ask(w.window("")); b.status != http.StatusUnauthorized || !strings.Contains(b.text, "OperationOutcome") || !strings.Contains(b.text, "sign-in-needed") {
		t.Errorf("nobody is answered %d: %s", b.status, b.text)
	}
	if b := ask(w.window("anna")); b.status == http.StatusUnauthorized {
		t.Errorf("an agent is answered %d: %s", b.status, b.text)
	}
}

// TestOwnPlaces: half of the places of each hub are for agents alone, who see them.
func TestOwnPlaces(t *testing.T) {
	w := newWorld(t, vaccinationsOnly)
	id, err := identifier.Parse("STP0000000000009")
	if err != nil {
		t.Fatal(err)
	}
	web := w.clerk("web", false)
	_, offers, err := web.Find(t.Context(), clerk.Search{Campaign: "born-1980-1985"})
	if err != nil || len(offers) == 0 {
		t.Fatal(offers, err)
	}
	taken, err := web.Book(t.Context(), clerk.TakeRequest{Campaign: "born-1980-1985", Person: id, Born: must(civil.Parse("1981-02-03"))(t), Places: offers[0].Places})
	if err != nil || taken.State != booking.Booked {
		t.Fatal(taken, err)
	}
	if _, err := w.store.CountAvailability(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	days := must(w.clerk("desk", true).Availability(t.Context()))(t)
	b := w.window("anna").open("/en/places").heads("Available places by centre and day", 200)
	for _, d := range days {
		if d.Day == days[1].Day && d.Hub == "fiera" && d.CallCentre <= d.Free {
			t.Errorf("agents have %d places, everybody %d", d.CallCentre, d.Free)
		}
		if d.Day == days[1].Day && !strings.Contains(b.words(), fmt.Sprint(d.CallCentre)) {
			t.Errorf("the page does not say %d: %s", d.CallCentre, b.words())
		}
	}
	b.open("/en/places?place=rieti&day=2020-01-01").heads("Available places by centre and day", 422).says("Hub Città di Rieti")
	b.open("/en/places?place=Atlantis").heads("Available places by centre and day", 422).says("We found no centre there")
}

// Without --sign-in nobody can use the desk, and its pages say why.
func TestNoAuthenticator(t *testing.T) {
	w := newWorld(t)
	o := w.desk.Options
	o.Authenticator = nil
	closed := must(New(o))(t)
	for _, path := range []string{"/en/", "/en/sign-in", "/it/places", signin.CallbackPath} {
		answer := httptest.NewRecorder()
		closed.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		if answer.Code != http.StatusServiceUnavailable && path != signin.CallbackPath || answer.Code < 400 {
			t.Errorf("%s answers %d", path, answer.Code)
		}
	}
}

// FuzzForms sends anything to any form of an agent's.
func FuzzForms(f *testing.F) {
	w := newWorld(f)
	b := w.window("anna").open("/en/").fill("/caller", "", "identifier", giulia)
	good := b.filled("/take", "hold")
	f.Add("/take", "hold", "0", "x")
	f.Add("/lookup", "3KW9-F2TB-7QXK", giulia, "\x00")
	f.Add("/booking/move", "rieti", "2026-12-31", "-1")
	f.Add("/sign-in", "anna", "", "\xff")
	if err := good.ParseForm(); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path, x, y, z string) {
		fields := url.Values{"call": {good.Form.Get("call")}}
		for _, name := range []string{"identifier", "born", "number", "code", "do", "offer", "email", "phone", "letters", "place", "hub", "day", "booking", "name"} {
			fields.Set(name, []string{x, y, z}[len(name)%3])
		}
		r := posted("/en/", fields)
		r.URL.Path = "/en" + path
		for name, value := range b.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, r)
		if answer.Code >= http.StatusInternalServerError {
			t.Errorf("%q answers %d: %s", path, answer.Code, answer.Body)
		}
	})
}

// Texts that name the time of a hold name the one that holds have.
func TestTextsSayHowLongAHoldLasts(t *testing.T) {
	minutes := " " + strconv.Itoa(int(booking.HoldTime/time.Minute)) + " "
	for _, language := range []string{"it", "en"} {
		texts := string(must(os.ReadFile("texts/" + language + ".json"))(t))
		for _, key := range []string{"desk.hold", "desk.note.extended"} {
			_, text, _ := strings.Cut(texts, `"`+key+`": `)
			if text, _, _ = strings.Cut(text, "\n"); !strings.Contains(text, minutes) {
				t.Errorf("%s says %s, a hold lasts %s minutes", key, text, minutes)
			}
		}
	}
}

// said returns the keys of the desk's texts, with the languages that have each.
func said(t *testing.T) map[string]string {
	t.Helper()
	keys := map[string]string{}
	for _, language := range []string{"it", "en"} {
		var texts map[string]string
		if err := json.Unmarshal(must(os.ReadFile("texts/"+language+".json"))(t), &texts); err != nil {
			t.Fatal(err)
		}
		for key, text := range texts {
			if strings.TrimSpace(text) != "" {
				keys[key] += language
			}
		}
	}
	return keys
}

// sources returns all sources that may name a text.
func sources(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	for _, pattern := range []string{"*.go", "templates/*.html"} {
		for _, name := range must(filepath.Glob(pattern))(t) {
			if !strings.HasSuffix(name, "_test.go") {
				out.Write(must(os.ReadFile(name))(t))
			}
		}
	}
	return out.String()
}

// Every text is there in both languages, and used.
func TestTextsAreUsed(t *testing.T) {
	source := sources(t)
	for key, in := range said(t) {
		stem := strings.TrimSuffix(strings.TrimSuffix(key, ".text"), ".title")
		if in != "iten" {
			t.Errorf("%s is said only in %s", key, in)
		}
		if !strings.Contains(source, `"`+key) && !strings.Contains(source, `"`+stem+`"`) &&
			!strings.Contains(source, " "+key+`"`) && !strings.Contains(source, " "+key+" ") && !strings.HasPrefix(key, "desk.booking.title.") {
			t.Errorf("%s is said, and not used", key)
		}
	}
}

// Every key that is used has a text.
func TestTextsAreThere(t *testing.T) {
	keys := said(t)
	for part := range strings.SplitSeq(sources(t), `"desk.`) {
		key, _, _ := strings.Cut("desk."+part, `"`)
		file := strings.HasSuffix(key, ".css") || strings.ContainsAny(key, " \n")
		if !file && !strings.HasSuffix(key, ".") && keys[key] == "" && keys[key+".text"] == "" {
			t.Errorf("%s is used, and not said", key)
		}
	}
	for _, state := range []booking.State{booking.Held, booking.Booked, booking.Past, booking.Cancelled, booking.Lapsed} {
		if key := "desk.booking.title." + string(state); keys[key] == "" {
			t.Errorf("%s is not said", key)
		}
	}
}
