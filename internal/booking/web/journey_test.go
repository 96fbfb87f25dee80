/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// spoken has the texts of a journey in a language.
type spoken struct {
	open, find, when, person, hold, left, done, again, moved, cancelled string
}

var journeys = map[string]spoken{
	"it": {
		open: "Le prenotazioni sono aperte", find: "Vaccinazione per chi è nato dal 1º gennaio 1980 al 31 dicembre 1985",
		when:   "Dose 1 di 2: mercoledì 2 dicembre 2026 alle ore 10:00 (CET), Hub Fiera di Roma, Via Portuense 1645, Roma. Dose 2 di 2: mercoledì 23 dicembre 2026 alle ore 10:00 (CET)",
		person: "Prenoti per un'altra persona?", hold: "Controlla e conferma", left: "Il posto è riservato fino alle ore 00:11. Tempo rimasto: 10 minuti",
		done: "Prenotazione confermata", again: "confermata", moved: "Prenotazione spostata", cancelled: "La prenotazione è annullata",
	},
	"en": {
		open: "Bookings are open", find: "Vaccination for people born from 1 January 1980 to 31 December 1985",
		when:   "Dose 1 of 2: Wednesday 2 December 2026 at 10:00 CET, Hub Fiera di Roma, Via Portuense 1645, Roma. Dose 2 of 2: Wednesday 23 December 2026 at 10:00 CET",
		person: "Are you booking for someone else?", hold: "Check and confirm", left: "The place is held until 00:11. Time left: 10 minutes",
		done: "Booking confirmed", again: "confirmed", moved: "Booking moved", cancelled: "The booking is cancelled",
	},
}

// find goes to the offers.
func (b *browser) find(l string) *browser {
	b.t.Helper()
	return b.open("/"+l+"/find").fill("/find", nil).at("/"+l+"/places", http.StatusOK)
}

// held goes to the page of a hold.
func (b *browser) held(l string) *browser {
	b.t.Helper()
	return b.find(l).fill("/places", map[string]string{"offer": "0"}).at("/"+l+"/person", http.StatusOK).
		fill("/person", map[string]string{"identifier": giulia, "email": "giulia@example.org", "phone": "+39 06 1234567"}).at("/"+l+"/hold", http.StatusOK)
}

func TestWholeJourney(t *testing.T) {
	for l, say := range journeys {
		t.Run(l, func(t *testing.T) {
			w := newWorld(t)
			b := w.browser(l)
			check := func(status int, path string, parts ...string) {
				t.Helper()
				b.at("/"+l+path, status).says(parts...).sound(t, l)
			}
			b.open("/").says(say.open).sound(t, l)
			b.open("/" + l + "/")
			check(200, "/", say.open)
			b.open("/" + l + "/find")
			check(200, "/find", say.find)
			b.fill("/find", map[string]string{"place": "rieti", "day": "2026-12-02"})
			check(200, "/places", say.when)
			b.fill("/places", map[string]string{"offer": "0"})
			check(200, "/person", say.person, "Fiera di Roma")
			b.fill("/person", map[string]string{"identifier": "cnt chr 83T41 D969D", "email": " giulia@example.org ", "phone": "+39 06 / 123.45.67"})
			check(200, "/hold", say.hold, say.left)
			b.fill("/hold/confirm", nil)
			check(200, "/done", say.done, number1.String(), "giulia@example.org")
			b.fill("/end", nil)
			if len(b.cookies) != 0 {
				t.Error("whoever is done is still remembered")
			}
			b.open("/" + l + "/manage")
			check(200, "/manage")
			b.fill("/manage", map[string]string{"number": number1.String(), "identifier": giulia})
			check(200, "/booking", say.again, number1.String())
			b.fill("/booking/move", nil)
			check(200, "/move", "10:00")
			b.fill("/move", map[string]string{"hub": rieti})
			check(200, "/places")
			b.fill("/places", map[string]string{"offer": "1"})
			check(200, "/done", say.moved, " 3 ")
			b.open("/" + l + "/booking")
			check(200, "/booking")
			b.open("/" + l + "/booking/cancel")
			check(200, "/booking/cancel")
			b.fill("/booking/cancel", nil)
			check(200, "/booking", say.cancelled)

			want := []string{"find", "hold", "confirm", "look", "find", "move", "cancel"}
			if diff := cmp.Diff(want, w.calls); diff != "" {
				t.Errorf("asked the clerk (-want +got):\n%s", diff)
			}
			if got := w.searches[0].Hubs; !slices.Equal(got, []string{rieti}) {
				t.Errorf("looked at %v, want Rieti", got)
			}
			if w.searches[0].Moving || !w.searches[1].Moving {
				t.Error("the clerk does not know what is looked for to move a booking")
			}
			wish := w.wishes[0]
			if wish.Person.Reveal() != giulia || wish.Campaign != band || !wish.Born.IsZero() {
				t.Errorf("held for somebody else, or in another campaign: %s", wish.Campaign)
			}
			if diff := cmp.Diff(places(2), wish.Places); diff != "" {
				t.Errorf("held (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]booking.Contact{{Email: "giulia@example.org", Phone: "+39061234567", Language: l}}, w.contacts); diff != "" {
				t.Errorf("contact (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([][]booking.Place{places(3)}, w.moves); diff != "" {
				t.Errorf("moved to (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMovingEnds: a person who looked at other places and kept their own can book for another
// person next.
func TestMovingEnds(t *testing.T) {
	begin := func(b *browser) *browser { return b.booked("en").fill("/booking/move", nil).at("/en/move", 200) }
	for name, ends := range map[string]func(*browser){
		"the booking is held":         func(b *browser) { begin(b).open("/en/booking").at("/en/booking", 200).open("/en/") },
		"after places were looked at": func(b *browser) { begin(b).fill("/move", nil).at("/en/places", 200).open("/en/booking").open("/en/") },
		"by way of the first page":    func(b *browser) { begin(b).open("/en/") },
		"straight away":               func(b *browser) { begin(b) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := w.browser("en")
			ends(b)
			b.find("en").hides("Move the booking").fill("/places", map[string]string{"offer": "1"}).at("/en/person", 200)
			w.booking = nil // of somebody else
			b.fill("/person", map[string]string{"identifier": "RCCMNL83S18D969H"}).at("/en/hold", 200)
			if len(w.moves) > 0 || len(w.wishes) != 2 || w.wishes[1].Person.Reveal() == giulia {
				t.Errorf("the first booking was moved %d times, %d were held", len(w.moves), len(w.wishes))
			}
		})
	}
	w := newWorld(t)
	b := begin(w.browser("en"))
	b.fill("/move", map[string]string{"day": "2026-12-01"}).at("/en/move", http.StatusUnprocessableEntity)
	for _, n := range b.all("a", func(n *html.Node) bool { return attribute(n, "hreflang") == "it" }) {
		b.open(attribute(n, "href")).at("/it/move", 200).says("Sposta la prenotazione")
	}
	b.open("/it/person").at("/it/move", 200).fill("/move", nil).at("/it/places", 200)
	if !b.leads("/it/move") || b.leads("/it/find") {
		t.Error("who looks for another place no longer moves the booking")
	}
	b.open("/it/booking").open("/it/move").at("/it/booking", 200)
	w.browser("en").open("/en/move").at("/en/manage", 200)
}

// TestNobodyIsPromisedALetter that is never sent.
func TestNobodyIsPromisedALetter(t *testing.T) {
	w := newWorld(t)
	w.Mail = false
	w.browser("en").find("en").fill("/places", map[string]string{"offer": "0"}).says("if the appointment changes").hides("for the confirmation")
	w.browser("en").held("en").fill("/hold/confirm", nil).at("/en/done", 200).says("write down the number").hides("We will also e-mail the confirmation to")
}

func TestLanguageIsThatOfTheAddressThenOfTheBrowser(t *testing.T) {
	w := newWorld(t)
	for preferred, want := range map[string]string{"": "it", "en-GB,en;q=0.9": "en", "de": "it", "de, en;q=0.5": "en", strings.Repeat("en,", 200): "it"} {
		b := w.browser(preferred).open("/")
		b.sound(t, want)
		b.open("/en/").sound(t, "en")
		b.open("/it/manage").sound(t, "it")
	}
	// Whoever has begun changes the language, and goes on.
	b := w.browser("it").find("it")
	for _, n := range b.all("a", func(n *html.Node) bool { return attribute(n, "hreflang") == "en" }) {
		b.open(attribute(n, "href")).at("/en/places", 200).says("Choose your appointments")
	}
	b.fill("/places", map[string]string{"offer": "2"}).at("/en/person", 200)
}

func TestTwiceIsOnce(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").find("en").fill("/places", map[string]string{"offer": "0"})
	answers := map[string]string{"identifier": giulia}
	first, second := b.filled("/person", answers), b.filled("/person", answers)
	b.send(first).at("/en/hold", 200)
	b.send(second).at("/en/hold", 200)
	if w.keys[0] != w.keys[1] {
		t.Error("the same form asked two things")
	}
	first, second = b.filled("/hold/confirm", nil), b.filled("/hold/confirm", nil)
	b.send(first).at("/en/done", 200)
	b.send(second).at("/en/done", 200).says(number1.String())
	b.open("/en/done").at("/en/done", 200)
	if w.booked != 1 {
		t.Errorf("%d bookings, want 1", w.booked)
	}
}

func TestAnotherAnswerInTheSameFormIsAnotherRequest(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").find("en").fill("/places", map[string]string{"offer": "0"})
	first, second := b.filled("/person", map[string]string{"identifier": giulia}), b.filled("/person", map[string]string{"identifier": "RCCMNL83S18D969H"})
	b.send(first)
	b.send(second)
	if w.keys[0] == w.keys[1] {
		t.Error("two people are asked for as one request")
	}
}

func TestTwoWindowsAreTwoBookings(t *testing.T) {
	w := newWorld(t)
	mother := w.browser("en").find("en").fill("/places", map[string]string{"offer": "0"})
	father := w.browser("en")
	father.cookies = mother.cookies // the same browser
	father.find("en").fill("/places", map[string]string{"offer": "1"})
	mother.fill("/person", map[string]string{"identifier": giulia})
	if diff := cmp.Diff(places(2), w.wishes[0].Places); diff != "" {
		t.Errorf("the first window holds what was chosen in the second (-want +got):\n%s", diff)
	}
}

func TestBirthDateIsAskedOnlyWhereTheCodeLeavesItOpen(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").find("en").fill("/places", map[string]string{"offer": "0"}).hides("Date of birth")
	b.fill("/person", map[string]string{"identifier": visitor}).at("/en/person", 422).says("Enter the date of birth too").sound(t, "en")
	b.fill("/person", map[string]string{"day": "31", "month": "2", "year": "1983"}).at("/en/person", 422).says("Enter the day, month and year of birth")
	b.fill("/person", map[string]string{"day": "1", "month": "3", "year": "2030"}).at("/en/person", 422).says("This cannot be a date of birth")
	b.fill("/person", map[string]string{"day": "1", "month": "3", "year": "1983"}).at("/en/hold", 200)
	if got := w.wishes[0].Born.String(); got != "1983-03-01" || len(w.wishes) != 1 {
		t.Errorf("held for somebody born on %s, want 1983-03-01", got)
	}
}

func TestHoldIsHonest(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").held("en").hides("Less than two minutes")
	w.later(8 * time.Minute)
	b.open("/en/hold").says("Time left: 2 minutes", "Less than two minutes")
	b.fill("/hold/extend", nil).at("/en/hold", 200).says("10 more minutes", "Time left: 10 minutes").sound(t, "en")
	if len(b.all("form", func(n *html.Node) bool { return strings.HasSuffix(attribute(n, "action"), "extend") })) != 0 {
		t.Error("a hold that was extended can be extended")
	}
	w.later(10*time.Minute + time.Second)
	b.open("/en/hold").at("/en/hold", http.StatusGone).says("Your time is up")
	b.open("/en/places").fill("/places", map[string]string{"offer": "1"}).at("/en/hold", 200) // what was written is still there
	b.fill("/hold/give-up", nil).at("/en/", 200)
	if len(b.cookies) != 0 || w.booking.State != booking.Cancelled {
		t.Error("what was given up is still there")
	}
}

func TestHoldThatLapsedIsNotConfirmed(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").held("en")
	w.later(11 * time.Minute)
	b.fill("/hold/confirm", nil).at("/en/hold/confirm", http.StatusGone).says("Nothing is booked").sound(t, "en")
	if w.booked != 0 {
		t.Error("it was booked")
	}
}

func TestHeldBookingIsFoundAgain(t *testing.T) {
	w := newWorld(t)
	w.browser("en").held("en")
	w.browser("en").open("/en/manage").fill("/manage", map[string]string{"number": number1.String(), "identifier": giulia}).at("/en/hold", 200).
		fill("/hold/confirm", nil).at("/en/done", 200)
}

func TestConfirmationGoesIntoCalendars(t *testing.T) {
	w := newWorld(t)
	b := w.browser("it").held("it").fill("/hold/confirm", nil)
	if n := len(b.all("svg", nil)); n != 1 {
		t.Errorf("%d QR codes", n)
	}
	b.open("/it/done.ics")
	if kind := b.header.Get("Content-Type"); kind != "text/calendar; charset=utf-8" {
		t.Errorf("a file of kind %s", kind)
	}
	unfolded := strings.ReplaceAll(b.text, "\r\n ", "")
	for _, part := range []string{
		"BEGIN:VCALENDAR\r\n", "DTSTART:20261202T090000Z\r\n", "DTEND:20261202T091000Z\r\n", "DTSTART:20261223T090000Z\r\n",
		"SUMMARY:Vaccinazione\\, dose 1 di 2\r\n", "LOCATION:Hub Fiera di Roma\\, Via Portuense 1645\\, Roma\r\n", number1.String(),
	} {
		if !strings.Contains(unfolded, part) {
			t.Errorf("the calendar lacks %q:\n%s", part, b.text)
		}
	}
	for line := range strings.SplitSeq(b.text, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}
