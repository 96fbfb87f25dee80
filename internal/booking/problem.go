/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
)

// Problem is a classified error: everything that HTTP, FHIR and pages need to answer it.
type Problem struct {
	Err  error
	Code Code
	Rule

	Outcome      Outcome              // "" unless the store or the rules of doses refused
	Decision     eligibility.Decision // zero unless the catalog refused
	Doses        *dose.Error          // nil unless the rules of doses refused
	Dose         int                  // from 1; 0: no dose in particular
	Alternatives []Place              // free places for that dose
	Overload     OverloadError        // why the request was shed
	After        time.Duration        // until a retry is allowed; 0: see Rule.Retry
	Unexpected   bool                 // none of the known errors: it belongs in the log
}

// Explain classifies an error. The effect of a request is unknown after an unexpected
// one, and the request may be sent again.
func Explain(err error) Problem {
	p := Problem{Err: err}
	p.Code = p.classify()
	rule, known := rules[p.Code]
	if !known {
		p.Code, rule, p.Unexpected = CodeTryAgain, rules[CodeTryAgain], !errors.Is(err, ErrNotInForce)
	}
	p.Rule = rule
	var alternatives AlternativesError
	if errors.As(err, &alternatives) {
		p.Alternatives = alternatives.Next
	}
	return p
}

// classify returns the code of the error, "" if it has none, and fills in its details.
func (p *Problem) classify() Code {
	var (
		refused  *Refusal
		decided  NotEligibleError
		limited  RateLimitError
		code     Code
		notFound UnknownHubError
	)
	switch {
	case errors.As(p.Err, &refused):
		p.Outcome, p.Dose = refused.Outcome, refused.Dose
		return outcomes[refused.Outcome]
	case errors.As(p.Err, &decided):
		p.Decision = decided.Decision
		return decisions[decided.Outcome]
	case errors.As(p.Err, &p.Doses):
		p.Outcome, p.Dose = WrongDoses, p.Doses.Dose
		return CodeWrongDoses
	case errors.As(p.Err, &limited):
		p.After = limited.After
		return CodeTooManyRequests
	case errors.As(p.Err, &p.Overload):
		return CodeOverloaded
	case errors.As(p.Err, &notFound):
		return CodeWrongValue
	case errors.As(p.Err, &code):
		return code
	}
	return ""
}

// Wait returns when to retry, in whole seconds: as the error says, else drawn at random;
// 0 if a retry changes nothing.
func (p Problem) Wait() time.Duration {
	switch {
	case p.Retry == 0:
		return 0
	case p.After > 0:
		return (p.After + time.Second - 1).Truncate(time.Second)
	}
	return time.Duration(1+rand.Int64N(int64(p.Retry/time.Second))) * time.Second
}
