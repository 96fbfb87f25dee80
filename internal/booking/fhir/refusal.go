/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"errors"
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// Situation is what an answer depends on besides the problem.
type Situation struct {
	Language words.Language
	After    time.Duration // until a retry, which the text mentions; 0: it does not
	Next     []Reference   // slots that still have places, the soonest first
}

// Refuse writes the answer to a request that was refused or failed. An *[Error] and an
// unknown hub say where in the request the problem is.
func Refuse(p booking.Problem, s Situation) OperationOutcome {
	text := sentence(p.Code, s.Language)
	if p.Retry > 0 && s.After > 0 {
		text += " " + afterText(s.After, s.Language)
	}
	if decided := decisionText(p.Decision, s.Language); decided != "" {
		text = decided
	}
	if p.Doses != nil {
		text = doseText(p.Doses, s.Language)
	}
	out := OperationOutcome{ResourceType: "OperationOutcome", Issue: []Issue{{
		Severity: "error",
		Code:     p.Issue,
		Details:  CodeableConcept{Coding: []Coding{{System: RefusalSystem, Code: string(p.Code)}}, Text: text},
	}}}
	issue := &out.Issue[0]
	if p.Dose > 0 {
		issue.Extension = append(issue.Extension, Extension{URL: doseExtension, ValuePositiveInt: p.Dose})
	}
	issue.locate(p.Err, s.Language)
	if p.Code == booking.CodeNoPlace || p.Code == booking.CodeNoSlot {
		out.propose(p.Dose, s)
	}
	return out
}

// locate says where in the request the problem is: in English to the authors of clients,
// who need to know what is wrong there, and to people the character at most.
func (i *Issue) locate(err error, l words.Language) {
	var (
		wrong   *Error
		unknown booking.UnknownHubError
	)
	if errors.As(err, &unknown) {
		wrong = unknownHub(unknown.Index)
	} else if !errors.As(err, &wrong) {
		return
	}
	i.Expression = []string{wrong.Expression}
	i.Diagnostics = wrong.Error()
	if wrong.Position > 0 {
		i.Details.Text += " " + positionText(wrong.Position, l)
	}
}

// propose adds the free slots that can be taken instead.
func (o *OperationOutcome) propose(dose int, s Situation) {
	text := &o.Issue[0].Details.Text
	if dose > 0 {
		*text = "Dose " + strconv.Itoa(dose) + ": " + *text // in either language
	}
	for i, next := range s.Next {
		if i == 0 && next.Display != "" {
			*text += " " + nextText(next.Display, s.Language)
		}
		o.Extension = append(o.Extension, Extension{URL: nextExtension, ValueReference: &next})
	}
}

// seconds rounds up to whole ones.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
