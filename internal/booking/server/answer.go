/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// reply is what is answered where a request was carried out.
type reply struct {
	resource any             // of FHIR; or
	written  []byte          // the same, as JSON; or
	document *document       // for anybody, as it is
	health   *process.Health // of a probe
	fresh    time.Duration   // how long anybody may keep it; 0: nobody may
}

// later is an error after which the request may be made again in a while.
type later struct {
	error
	after time.Duration
}

func (l later) Unwrap() error { return l.error }

// beside is an error with places that are still free.
type beside struct {
	error
	next []fhir.Reference
}

func (b beside) Unwrap() error { return b.error }

// elsewise is the error of a method that an address does not have.
type elsewise struct{ allowed string }

func (elsewise) Error() string { return string(fhir.MethodNotAllowed) }

// crash is a mistake of ours.
type crash struct {
	error
	stack string
}

// When to come again: at a time by chance, so that those who were sent away together
// do not come back together.
const (
	soonest    = time.Second
	unlucky    = 5 * time.Second  // where the store did not answer
	crowdedOut = 10 * time.Second // where there were too many
)

// spread gives a time by chance, in whole seconds.
func spread(latest time.Duration) time.Duration {
	return soonest + time.Duration(rand.Int64N(int64(latest/time.Second)))*time.Second
}

// answer is what goes out, and what is counted of it.
type answer struct {
	status int
	header http.Header
	body   []byte

	class class
	code  string // why it was refused
	shed  clerk.Shed
	err   error // for the log, where it is ours
	stack string
}

// answered gives what goes out for a reply or an error.
func answered(r *http.Request, to reply, err error) answer {
	if err != nil {
		return refused(r, err)
	}
	a := answer{status: http.StatusOK, header: http.Header{}, class: classDone}
	content := to.resource
	a.header.Set("Content-Type", kindFHIR)
	a.header.Set("Cache-Control", "no-store")
	switch {
	case to.health != nil:
		content = to.health
		a.header.Set("Content-Type", kindJSON)
		if !to.health.Ready {
			a.status = http.StatusServiceUnavailable
		}
	case to.fresh > 0:
		a.header.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(to.fresh.Seconds())))
	}
	if a.body = to.written; a.body != nil {
		return a
	}
	if a.body, err = written(content); err != nil {
		return refused(r, crash{error: err})
	}
	return a
}

// written is something as JSON.
func written(content any) ([]byte, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return append(text, '\n'), nil
}

// refused gives what goes out for an error.
func refused(r *http.Request, why error) answer {
	situation := fhir.Situation{Language: words.Preferred(r.Header.Get("Accept-Language"), words.English), After: spread(unlucky)}
	a := answer{header: http.Header{}, err: why}
	var (
		crashed  crash
		wait     later
		next     beside
		elsewise elsewise
	)
	if errors.As(why, &a.shed) {
		why, situation.After = fhir.Overloaded, spread(crowdedOut)
	}
	if errors.As(why, &wait) {
		situation.After = wait.after
	}
	if errors.As(why, &next) {
		situation.Next = next.next
	}
	if errors.As(why, &elsewise) {
		why = fhir.MethodNotAllowed
		a.header.Set("Allow", elsewise.allowed)
	}
	refusal := fhir.Refuse(why, situation)
	a.status, a.code, a.class = refusal.Status, string(refusal.Code), classOf(refusal)
	if r.Context().Err() != nil {
		a.class = classAway
	}
	if errors.As(why, &crashed) {
		a.status, a.class, a.stack = http.StatusInternalServerError, classFailed, crashed.stack
	}
	if after := refusal.RetryAfter(situation.After); after != "" {
		a.header.Set("Retry-After", after)
	}
	a.header.Set("Content-Type", kindFHIR)
	a.header.Set("Cache-Control", "no-store")
	a.body, _ = written(refusal.Outcome) // has nothing that cannot be written
	return a
}

// classOf tells what a refusal counts as.
func classOf(r fhir.Refusal) class {
	switch r.Code {
	case fhir.TooManyRequests:
		return classLimited
	case fhir.Overloaded:
		return classShed
	case fhir.TryAgain, fhir.NotServed:
		return classUnavailable
	case fhir.UnknownPath, fhir.SignInNeeded:
		return classInvalid
	default:
	}
	switch r.Status {
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusRequestTimeout,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
		return classInvalid
	}
	return classRefused
}

// write sends an answer.
func (a answer) write(w http.ResponseWriter) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // whoever hung up is not told
}
