/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package protocol

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Answer is a server's answer as one person reads it.
type Answer struct {
	Outcome tally.Outcome
	// Code of a refusal, or the kind of an error.
	Code string
	// Again reports that the offer is gone; there may be others.
	Again bool
	// RetryAfter is the pause that the server asks for; 0 if it names none.
	RetryAfter time.Duration
	Offers     []Offer
	// Number of the hold or booking.
	Number string
	Places []Place
	Stamp  tally.Stamp
	At     time.Time // that the answer was there
}

// Offer is one set of slots, one of each dose.
type Offer struct{ Slots []string }

// Place is the time and place of one dose.
type Place struct {
	Hub   string
	Start time.Time
}

// Codes of refusals that people react to; all others are final.
var (
	tooEarly = []string{"not-yet-open", "paused"}
	another  = []string{"no-place", "no-slot", "hold-expired", "gone"}
)

// transient is the code of an answer that leaves the outcome open. It counts as an error,
// although it has the status of a shed request.
const transient = "try-again"

// Names of FHIR's extensions and systems, as the server's documentation has them.
const (
	offerExtension = "https://mezzanotte.dev/fhir/StructureDefinition/offer"
	numberSystem   = "https://mezzanotte.dev/fhir/sid/booking-number"
	refusalSystem  = "https://mezzanotte.dev/fhir/CodeSystem/refusal"
)

// resource has the fields that are read of any resource.
type resource struct {
	Type    string `json:"resourceType"`
	Created string `json:"created"`
	Entry   []struct {
		Resource resource `json:"resource"`
	} `json:"entry"`
	Extension []struct {
		URL string `json:"url"`
		N   int    `json:"valuePositiveInt"`
	} `json:"extension"`
	Identifier []struct {
		System string `json:"system"`
		Value  string `json:"value"`
	} `json:"identifier"`
	Slot []struct {
		Reference string `json:"reference"`
	} `json:"slot"`
	Issue []struct {
		Details struct {
			Coding []struct {
				System string `json:"system"`
				Code   string `json:"code"`
			} `json:"coding"`
		} `json:"details"`
	} `json:"issue"`
}

// Read parses an answer. The content of pages is ignored.
func Read(page bool, status int, header http.Header, body []byte) Answer {
	a := Answer{RetryAfter: retryAfter(header), Stamp: dated(header)}
	if status >= 200 && status < 300 || page && status == http.StatusNotModified {
		if !page {
			a.readBundle(body)
		}
		return a
	}
	a.refused(status, body)
	return a
}

func (a *Answer) refused(status int, body []byte) {
	var r resource
	if json.Unmarshal(body, &r) == nil {
		a.Code = r.code()
	}
	switch {
	case a.Code == transient:
		a.Outcome = tally.Failed
	case status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout:
		a.Outcome = tally.Shed
	case status < 400 || status >= 500 || a.Code == "":
		a.Outcome, a.Code = tally.Failed, fmt.Sprintf("HTTP %d", status)
	case slices.Contains(tooEarly, a.Code):
		a.Outcome = tally.NotOpen
	default:
		a.Outcome, a.Again = tally.Refused, slices.Contains(another, a.Code)
	}
}

func (r resource) code() string {
	for _, issue := range r.Issue {
		for _, coding := range issue.Details.Coding {
			if coding.System == refusalSystem {
				return coding.Code
			}
		}
	}
	return ""
}

// readBundle reads the appointments that are offered, held or booked.
func (a *Answer) readBundle(body []byte) {
	var bundle resource
	if err := json.Unmarshal(body, &bundle); err != nil || bundle.Type != "Bundle" {
		a.Outcome, a.Code = tally.Failed, "unreadable answer"
		return
	}
	for _, entry := range bundle.Entry {
		if entry.Resource.Type == "Appointment" {
			a.add(entry.Resource)
		}
	}
}

func (a *Answer) add(r resource) {
	for _, id := range r.Identifier {
		if id.System == numberSystem {
			a.Number = id.Value
		}
	}
	if made, err := time.Parse(time.RFC3339Nano, r.Created); err == nil {
		a.Stamp = tally.Stamp{At: made, Store: true}
	}
	if len(r.Slot) == 0 {
		return
	}
	id := strings.TrimPrefix(r.Slot[0].Reference, "Slot/")
	for _, e := range r.Extension {
		if e.URL == offerExtension && e.N > 0 {
			a.offer(e.N, id)
		}
	}
	if dot := strings.LastIndexByte(id, '.'); dot > 0 {
		start, _ := time.Parse("20060102T150405Z", id[dot+1:]) // none where it is no such id
		a.Places = append(a.Places, Place{Hub: id[:dot], Start: start})
	}
}

// offer adds a slot to the nth offer. Slots are in order.
func (a *Answer) offer(n int, slot string) {
	if n == len(a.Offers)+1 {
		a.Offers = append(a.Offers, Offer{})
	}
	if n <= len(a.Offers) {
		a.Offers[n-1].Slots = append(a.Offers[n-1].Slots, slot)
	}
}

// longestWait bounds the Retry-After of a server.
const longestWait = time.Hour

// retryAfter parses the header: seconds, or a date relative to the answer's own.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if text == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longestWait)
	}
	until, err := http.ParseTime(text)
	from := dated(header).At
	if err != nil || from.IsZero() {
		return 0
	}
	return min(max(until.Sub(from), 0), longestWait)
}

func dated(header http.Header) tally.Stamp {
	at, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return tally.Stamp{}
	}
	return tally.Stamp{At: at}
}
