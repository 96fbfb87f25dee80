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

// Answer is what a person understands of a server's answer.
type Answer struct {
	Outcome tally.Outcome
	// Code of a refusal, or the kind of an error.
	Code string
	// Again: what was found is no longer to be had; there may be something else.
	Again bool
	// RetryAfter is how long the server wants to be left alone; 0 where it does not say.
	RetryAfter time.Duration
	Offers     []Offer
	// Number of what is held or booked now.
	Number string
	Places []Place
	Stamp  tally.Stamp
	At     time.Time // that the answer was there
}

// Offer is one set of slots, one of each dose.
type Offer struct{ Slots []string }

// Place is where and when one dose is given.
type Place struct {
	Hub   string
	Start time.Time
}

// Codes of refusals that a person acts upon; all others are final.
var (
	tooEarly = []string{"not-yet-open", "paused"}
	another  = []string{"no-place", "no-slot", "hold-expired", "gone"}
)

// transient says that it is not known what became of a request, so that it is an
// error though it comes with the status of those who are sent away.
const transient = "try-again"

// Names of FHIR's extensions and systems, as the server's documentation has them.
const (
	offerExtension = "https://mezzanotte.dev/fhir/StructureDefinition/offer"
	numberSystem   = "https://mezzanotte.dev/fhir/sid/booking-number"
	refusalSystem  = "https://mezzanotte.dev/fhir/CodeSystem/refusal"
)

// resource is what is read of any resource.
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

// Read understands an answer. What pages say is not looked at.
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

// offer adds a slot to the nth offer. They come in order.
func (a *Answer) offer(n int, slot string) {
	if n == len(a.Offers)+1 {
		a.Offers = append(a.Offers, Offer{})
	}
	if n <= len(a.Offers) {
		a.Offers[n-1].Slots = append(a.Offers[n-1].Slots, slot)
	}
}

// longestWait bounds what a server may ask for.
const longestWait = time.Hour

// retryAfter reads the header, in seconds or as a date beside the answer's own.
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
