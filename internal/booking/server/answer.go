/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// reply is the answer to a request that was carried out.
type reply struct {
	resource any             // of FHIR; or
	written  []byte          // the same, as JSON; or
	document *document       // a public file; or
	health   *process.Health // of a probe
	fresh    time.Duration   // how long caches may keep it; 0: not at all
}

// methodNotAllowed is the error of a method that an address does not have.
type methodNotAllowed struct{ allowed string }

func (e methodNotAllowed) Error() string { return e.Unwrap().Error() }
func (methodNotAllowed) Unwrap() error   { return booking.CodeMethodNotAllowed }

// internalError carries a panic and its stack.
type internalError struct {
	error
	stack string
}

// write sends a reply.
func (to reply) write(w http.ResponseWriter, r *http.Request) error {
	if to.document != nil {
		to.document.write(w, r, to.fresh)
		return nil
	}
	status, kind, cache, content := http.StatusOK, kindFHIR, "no-store", to.resource
	switch {
	case to.health != nil:
		kind, content = kindJSON, to.health
		if !to.health.Ready {
			status = http.StatusServiceUnavailable
		}
	case to.fresh > 0:
		cache = fmt.Sprintf("public, max-age=%d", int(to.fresh.Seconds()))
	}
	body := to.written
	if body == nil {
		var err error
		if body, err = written(content); err != nil {
			return internalError{error: err}
		}
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", cache)
	w.WriteHeader(status)
	_, _ = w.Write(body) // nobody is left to tell when the client hung up
	return nil
}

// written returns content as JSON.
func written(content any) ([]byte, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return append(text, '\n'), nil
}

// writeRefusal sends an OperationOutcome that explains an error.
func (s *Server) writeRefusal(w http.ResponseWriter, r *http.Request, why error) {
	p := booking.Explain(why)
	after, status := p.Wait(), p.Status
	var (
		notAllowed methodNotAllowed
		internal   internalError
	)
	if errors.As(why, &notAllowed) {
		w.Header().Set("Allow", notAllowed.allowed)
	}
	if errors.As(why, &internal) {
		status = http.StatusInternalServerError
	}
	if after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(after.Seconds())))
	}
	w.Header().Set("Content-Type", kindFHIR)
	w.Header().Set("Cache-Control", "no-store")
	body, _ := written(fhir.Refuse(p, fhir.Situation{ // an OperationOutcome can always be written
		Language: words.Preferred(r.Header.Get("Accept-Language"), words.English), After: after, Next: s.named(p.Alternatives),
	}))
	w.WriteHeader(status)
	_, _ = w.Write(body) // nobody is left to tell when the client hung up
}

// booked answers with a booking.
func (s *Server) booked(r *http.Request, b booking.Booking, err error) (reply, error) {
	if err != nil {
		return reply{}, err
	}
	in, err := s.latest()
	if err != nil {
		return reply{}, err
	}
	return reply{resource: in.directory.Booked(b, words.Preferred(r.Header.Get("Accept-Language"), words.English))}, nil
}

// named returns places with the names of their hubs.
func (s *Server) named(places []booking.Place) []fhir.Reference {
	if len(places) == 0 {
		return nil
	}
	in, err := s.latest()
	if err != nil {
		return nil
	}
	var out []fhir.Reference
	for _, place := range places {
		out = append(out, in.directory.Next(place))
	}
	return out
}
