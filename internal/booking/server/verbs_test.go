/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/test/lazio"
)

const someKey = "3f0a7c52-9d1e-4b8b"

// form is a search for a booking as FHIR has it.
func form(t testing.TB) *http.Request {
	t.Helper()
	r := httptest.NewRequest("POST", "/fhir/Appointment/_search", strings.NewReader(url.Values(fhir.Form(number1, person(t, giulia))).Encode()))
	r.Header.Set("Content-Type", kindForm)
	return r
}

// TestJourney sends every kind of request, and checks what reaches the store.
func TestJourney(t *testing.T) {
	w := newWorld(t)
	ask := func(operation string, parameters any) said {
		t.Helper()
		r := post(t, operation, parameters)
		r.Header.Set("Idempotency-Key", someKey)
		got := w.ask(r)
		got.is(t, http.StatusOK, "")
		if got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be kept: %v", operation, got.Header)
		}
		return got
	}
	found := ask("$find", fhir.Find{Campaign: band, Patient: fhir.Patient{Identifier: person(t, giulia)}}.Parameters())
	found.has(t, `"proposed"`, "fiera-di-roma.20261202T090000Z", "fiera-di-roma.20261223T090000Z")
	held := wants(t, giulia)
	held.Patient.Contact.Email = "giulia@example.org"
	ask("$hold", held.Parameters()).has(t, `"pending"`, number1.String(), "hold-expires")
	ask("$extend", mine(t, giulia).Parameters())
	ask("$book", mine(t, giulia).Parameters()).has(t, `"booked"`)
	other := mine(t, giulia)
	other.Places = []booking.Place{places()[0], {Hub: eur, StartsAt: places()[1].StartsAt}}
	ask("$move", other.Parameters()).has(t, "eur.20261223T090000Z")
	ask("$cancel", mine(t, giulia).Parameters())
	ask("$book", wants(t, giulia).Parameters())
	w.ask(form(t)).has(t, number1.String())
	ask("_search", mine(t, giulia).Parameters()).has(t, number1.String())

	want := []string{"offers", "hold", "extend", "confirm", "look", "move", "cancel", "book", "look", "look"}
	if diff := cmp.Diff(want, w.store.Calls); diff != "" {
		t.Errorf("calls of the store (-want +got):\n%s", diff)
	}
	request := w.store.Requests[0]
	if request.Revision != 1 || request.Campaign.Name != band || request.Person.Born != day("1983-12-01") ||
		request.Contact.Email != "giulia@example.org" || !request.Person.Identifier.Equal(person(t, giulia)) {
		t.Errorf("the store was asked to hold for another: %v", request.Campaign)
	}
	if diff := cmp.Diff(booking.By{Channel: "web", Key: someKey}, request.By); diff != "" {
		t.Errorf("by (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(places(), request.Places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	for _, c := range w.store.Changes {
		if c.Revision != 1 || c.By.Key != someKey {
			t.Errorf("a change was asked for by revision %d, key %q", c.Revision, c.By.Key)
		}
	}
}

// TestStoreRefuses: each outcome of the store is an answer of its own.
func TestStoreRefuses(t *testing.T) {
	for outcome, want := range map[booking.Outcome]struct {
		status int
		code   booking.Code
	}{
		booking.Stale:           {503, booking.CodeTryAgain},
		booking.NotOpen:         {403, booking.CodeNotYetOpen},
		booking.Paused:          {403, booking.CodePaused},
		booking.Closed:          {403, booking.CodeClosed},
		booking.UnknownCampaign: {422, booking.CodeUnknownCampaign},
		booking.AlreadyBooked:   {409, booking.CodeAlreadyBooked},
		booking.NoPlace:         {409, booking.CodeNoPlace},
		booking.NoSlot:          {409, booking.CodeNoSlot},
		booking.Expired:         {410, booking.CodeHoldExpired},
		booking.ExtendedOnce:    {409, booking.CodeHoldExtended},
		booking.NotFound:        {404, booking.CodeNotFound},
		booking.Begun:           {409, booking.CodeBegun},
		booking.Gone:            {410, booking.CodeGone},
		booking.WrongDoses:      {422, booking.CodeWrongDoses},
		booking.KeyUsed:         {422, booking.CodeKeyUsed},
	} {
		t.Run(string(outcome), func(t *testing.T) {
			w := newWorld(t)
			w.store.OnTake = func(booking.Request) (booking.Booking, error) { return booking.Booking{}, refusal(outcome) }
			w.store.OnChange = func(booking.Reference, booking.Change) (booking.Booking, error) {
				return booking.Booking{}, refusal(outcome)
			}
			for operation, parameters := range map[string]any{
				"$hold": wants(t, giulia).Parameters(), "$book": mine(t, giulia).Parameters(),
				"$extend": mine(t, giulia).Parameters(), "$cancel": mine(t, giulia).Parameters(),
			} {
				got := w.ask(post(t, operation, parameters))
				got.is(t, want.status, want.code)
				if again := got.Header.Get("Retry-After") != ""; again != (want.status == 503) {
					t.Errorf("%s: Retry-After is %q", operation, got.Header.Get("Retry-After"))
				}
			}
			if w.ask(post(t, "$book", wants(t, marco).Parameters())).is(t, want.status, want.code); t.Failed() {
				t.Log(w.logged())
			}
		})
	}
}

func TestStoreSaysWhen(t *testing.T) {
	w := newWorld(t)
	w.store.OnTake = func(booking.Request) (booking.Booking, error) { return booking.Booking{}, refusal(booking.NotOpen) }
	w.ask(post(t, "$hold", wants(t, giulia).Parameters())).has(t, "Not yet open", "at 2026-12-01")
	w.store.OnChange = func(booking.Reference, booking.Change) (booking.Booking, error) {
		return booking.Booking{}, refusal(booking.NotOpen)
	}
	w.ask(post(t, "$book", mine(t, giulia).Parameters())).has(t, "Not yet open", "at 2026-12-01")
}

// TestDecidedHere: people who may not book are refused without the store.
func TestDecidedHere(t *testing.T) {
	stp := t
	take := func(change func(*fhir.Take)) fhir.Take {
		asked := wants(t, giulia)
		change(&asked)
		return asked
	}
	for name, c := range map[string]struct {
		take   fhir.Take
		early  time.Duration
		key    string
		status int
		code   booking.Code
		says   string
	}{
		"before the opening":           {take: wants(t, giulia), early: time.Second, status: 403, code: booking.CodeNotYetOpen, says: "opens at 2026-12-01"},
		"before the opening, by a key": {take: wants(t, giulia), early: time.Second, key: someKey, status: 403, code: booking.CodeNotYetOpen},
		"a campaign of others":         {take: take(func(t *fhir.Take) { t.Campaign = older }), status: 403, code: booking.CodeYourBandIsOpen, says: band},
		"a campaign that there is not": {take: take(func(t *fhir.Take) { t.Campaign = "nobodys" }), status: 422, code: booking.CodeUnknownCampaign},
		"a service that there is not":  {take: take(func(t *fhir.Take) { t.Campaign, t.Service = "", "Test" }), status: 422, code: booking.CodeUnknownService},
		"another birth date":           {take: take(func(t *fhir.Take) { t.Patient.Born = day("1983-12-02") }), status: 422, code: booking.CodeBirthDateDisagrees},
		"too few doses":                {take: take(func(t *fhir.Take) { t.Places = t.Places[:1] }), status: 422, code: booking.CodeWrongDoses},
		"doses too close":              {take: take(func(t *fhir.Take) { t.Places[1].StartsAt = t.Places[0].StartsAt.AddDate(0, 0, 20) }), status: 422, code: booking.CodeWrongDoses, says: "21 to 42 days"},
		"a hub that there is not":      {take: take(func(t *fhir.Take) { t.Places[1].Hub = "nowhere" }), status: 422, code: booking.CodeWrongDoses},
		"between two slots":            {take: take(func(t *fhir.Take) { t.Places[1].StartsAt = t.Places[1].StartsAt.Add(time.Minute) }), status: 409, code: booking.CodeNoSlot},
		"in the middle of the night":   {take: take(func(t *fhir.Take) { t.Places[0].StartsAt = evening.Add(3 * time.Hour) }), status: 409, code: booking.CodeNoSlot},
		"whoever says no birth date":   {take: take(func(t *fhir.Take) { t.Patient.Identifier = person(stp, "STP1234567890123") }), status: 422, code: booking.CodeBirthDateNeeded},
		"whoever has a campaign closed": {take: take(func(t *fhir.Take) {
			t.Campaign, t.Patient.Identifier, t.Patient.Born = closed, person(stp, "STP1234567890123"), day("1938-01-01")
		}), status: 403, code: booking.CodeClosed},
		"whoever has a campaign paused": {take: take(func(t *fhir.Take) {
			t.Campaign, t.Patient.Identifier, t.Patient.Born = paused, person(stp, "STP1234567890123"), day("1943-01-01")
		}), status: 403, code: booking.CodePaused, says: "troppo pochi vaccini"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.Later(-c.early)
			for _, operation := range []string{"$hold", "$book"} {
				r := post(t, operation, c.take.Parameters())
				if c.key != "" {
					r.Header.Set("Idempotency-Key", c.key)
				}
				got := w.ask(r)
				got.is(t, c.status, c.code)
				got.has(t, c.says)
			}
			if len(w.store.Calls) > 0 {
				t.Errorf("the store was asked: %v", w.store.Calls)
			}
		})
	}
}

// TestRepeatedAfterTheEnd: a retry of a request from before a campaign was paused or closed
// is answered with the booking.
func TestRepeatedAfterTheEnd(t *testing.T) {
	w := newWorld(t)
	asked := wants(t, giulia)
	asked.Campaign, asked.Patient.Identifier, asked.Patient.Born = paused, person(t, "STP1234567890123"), day("1943-01-01")
	w.store.OnTake = func(r booking.Request) (booking.Booking, error) {
		b := makeBooking(booking.Booked, r.Places)
		b.Replayed = true
		return b, nil
	}
	r := post(t, "$book", asked.Parameters())
	r.Header.Set("Idempotency-Key", someKey)
	w.ask(r).is(t, http.StatusOK, "")
}

// TestCatalogThatBinds: what another catalog decides is decided again by it.
func TestCatalogThatBinds(t *testing.T) {
	const stays, attempts = 100, 3
	for name, c := range map[string]struct {
		binds   int64 // in the store
		fetches int64 // by each refresh
		fails   error
		status  int
		code    booking.Code
		asked   int
	}{
		"the next one":                 {binds: 2, fetches: 2, status: 200, asked: 2},
		"one that postpones":           {binds: stays, fetches: stays, status: 403, code: booking.CodeNotYetOpen, asked: 1},
		"one that cannot be read":      {binds: 3, fails: errAway, status: 503, code: booking.CodeTryAgain, asked: 1},
		"one that nobody has":          {binds: 9, fetches: 1, status: 503, code: booking.CodeTryAgain, asked: attempts},
		"one after another, time over": {binds: 9, fetches: 2, status: 503, code: booking.CodeTryAgain, asked: attempts},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.OnRefresh = func() error {
				if c.fails == nil {
					w.store.Publish(lazio.Catalog(c.fetches, eur, fiera))
				}
				if c.fetches == stays {
					w.store.Later(-time.Hour) // as if the opening were later
				}
				return c.fails
			}
			w.store.OnTake = func(r booking.Request) (booking.Booking, error) {
				if r.Revision != c.binds {
					return booking.Booking{}, refusal(booking.Stale)
				}
				return makeBooking(booking.Held, r.Places), nil
			}
			w.ask(post(t, "$hold", wants(t, giulia).Parameters())).is(t, c.status, c.code)
			if len(w.store.Calls) != c.asked {
				t.Errorf("the store was asked %d times, want %d", len(w.store.Calls), c.asked)
			}
		})
	}
}

// TestFindToMove: a booking may be moved also while its campaign takes no new ones.
func TestFindToMove(t *testing.T) {
	w := newWorld(t)
	find := fhir.Find{Campaign: closed}
	w.ask(post(t, "$find", find.Parameters())).is(t, 403, booking.CodeClosed)
	find.Moves = number1
	w.ask(post(t, "$find", find.Parameters())).is(t, 200, "")
}

func TestNoPlaceNamesTheNext(t *testing.T) {
	w := newWorld(t)
	w.store.OnTake = func(booking.Request) (booking.Booking, error) {
		return booking.Booking{}, &booking.Refusal{Outcome: booking.NoPlace, Dose: 2}
	}
	got := w.ask(post(t, "$hold", wants(t, giulia).Parameters()))
	got.is(t, 409, booking.CodeNoPlace)
	got.has(t, "Slot/fiera-di-roma.20261223T090000Z", "Hub Fiera di Roma")

	var hubs [][]string
	w.store.OnOffers = func(q search.Query) ([]search.Offer, error) {
		hubs = append(hubs, q.Hubs)
		return nil, nil
	}
	w.ask(post(t, "$hold", wants(t, giulia).Parameters())).is(t, 409, booking.CodeNoPlace)
	if diff := cmp.Diff([][]string{{fiera}, nil}, hubs); diff != "" {
		t.Errorf("hubs that were looked at (-want +got):\n%s", diff)
	}
	w.store.OnOffers = func(search.Query) ([]search.Offer, error) { return nil, errAway }
	w.ask(post(t, "$hold", wants(t, giulia).Parameters())).is(t, 409, booking.CodeNoPlace)
}

func TestMove(t *testing.T) {
	elsewhere := booking.Place{Hub: "closed-since", StartsAt: time.Date(2026, 12, 2, 9, 5, 0, 0, time.UTC)}
	late := places()[1]
	late.StartsAt = late.StartsAt.AddDate(0, 0, 22)
	for name, c := range map[string]struct {
		has, to []booking.Place
		state   booking.State
		status  int
		code    booking.Code
		asked   []string
	}{
		"to a right place": {to: places(), status: 200, asked: []string{"look", "move"}},
		"too far apart":    {to: []booking.Place{places()[0], late}, status: 422, code: booking.CodeWrongDoses, asked: []string{"look"}},
		"with a place that is no longer, and stays": {has: []booking.Place{elsewhere, places()[1]}, to: []booking.Place{elsewhere, places()[1]}, status: 200, asked: []string{"look", "move"}},
		"to a place that is no longer":              {to: []booking.Place{{Hub: fiera, StartsAt: elsewhere.StartsAt}, places()[1]}, status: 409, code: booking.CodeNoSlot, asked: []string{"look"}},
		"of what is not booked":                     {to: []booking.Place{places()[0], late}, state: booking.Held, status: 200, asked: []string{"look", "move"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			state := c.state
			if state == "" {
				state = booking.Booked
			}
			has := c.has
			if has == nil {
				has = places()
			}
			w.store.OnLook = func(booking.Reference) (booking.Booking, error) { return makeBooking(state, has), nil }
			asked := mine(t, giulia)
			asked.Places = c.to
			w.ask(post(t, "$move", asked.Parameters())).is(t, c.status, c.code)
			if diff := cmp.Diff(c.asked, w.store.Calls); diff != "" {
				t.Errorf("calls of the store (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMoveAfterTheCampaign: wrong days are the request's fault, also where only the
// database knows the campaign.
func TestMoveAfterTheCampaign(t *testing.T) {
	w := newWorld(t)
	w.store.OnLook = func(booking.Reference) (booking.Booking, error) {
		b := makeBooking(booking.Booked, places())
		b.Campaign = "gone"
		return b, nil
	}
	w.store.OnChange = func(booking.Reference, booking.Change) (booking.Booking, error) {
		return booking.Booking{}, refusal(booking.WrongDoses)
	}
	asked := mine(t, giulia)
	asked.Places = places()
	w.ask(post(t, "$move", asked.Parameters())).is(t, 422, booking.CodeWrongDoses)
}

func TestKey(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		want string
		code booking.Code
	}{
		"none":           {},
		"the shortest":   {keys: []string{"0123456789abcdef"}, want: "0123456789abcdef"},
		"the longest":    {keys: []string{strings.Repeat("k", 128)}, want: strings.Repeat("k", 128)},
		"one too short":  {keys: []string{"0123456789abcde"}, code: booking.CodeWrongKey},
		"one too long":   {keys: []string{strings.Repeat("k", 129)}, code: booking.CodeWrongKey},
		"empty":          {keys: []string{""}, code: booking.CodeWrongKey},
		"two":            {keys: []string{someKey, someKey}, code: booking.CodeWrongKey},
		"with a space":   {keys: []string{"0123456789 abcdef"}, code: booking.CodeWrongKey},
		"with an accent": {keys: []string{"0123456789abcdèf"}, code: booking.CodeWrongKey},
		"of punctuation": {keys: []string{"!\"#$%&'()*+,-./:;<=>?@[]^_{|}~"}, want: "!\"#$%&'()*+,-./:;<=>?@[]^_{|}~"},
		"with a control": {keys: []string{"0123456789abcde\x7f"}, code: booking.CodeWrongKey},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r := post(t, "$hold", wants(t, giulia).Parameters())
			r.Header["Idempotency-Key"] = c.keys
			if c.code != "" {
				w.ask(r).is(t, 400, c.code)
				return
			}
			w.ask(r).is(t, 200, "")
			if got := w.store.Requests[0].By.Key; got != c.want {
				t.Errorf("the store was asked by key %q, want %q", got, c.want)
			}
		})
	}
}

// TestNobodyLearnsOfOthers: a booking's number with another person's code is answered, to the
// byte, like a number that does not exist.
func TestNobodyLearnsOfOthers(t *testing.T) {
	w := newWorld(t)
	owner := person(t, giulia)
	unknown := func(ref booking.Reference) bool { return !ref.Identifier.Equal(owner) || ref.Number != number1 }
	w.store.OnLook = func(ref booking.Reference) (booking.Booking, error) {
		if unknown(ref) {
			return booking.Booking{}, refusal(booking.NotFound)
		}
		return makeBooking(booking.Booked, places()), nil
	}
	w.store.OnChange = func(ref booking.Reference, _ booking.Change) (booking.Booking, error) { return w.store.OnLook(ref) }
	stranger := mine(t, marco)
	wrong := mine(t, giulia)
	wrong.Number = wrongNumber
	for _, operation := range []string{"$book", "$extend", "$cancel", "$move", "_search"} {
		var answers []string
		for _, asked := range []fhir.Change{stranger, wrong} {
			if operation == "$move" {
				asked.Places = places()
			}
			got := w.ask(post(t, operation, asked.Parameters()))
			got.is(t, 404, booking.CodeNotFound)
			headers := make([]string, 0, len(got.Header))
			for name, values := range got.Header {
				headers = append(headers, name+": "+strings.Join(values, ","))
			}
			slices.Sort(headers)
			answers = append(answers, strings.Join(headers, "\n")+got.text)
		}
		if answers[0] != answers[1] {
			t.Errorf("%s tells a stranger something:\n%s\n%s", operation, answers[0], answers[1])
		}
	}
}

func TestStoreAway(t *testing.T) {
	w := newWorld(t)
	w.store.OnTake = func(booking.Request) (booking.Booking, error) { return booking.Booking{}, errAway }
	w.store.OnChange = func(booking.Reference, booking.Change) (booking.Booking, error) {
		return booking.Booking{}, errAway
	}
	w.store.OnLook = func(booking.Reference) (booking.Booking, error) { return booking.Booking{}, errAway }
	w.store.OnFree = func(booking.Window) ([]booking.Slot, error) { return nil, errAway }
	w.store.OnOffers = func(search.Query) ([]search.Offer, error) { return nil, errAway }
	moving := mine(t, giulia)
	moving.Places = places()
	for name, r := range map[string]*http.Request{
		"find":   post(t, "$find", fhir.Find{Campaign: band}.Parameters()),
		"hold":   post(t, "$hold", wants(t, giulia).Parameters()),
		"book":   post(t, "$book", wants(t, giulia).Parameters()),
		"extend": post(t, "$extend", mine(t, giulia).Parameters()),
		"cancel": post(t, "$cancel", mine(t, giulia).Parameters()),
		"move":   post(t, "$move", moving.Parameters()),
		"look":   form(t),
		"slots":  get("/fhir/Slot?schedule=Schedule/" + fiera),
	} {
		got := w.ask(r)
		got.is(t, 503, booking.CodeTryAgain)
		if got.Header.Get("Retry-After") == "" {
			t.Errorf("%s: there is no Retry-After", name)
		}
	}
	if !strings.Contains(w.logged(), errAway.Error()) {
		t.Error("nobody is told that the store is away")
	}
}

func TestNoCatalog(t *testing.T) {
	w := newWorld(t)
	w.store.Snapshot = nil
	for _, r := range []*http.Request{
		post(t, "$find", fhir.Find{Campaign: band}.Parameters()), post(t, "$hold", wants(t, giulia).Parameters()),
		post(t, "$cancel", mine(t, giulia).Parameters()), get("/fhir/metadata"), get("/fhir/Location"), get("/fhir/Location/" + fiera),
		get("/fhir/Schedule"), get("/fhir/Schedule/" + fiera), get("/fhir/Slot?schedule=" + fiera),
	} {
		w.ask(r).is(t, 503, booking.CodeTryAgain)
	}
}

// TestBookedBeforeTheCatalogWasLost: a success is answered even if the catalog was lost
// meanwhile.
func TestBookedBeforeTheCatalogWasLost(t *testing.T) {
	w := newWorld(t)
	w.ask(get("/fhir/Location")).is(t, 200, "")
	w.store.OnTake = func(r booking.Request) (booking.Booking, error) {
		w.store.Lock()
		defer w.store.Unlock()
		w.store.Snapshot = nil
		return makeBooking(booking.Held, r.Places), nil
	}
	w.ask(post(t, "$hold", wants(t, giulia).Parameters())).is(t, 200, "")
}

func TestPanic(t *testing.T) {
	w := newWorld(t)
	w.store.OnTake = func(r booking.Request) (booking.Booking, error) { panic(errors.New("about " + giulia)) }
	got := w.ask(post(t, "$hold", wants(t, giulia).Parameters()))
	got.is(t, 500, booking.CodeTryAgain)
	if log := w.logged(); strings.Contains(log, giulia) || !strings.Contains(log, "panic with a value of type *errors.errorString") || !strings.Contains(log, "TestPanic") {
		t.Errorf("the log of a panic lacks where it was, or says whom it was about:\n%s", log)
	}
	if w.Clerk.Queue().Inside != 0 {
		t.Error("who panicked is still inside")
	}
}
