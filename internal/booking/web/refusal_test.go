/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

func refused(o booking.Outcome, dose int) error {
	return &booking.Refusal{Outcome: o, Dose: dose, At: evening}
}

func decided(o eligibility.Outcome, campaign string) error {
	d := eligibility.Decision{Outcome: o, Campaign: campaign}
	switch o {
	case eligibility.NotYetOpen, eligibility.YourBandOpens:
		d.OpensAt = evening.AddDate(0, 0, 7)
	case eligibility.Closed:
		d.ClosedAt = evening.AddDate(0, -1, 0)
	case eligibility.Paused:
		d.Reason = "troppo pochi vaccini <b>oggi</b>"
	default:
	}
	return booking.NotEligibleError{Decision: d}
}

// steps go to the page whose form asks the clerk, and send it.
var steps = map[string]func(b *browser, l string) *browser{
	"find": func(b *browser, l string) *browser { return b.open("/"+l+"/find").fill("/find", nil) },
	"hold": func(b *browser, l string) *browser {
		return b.find(l).fill("/places", map[string]string{"offer": "0"}).fill("/person", map[string]string{"identifier": giulia})
	},
	"confirm": func(b *browser, l string) *browser { return b.held(l).fill("/hold/confirm", nil) },
	"extend":  func(b *browser, l string) *browser { return b.held(l).fill("/hold/extend", nil) },
	"cancel": func(b *browser, l string) *browser {
		return b.booked(l).open("/"+l+"/booking/cancel").fill("/booking/cancel", nil)
	},
	"move": func(b *browser, l string) *browser {
		return b.booked(l).fill("/booking/move", nil).fill("/move", nil).fill("/places", map[string]string{"offer": "0"})
	},
	"look": func(b *browser, l string) *browser {
		return b.open("/"+l+"/manage").fill("/manage", map[string]string{"number": number1.String(), "identifier": giulia})
	},
}

// booked goes to the page of a booking.
func (b *browser) booked(l string) *browser {
	return b.held(l).fill("/hold/confirm", nil).open("/" + l + "/booking")
}

func TestRefusalsAreSaidInPlainWords(t *testing.T) {
	type refusal struct {
		verb    string
		err     error
		page    string
		status  int
		it, en  string
		another string // what people can do is a link to it, or a form that sends to it
	}
	for name, c := range map[string]refusal{
		"a place is taken":            {"hold", booking.AlternativesError{Err: refused(booking.NoPlace, 2), Next: places(3)[1:]}, "/person", 409, "ha appena preso il posto per la dose 2", "just booked the place for dose 2", "/places"},
		"a slot is gone":              {"hold", refused(booking.NoSlot, 1), "/person", 409, "L'appuntamento per la dose 1 non esiste più", "The appointment for dose 1 no longer exists", "/places"},
		"doses too near":              {"hold", &dose.Error{Problem: dose.TooEarly, Dose: 2}, "/person", 422, "Le dosi devono avere la giusta distanza", "The doses must be the right number of days apart", "/places"},
		"booked already":              {"hold", refused(booking.AlreadyBooked, 0), "/person", 409, "ha già una prenotazione", "already has a booking", "/manage"},
		"not open by the store":       {"hold", refused(booking.NotOpen, 0), "/person", 403, "non sono ancora aperte", "are not open yet", "/"},
		"closed by the store":         {"hold", refused(booking.Closed, 0), "/person", 403, "Prossima apertura: Vaccinazione per chi è nato dal 1º gennaio 1946", "Next opening: Vaccination for people born from 1 January 1946", "/"},
		"no longer in the catalog":    {"hold", refused(booking.UnknownCampaign, 0), "/person", 422, "Non puoi più prenotare", "You can no longer book this", "/"},
		"a used key":                  {"hold", refused(booking.KeyUsed, 0), "/person", 422, "Ricomincia", "Start again", "/"},
		"time and again another":      {"hold", refused(booking.Stale, 0), "/person", 503, "Le regole sono appena cambiate", "The booking rules have just changed", "/person"},
		"not yet":                     {"hold", decided(eligibility.NotYetOpen, older), "/person", 403, "si apre mercoledì 9 dicembre 2026 alle ore 00:00 (CET), la mezzanotte tra martedì 8 dicembre e mercoledì 9 dicembre", "opens on Wednesday 9 December 2026 at 00:00 CET, the midnight between Tuesday 8 and Wednesday 9 December", "/"},
		"the band opens":              {"hold", decided(eligibility.YourBandOpens, older), "/person", 403, "sono per altre date di nascita. Vaccinazione per chi è nato dal 1º gennaio 1946", "are for other dates of birth. Vaccination for people born from 1 January 1946", "/"},
		"another band is open":        {"hold", decided(eligibility.YourBandIsOpen, older), "/person", 403, "Puoi già prenotare qui", "You can already book here", "/places"},
		"paused":                      {"hold", decided(eligibility.Paused, paused), "/person", 403, "troppo pochi vaccini <b>oggi</b>", "troppo pochi vaccini <b>oggi</b>", "/"},
		"closed":                      {"hold", decided(eligibility.Closed, closed), "/person", 403, "chiuse da lunedì 2 novembre 2026", "closed since Monday 2 November 2026", "/"},
		"not eligible":                {"hold", decided(eligibility.NotEligible, ""), "/person", 403, "Per questa data di nascita non è stata annunciata", "No opening has been announced for this date of birth", "/"},
		"no such campaign":            {"hold", decided(eligibility.UnknownCampaign, ""), "/person", 422, "Non puoi più prenotare", "You can no longer book this", "/"},
		"no such service":             {"hold", decided(eligibility.UnknownService, ""), "/person", 422, "Questo servizio non è disponibile", "We do not offer this service", "/"},
		"a birth date after all":      {"hold", decided(eligibility.BirthDateNeeded, ""), "/person", 422, "Scrivi anche la data di nascita", "Enter the date of birth too", "/person"},
		"too many people":             {"hold", booking.OverloadFull, "/person", 503, "moltissime persone. Niente è cambiato. Aspetta ", "Very many people are booking right now. Nothing has changed. Wait ", "/person"},
		"too often":                   {"hold", booking.RateLimitError{After: time.Second}, "/person", 429, "Aspetta 1 secondo,", "Wait 1 second,", "/person"},
		"the store is away":           {"hold", errAway, "/person", 503, "Non ha funzionato", "That did not work", "/person"},
		"no search: paused":           {"find", decided(eligibility.Paused, paused), "/places", 403, "le prenotazioni sono sospese", "bookings are paused", "/"},
		"no search: away":             {"find", errAway, "/places", 503, "Non ha funzionato", "That did not work", "/places"},
		"no search: too many":         {"find", booking.OverloadWaited, "/places", 503, "moltissime persone", "Very many people", "/places"},
		"not confirmed: over":         {"confirm", refused(booking.Expired, 0), "/hold/confirm", 410, "Il tempo è scaduto", "Your time is up", "/places"},
		"not confirmed: paused":       {"confirm", refused(booking.Paused, 0), "/hold/confirm", 403, "Queste prenotazioni sono sospese", "These bookings are paused", "/hold/confirm"},
		"not confirmed: away":         {"confirm", errAway, "/hold/confirm", 503, "Niente viene prenotato due volte", "Nothing is booked twice", "/hold/confirm"},
		"not confirmed: gone":         {"confirm", refused(booking.NotFound, 0), "/hold/confirm", 404, "Prenotazione non trovata", "Booking not found", "/"},
		"not extended: once":          {"extend", refused(booking.ExtendedOnce, 0), "/hold/extend", 409, "Hai già avuto altro tempo", "You already got more time", "/hold/confirm"},
		"not extended: over":          {"extend", refused(booking.Expired, 0), "/hold/extend", 410, "Il tempo è scaduto", "Your time is up", "/places"},
		"not extended: away":          {"extend", errAway, "/hold/extend", 503, "Non ha funzionato", "That did not work", "/hold/extend"},
		"not extended: gone":          {"extend", refused(booking.NotFound, 0), "/hold/extend", 404, "Prenotazione non trovata", "Booking not found", "/"},
		"not cancelled: begun":        {"cancel", refused(booking.Begun, 0), "/booking/cancel", 409, "Un appuntamento è già iniziato", "An appointment has already started", "/booking/move"},
		"not cancelled: away":         {"cancel", errAway, "/booking/cancel", 503, "Non ha funzionato", "That did not work", "/booking/cancel"},
		"not moved: taken":            {"move", refused(booking.NoPlace, 1), "/places", 409, "ha appena preso il posto per la dose 1", "just booked the place for dose 1", "/places"},
		"not moved: begun":            {"move", refused(booking.Begun, 0), "/places", 409, "Un appuntamento è già iniziato", "An appointment has already started", "/booking"},
		"not moved: gone":             {"move", refused(booking.Gone, 0), "/places", 410, "è stata annullata", "was cancelled", "/booking"},
		"not moved: away":             {"move", errAway, "/places", 503, "Non ha funzionato", "That did not work", "/places"},
		"not found":                   {"look", refused(booking.NotFound, 0), "/manage", 404, "Confronta il numero", "Compare the number", "/manage"},
		"not looked up: too often":    {"look", booking.RateLimitError{After: 90 * time.Second}, "/manage", 429, "Aspetta 1 minuto e 30 secondi", "Wait 1 minute and 30 seconds", "/manage"},
		"not looked up: away":         {"look", errAway, "/manage", 503, "Non ha funzionato", "That did not work", "/manage"},
		"no catalog in force":         {"hold", fmt.Errorf("%w: behind", booking.ErrNotInForce), "/person", 503, "Non ha funzionato", "That did not work", "/person"},
		"a hub that went":             {"find", booking.UnknownHubError{}, "/places", 400, "Questo centro non è più disponibile", "This centre is no longer available", "/"},
		"something nobody knows here": {"hold", decided("Nonsense", ""), "/person", 503, "Non ha funzionato", "That did not work", "/person"},
	} {
		t.Run(name, func(t *testing.T) {
			for l, words := range map[string]string{"it": c.it, "en": c.en} {
				w := newWorld(t)
				w.fail[c.verb] = c.err
				b := steps[c.verb](w.browser(l), l)
				b.at("/"+l+c.page, c.status).says(words).hides("refusal.", ".text", ".title").sound(t, l)
				if !b.leads("/" + l + c.another) {
					t.Errorf("does not lead to %s: %s", c.another, b.text)
				}
				if after := b.header.Get("Retry-After"); (after == "") != (c.status != http.StatusServiceUnavailable && c.status != http.StatusTooManyRequests) {
					t.Errorf("come again after %q with %d", after, c.status)
				}
			}
		})
	}
}

// leads reports whether the page has a link to an address, or a form that sends there.
func (b *browser) leads(path string) bool {
	for _, n := range b.all("a", nil) {
		if attribute(n, "href") == path {
			return true
		}
	}
	for _, n := range b.all("form", nil) {
		if attribute(n, "action") == path {
			return true
		}
	}
	return false
}

func TestWhoeverTriesAgainAsksTheSame(t *testing.T) {
	w := newWorld(t)
	w.fail["hold"], w.fail["confirm"] = errAway, errAway
	b := w.browser("en")
	steps["hold"](b, "en").at("/en/person", 503)
	delete(w.fail, "hold")
	b.fill("/person", nil).at("/en/hold", 200)
	b.fill("/hold/confirm", nil).at("/en/hold/confirm", 503)
	delete(w.fail, "confirm")
	b.fill("/hold/confirm", nil).at("/en/done", 200)
	if w.keys[0] != w.keys[1] || w.keys[2] != w.keys[3] || w.keys[0] == w.keys[2] {
		t.Error("what was tried again was asked under another key, or two things under one")
	}
}

func TestNoPlaceIsFollowedByOthers(t *testing.T) {
	w := newWorld(t)
	w.fail["hold"] = refused(booking.NoPlace, 1)
	b := w.browser("en")
	steps["hold"](b, "en").at("/en/person", 409).says("Friday 4 December 2026 at 10:00 CET")
	delete(w.fail, "hold")
	b.fill("/places", map[string]string{"offer": "2"}).at("/en/hold", 200).says("Friday 4 December 2026")
	if w.wishes[1].Person.Reveal() != giulia {
		t.Error("the person was forgotten")
	}
}

func TestAnotherCampaignIsOneStepAway(t *testing.T) {
	w := newWorld(t)
	w.fail["hold"] = decided(eligibility.YourBandIsOpen, older)
	b := w.browser("en")
	steps["hold"](b, "en")
	delete(w.fail, "hold")
	b.open("/en/places").fill("/places", map[string]string{"offer": "0"}).at("/en/hold", 200)
	if w.searches[1].Campaign != older || w.wishes[1].Campaign != older {
		t.Errorf("looked in %s and held in %s, want %s", w.searches[1].Campaign, w.wishes[1].Campaign, older)
	}
}

func TestSoldOutSaysTheNextOpening(t *testing.T) {
	w := newWorld(t)
	w.none = true
	w.browser("en").find("en").says("No appointments available", "Next opening: Vaccination for people born from 1 January 1946 to 31 December 1950, on Wednesday 9 December 2026 at 00:00 CET").sound(t, "en")
	w = newWorld(t, func(c *catalog.Catalog) { c.Campaigns = c.Campaigns[:1] })
	w.none = true
	w.browser("it").find("it").says("Nessun appuntamento disponibile").hides("Prossima apertura")
}

func TestWrongAnswersAreExplainedNextToTheField(t *testing.T) {
	type wrong struct {
		page          string
		answers       map[string]string
		field, it, en string
		kept          string // the answer is still there
	}
	identifier := func(code string) map[string]string { return map[string]string{"identifier": code} }
	for name, c := range map[string]wrong{
		"no code":                  {"/person", identifier(""), "identifier", "Scrivi il codice", "Enter the code", ""},
		"a short code":             {"/person", identifier("CNTCHR83T41"), "identifier", "Carattere 1 del codice", "Character 1 of the code", "identifier"},
		"twelve characters":        {"/person", identifier("CNTCHR83T41D"), "identifier", "non ha la lunghezza giusta", "has the wrong length", "identifier"},
		"a wrong last letter":      {"/person", identifier("CNTCHR83T41D969A"), "identifier", "Il codice non è corretto", "The code is not correct", "identifier"},
		"a letter O for a zero":    {"/person", identifier("CNTCHRO3T41D969D"), "identifier", "Carattere 7 del codice: deve essere una cifra", "Character 7 of the code: it must be a digit", "identifier"},
		"a wrong month":            {"/person", identifier("CNTCHR83Z41D969D"), "identifier", "mese di nascita", "month of birth", "identifier"},
		"a wrong day":              {"/person", identifier("CNTCHR83T39D969D"), "identifier", "giorno di nascita", "day of birth", "identifier"},
		"a wrong place":            {"/person", identifier("CNTCHR83T41Q969D"), "identifier", "luogo di nascita", "place of birth", "identifier"},
		"a digit for a letter":     {"/person", identifier("1NTCHR83T41D969D"), "identifier", "deve essere una lettera", "it must be a letter", "identifier"},
		"a strange sign":           {"/person", identifier("CNTCHR83T41D969!"), "identifier", "lettere dalla A alla Z e cifre", "letters from A to Z and digits", "identifier"},
		"an organisation":          {"/person", identifier("80012345678"), "identifier", "non è di una persona", "is not a person's", "identifier"},
		"a number never given":     {"/person", identifier("00000001234"), "identifier", "Questo codice non è di una persona", "This code is not a person's", "identifier"},
		"not an e-mail address":    {"/person", map[string]string{"identifier": giulia, "email": "giulia@è.it"}, "email", "non è un indirizzo", "is not an e-mail address", "email"},
		"not a phone":              {"/person", map[string]string{"identifier": giulia, "phone": "call me"}, "phone", "non è un numero di telefono", "is not a phone number", "phone"},
		"no booking number":        {"/manage", map[string]string{"identifier": giulia, "number": "7K3M"}, "number", "Ha 12 lettere e cifre", "It has 12 letters and digits", "number"},
		"a booking's wrong person": {"/manage", map[string]string{"identifier": "X", "number": number1.String()}, "identifier", "non ha la lunghezza giusta", "has the wrong length", "identifier"},
		"a day past":               {"/find", map[string]string{"day": "2026-12-01"}, "day", "è passato", "is in the past", "day"},
		"no day":                   {"/find", map[string]string{"day": "tomorrow"}, "day", "Scrivi un giorno", "Enter a day", "day"},
		"a day too far":            {"/find", map[string]string{"day": "2036-12-01"}, "day", "Scrivi un giorno", "Enter a day", "day"},
		"a place without a hub":    {"/find", map[string]string{"place": "Atlantis"}, "place", "Non abbiamo trovato centri", "We found no centre", "place"},
		"a hub that is none":       {"/find", map[string]string{"hub": "nowhere"}, "hub", "non offre", "does not offer", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for l, words := range map[string]string{"it": c.it, "en": c.en} {
				w := newWorld(t)
				b := w.browser(l)
				if c.page == "/person" {
					b.find(l).fill("/places", map[string]string{"offer": "0"})
				} else {
					b.open("/" + l + c.page)
				}
				b.fill(c.page, c.answers).at("/"+l+c.page, http.StatusUnprocessableEntity).says(words).sound(t, l)
				problem := b.all("p", func(n *html.Node) bool { return attribute(n, "id") == c.field+"-problem" })
				var field []*html.Node
				for _, name := range []string{"input", "select"} {
					field = append(field, b.all(name, func(n *html.Node) bool { return attribute(n, "name") == c.field })...)
				}
				if len(problem) != 1 || len(field) != 1 || attribute(field[0], "aria-invalid") != "true" {
					t.Errorf("the problem is not next to its field: %s", b.text)
				}
				if c.kept != "" && attribute(field[0], "value") != c.answers[c.kept] {
					t.Errorf("the field has %q, want what was written", attribute(field[0], "value"))
				}
				if len(w.wishes) > 0 {
					t.Error("the clerk was asked")
				}
			}
		})
	}
}

func TestChoicesAreNeeded(t *testing.T) {
	w := newWorld(t, func(c *catalog.Catalog) { c.Campaigns[1].OpensAt = evening })
	b := w.browser("en").open("/en/find").fill("/find", nil).at("/en/find", 422).says("Choose who the appointment is for")
	b.sound(t, "en")
	b.fill("/find", map[string]string{"campaign": older}).at("/en/places", 200)
	b.fill("/places", nil).at("/en/places", 422).says("Choose an appointment", "Wednesday 2 December").sound(t, "en")
	b.fill("/places", map[string]string{"offer": "7"}).at("/en/places", 422)
	b.fill("/places", map[string]string{"offer": "1"}).at("/en/person", 200)
}
