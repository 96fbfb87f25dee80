/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// Refusal is the answer to a request that was not carried out, or of which it is not
// known whether it was.
type Refusal struct {
	Status  int // of HTTP
	Code    Code
	Again   bool // the same request, with the same key, may be made again
	Outcome OperationOutcome
}

// Situation is what an answer depends on besides the reason.
type Situation struct {
	Language words.Language
	After    time.Duration // until a request may be made again, where it may be; 0 where nobody knows
	Next     []Reference   // slots that still have places, the soonest first
}

// Decided is a decision as an error.
type Decided struct{ eligibility.Decision }

func (d Decided) Error() string { return "refused: " + string(d.Outcome) }

// decisions are the codes of what was decided.
var decisions = map[eligibility.Outcome]Code{
	eligibility.NotYetOpen:          NotYetOpen,
	eligibility.YourBandOpens:       YourBandOpens,
	eligibility.YourBandIsOpen:      YourBandIsOpen,
	eligibility.Paused:              Paused,
	eligibility.Closed:              Closed,
	eligibility.NotEligible:         NotEligible,
	eligibility.UnknownCampaign:     UnknownCampaign,
	eligibility.UnknownService:      UnknownService,
	eligibility.BirthDateNeeded:     BirthDateNeeded,
	eligibility.BirthDateDisagrees:  BirthDateDisagrees,
	eligibility.BirthDateImpossible: BirthDateImpossible,
}

// outcomes are the codes of what the store refuses.
var outcomes = map[booking.Outcome]Code{
	booking.Stale:           TryAgain,
	booking.NotOpen:         NotYetOpen,
	booking.Paused:          Paused,
	booking.Closed:          Closed,
	booking.UnknownCampaign: UnknownCampaign,
	booking.AlreadyBooked:   AlreadyBooked,
	booking.NoPlace:         NoPlace,
	booking.NoSlot:          NoSlot,
	booking.Expired:         HoldExpired,
	booking.ExtendedOnce:    HoldExtended,
	booking.NotFound:        NotFound,
	booking.Begun:           Begun,
	booking.Gone:            Gone,
	booking.WrongDoses:      WrongDoses,
	booking.KeyUsed:         KeyUsed,
}

// Refuse answers a request that was refused, or failed: by an *[Error], a
// *[store.Refusal], a [Decided], a *[dose.Error] or a [Code]. After any other error
// it is not known what became of the request, and it may be made again.
func Refuse(why error, s Situation) Refusal {
	var (
		wrong   *Error
		refused *booking.Refusal
		decided Decided
		doses   *dose.Error
		code    Code
	)
	switch {
	case errors.As(why, &wrong):
		return unreadable(wrong, s)
	case errors.As(why, &refused):
		return byStore(refused, s)
	case errors.As(why, &decided):
		r := refusal(codeOf(decisions, decided.Outcome), s)
		if text := decisionText(decided.Decision, s.Language); text != "" {
			r.Outcome.Issue[0].Details.Text = text
		}
		return r
	case errors.As(why, &doses):
		r := refusal(WrongDoses, s)
		r.Outcome.Issue[0].Details.Text = doseText(doses, s.Language)
		r.about(doses.Dose)
		return r
	case errors.As(why, &code):
		return refusal(code, s)
	}
	return refusal(TryAgain, s)
}

// codeOf is the code of a reason; of one that is not known here, that nobody knows.
func codeOf[R comparable](codes map[R]Code, reason R) Code {
	if code, ok := codes[reason]; ok {
		return code
	}
	return TryAgain
}

// refusal is the answer that all refusals of a code have in common.
func refusal(code Code, s Situation) Refusal {
	k, ok := kinds[code]
	if !ok {
		code, k = TryAgain, kinds[TryAgain]
	}
	text := k.english
	if s.Language == words.Italian {
		text = k.italian
	}
	if k.again && s.After > 0 {
		text += " " + afterText(s.After, s.Language)
	}
	return Refusal{Status: k.status, Code: code, Again: k.again, Outcome: OperationOutcome{
		ResourceType: "OperationOutcome",
		Issue: []Issue{{
			Severity: "error",
			Code:     k.issue,
			Details:  CodeableConcept{Coding: []Coding{{System: RefusalSystem, Code: string(code)}}, Text: text},
		}},
	}}
}

// unreadable answers a request that cannot be read. What is wrong where is said in
// English, to whoever writes the client; people are told what they can do.
func unreadable(e *Error, s Situation) Refusal {
	r := refusal(e.Code, s)
	issue := &r.Outcome.Issue[0]
	issue.Expression = []string{e.Expression}
	issue.Diagnostics = e.Error()
	if e.Position > 0 {
		issue.Details.Text += " " + positionText(e.Position, s.Language)
	}
	return r
}

// byStore answers what the store refused.
func byStore(refused *booking.Refusal, s Situation) Refusal {
	r := refusal(codeOf(outcomes, refused.Outcome), s)
	r.about(refused.Dose)
	if r.Code != NoPlace && r.Code != NoSlot {
		return r
	}
	issue := &r.Outcome.Issue[0]
	if refused.Dose > 0 {
		issue.Details.Text = "Dose " + strconv.Itoa(refused.Dose) + ": " + issue.Details.Text // in either language
	}
	for i, next := range s.Next {
		if i == 0 && next.Display != "" {
			issue.Details.Text += " " + nextText(next.Display, s.Language)
		}
		r.Outcome.Extension = append(r.Outcome.Extension, Extension{URL: nextExtension, ValueReference: &next})
	}
	return r
}

// about says which dose a refusal is about, if it is about one.
func (r *Refusal) about(dose int) {
	if dose > 0 {
		issue := &r.Outcome.Issue[0]
		issue.Extension = append(issue.Extension, Extension{URL: doseExtension, ValuePositiveInt: dose})
	}
}

// RetryAfter is the value of the header Retry-After; "" where there is none.
func (r Refusal) RetryAfter(after time.Duration) string {
	if !r.Again || after <= 0 {
		return ""
	}
	return fmt.Sprint(seconds(after))
}

// seconds rounds up to whole ones.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
