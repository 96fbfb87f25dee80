/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// client sends all requests.
var client = &http.Client{
	Timeout:   15 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second},
}

// answer to a request.
type answer struct {
	status       int
	header       http.Header
	text         string
	code         booking.Code // why it was refused
	repeated     bool         // it was carried out before, by the same key
	appointments []fhir.Appointment
}

// done reports whether the request was carried out.
func (a answer) done() bool { return a.status == http.StatusOK }

// decided reports whether the outcome of a request is known.
func (a answer) decided() bool {
	return a.done() || a.status/100 == 4 && a.status != http.StatusTooManyRequests && a.status != http.StatusRequestTimeout
}

// number returns the number of the booking.
func (a answer) number() string {
	if len(a.appointments) == 0 || len(a.appointments[0].Identifier) == 0 {
		return ""
	}
	return a.appointments[0].Identifier[0].Value
}

// places are those of the doses, in order.
func (a answer) places() []booking.Place {
	var places []booking.Place
	for _, each := range a.appointments {
		for _, slot := range each.Slot {
			if place, ok := fhir.ParseSlotID(strings.TrimPrefix(slot.Reference, "Slot/")); ok {
				places = append(places, place)
			}
		}
	}
	return places
}

// statuses are those of the doses; one where all have the same.
func (a answer) statuses() string {
	var all []string
	for _, each := range a.appointments {
		if len(all) == 0 || all[len(all)-1] != each.Status {
			all = append(all, each.Status)
		}
	}
	return strings.Join(all, ", ")
}

func (a answer) String() string {
	return fmt.Sprintf("%d %s: %.300s", a.status, string(a.code), a.text)
}

// errAway means that the process does not run.
var errAway = errors.New("the server is not there")

// post requests an operation. After an error its effect is unknown.
func (p *instance) post(ctx context.Context, operation, key string, parameters fhir.Parameters) (answer, error) {
	text, err := json.Marshal(parameters)
	if err != nil {
		return answer{}, err
	}
	return p.ask(ctx, operation, key, content{fhir.MediaType, text})
}

// look asks for a booking, by its number and its person.
func (p *instance) look(ctx context.Context, n string, who int) (answer, error) {
	form := fhir.Form(must(number.Parse(n)), patient(who).Identifier)
	return p.ask(ctx, "_search", "", content{"application/x-www-form-urlencoded", []byte(url.Values(form).Encode())})
}

type content struct {
	kind string
	text []byte
}

func (p *instance) ask(ctx context.Context, operation, key string, body content) (answer, error) {
	base := p.url()
	if base == "" {
		return answer{}, errAway
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/fhir/Appointment/"+operation, bytes.NewReader(body.text))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", body.kind)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return send(r)
}

// get gets a path.
func (p *instance) get(path string) (answer, error) {
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url()+path, nil)
	if err != nil {
		return answer{}, err
	}
	return send(r)
}

// status returns the status of the answer, or 0 without one.
func (p *instance) status(path string) int {
	a, err := p.get(path)
	if err != nil {
		return 0
	}
	return a.status
}

func send(r *http.Request) (answer, error) {
	response, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	return read(response, text), nil
}

// read reads an answer. One that is not FHIR has no code and no appointments.
func read(response *http.Response, text []byte) answer {
	a := answer{status: response.StatusCode, header: response.Header, text: string(text)}
	var outcome fhir.OperationOutcome
	var bundle struct {
		Entry []struct{ Resource fhir.Appointment }
	}
	if json.Unmarshal(text, &outcome) == nil && len(outcome.Issue) > 0 && len(outcome.Issue[0].Details.Coding) > 0 {
		a.code = booking.Code(outcome.Issue[0].Details.Coding[0].Code)
	}
	if json.Unmarshal(text, &bundle) == nil {
		for _, entry := range bundle.Entry {
			switch entry.Resource.ResourceType {
			case "Appointment":
				a.appointments = append(a.appointments, entry.Resource)
			case "OperationOutcome":
				a.repeated = true
			}
		}
	}
	return a
}

// code returns a person's code, for foreigners without papers, that nobody has.
func code(who int) string { return fmt.Sprintf("STP%013d", who) }

// patient returns a person of the band.
func patient(who int) fhir.Patient {
	return fhir.Patient{
		Identifier: must(identifier.Parse(code(who))), Born: civil.Date(1948, 5, 21),
		Contact: booking.Contact{Email: fmt.Sprintf("person-%d@example.org", who), Language: "it"},
	}
}

// takes returns a person's request for places.
func takes(who int, places []booking.Place) fhir.Parameters {
	return fhir.Take{Campaign: band, Patient: patient(who), Places: places}.Parameters()
}

// changes returns a person's request about their booking; places are for a move.
func changes(n string, who int, places ...booking.Place) fhir.Parameters {
	ref := booking.Reference{Number: must(number.Parse(n)), Identifier: patient(who).Identifier}
	return fhir.Change{Reference: ref, Places: places}.Parameters()
}
