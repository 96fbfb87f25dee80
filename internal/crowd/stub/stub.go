/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package stub is a booking server for tests of the crowd. It keeps bookings in memory and
// misbehaves on request.
package stub

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server answers as a booking server does.
type Server struct {
	Now     func() time.Time
	OpensAt time.Time
	// BornFrom and BornTo limit the birth dates that may book; "": no limit.
	BornFrom, BornTo string
	// Before sees each request first. It returns true if it has answered.
	Before func(w http.ResponseWriter, r *http.Request, asked Asked) bool

	mu       sync.Mutex
	asked    []Asked
	bookings map[string]*booking // by number
	keys     map[string]string   // numbers by key
}

// Asked is one request.
type Asked struct {
	At                      time.Time
	Method, Verb, Key, From string
	Code, Born              string
	Number                  string
	Slots                   []string
}

type booking struct {
	state   string
	created time.Time
	slots   []string
}

// Asked lists the requests so far, or those of a verb: the last part of the address.
func (s *Server) Asked(verb string) []Asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.asked), func(a Asked) bool { return verb != "" && a.Verb != verb })
}

// Booked returns the number of bookings.
func (s *Server) Booked() int { return len(s.Numbers()) }

// Numbers returns the numbers of the bookings.
func (s *Server) Numbers() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var numbers []string
	for number, b := range s.bookings {
		if b.state == "booked" {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// RoundTrip answers without a network, for tests with a clock of their own.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	answered := make(chan *http.Response, 1)
	go func() {
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, r)
		answered <- recorder.Result()
	}()
	select {
	case response := <-answered:
		return response, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := read(r)
	asked.At = s.Now()
	s.mu.Lock()
	s.asked = append(s.asked, asked)
	s.mu.Unlock()
	w.Header().Set("Date", asked.At.UTC().Format(http.TimeFormat))
	switch {
	case s.Before != nil && s.Before(w, r, asked):
	case r.Method == http.MethodGet:
		fmt.Fprint(w, `{"resourceType":"Bundle"}`)
	case s.Now().Before(s.OpensAt):
		Refuse(w, http.StatusForbidden, "not-yet-open")
	case s.BornFrom != "" && (asked.Born < s.BornFrom || asked.Born > s.BornTo):
		Refuse(w, http.StatusForbidden, "not-eligible")
	default:
		s.answer(w, asked)
	}
}

// Refuse answers with an OperationOutcome.
func Refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"resourceType":"OperationOutcome","issue":[{"details":{"coding":[{"system":"https://mezzanotte.dev/fhir/CodeSystem/refusal","code":%q}]}}]}`, code)
}

func (s *Server) answer(w http.ResponseWriter, asked Asked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bookings == nil {
		s.bookings, s.keys = map[string]*booking{}, map[string]string{}
	}
	number := asked.Number
	switch asked.Verb {
	case "$find":
		offers(w)
		return
	case "$hold":
		if number = s.keys[asked.Key]; number == "" {
			number = fmt.Sprintf("AAAA-BBBB-%04d", len(s.bookings))
			s.keys[asked.Key] = number
			s.bookings[number] = &booking{state: "pending", created: s.Now(), slots: asked.Slots}
		}
	}
	b := s.bookings[number]
	if b == nil {
		Refuse(w, http.StatusNotFound, "not-found")
		return
	}
	switch asked.Verb {
	case "$book":
		b.state = "booked"
	case "$cancel":
		b.state = "cancelled"
	case "$move":
		b.slots = asked.Slots
	}
	appointments(w, number, b)
}

func offers(w http.ResponseWriter) {
	var entries []string
	for n := range 3 {
		for dose := range 2 {
			entries = append(entries, fmt.Sprintf(`{"resource":{"resourceType":"Appointment","status":"proposed","extension":[{"url":"https://mezzanotte.dev/fhir/StructureDefinition/dose-number","valuePositiveInt":%d},{"url":"https://mezzanotte.dev/fhir/StructureDefinition/offer","valuePositiveInt":%d}],"slot":[{"reference":"Slot/fiera-di-roma.202612%02dT%02d0000Z"}]}}`, dose+1, n+1, 2+21*dose, 8+n))
		}
	}
	fmt.Fprintf(w, `{"resourceType":"Bundle","entry":[%s]}`, strings.Join(entries, ","))
}

func appointments(w http.ResponseWriter, number string, b *booking) {
	var entries []string
	for _, slot := range b.slots {
		entries = append(entries, fmt.Sprintf(`{"resource":{"resourceType":"Appointment","status":%q,"created":%q,"identifier":[{"system":"https://mezzanotte.dev/fhir/sid/booking-number","value":%q}],"slot":[{"reference":"Slot/%s"}]}}`,
			b.state, b.created.Format(time.RFC3339Nano), number, slot))
	}
	fmt.Fprintf(w, `{"resourceType":"Bundle","entry":[%s]}`, strings.Join(entries, ","))
}

// read parses a request. What it does not know stays empty.
func read(r *http.Request) Asked {
	asked := Asked{
		Method: r.Method, Verb: path.Base(r.URL.Path),
		Key: r.Header.Get("Idempotency-Key"), From: r.Header.Get("X-Forwarded-For"),
	}
	if r.Body == nil {
		return asked
	}
	var body struct {
		Parameter []struct {
			Name           string
			ValueReference struct{ Reference string }
			Resource       struct {
				BirthDate  string
				Identifier []struct{ Value string }
			}
		}
	}
	if json.NewDecoder(r.Body).Decode(&body) != nil {
		return asked
	}
	for _, p := range body.Parameter {
		switch p.Name {
		case "slot":
			asked.Slots = append(asked.Slots, strings.TrimPrefix(p.ValueReference.Reference, "Slot/"))
		case "appointment-reference":
			asked.Number = strings.TrimPrefix(p.ValueReference.Reference, "Appointment/")
		case "patient-resource":
			asked.Born = p.Resource.BirthDate
			for _, id := range p.Resource.Identifier {
				asked.Code = id.Value
			}
		}
	}
	return asked
}
