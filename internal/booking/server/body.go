/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// The kinds of content that requests may have.
const (
	kindFHIR = "application/fhir+json"
	kindJSON = "application/json"
	kindForm = "application/x-www-form-urlencoded"
)

// body reads a request's body, of one of some kinds, and tells which.
func body(r *http.Request, kinds ...string) (content []byte, kind string, err error) {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(parameters["charset"])
	if err != nil || !slices.Contains(kinds, kind) || charset != "" && charset != "utf-8" || r.Header.Get("Content-Encoding") != "" {
		return nil, "", fhir.WrongFormat
	}
	if !takesJSON(r) {
		return nil, "", fhir.NotAcceptable
	}
	if r.ContentLength > maxBodyBytes {
		return nil, "", fhir.TooLarge
	}
	content, err = io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, "", fhir.TooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, "", fhir.TooSlow
	case err != nil: // cut off, or in chunks that are none
		return nil, "", fhir.Malformed
	}
	return content, kind, nil
}

// takesJSON tells whether the answer may be what it is.
func takesJSON(r *http.Request) bool {
	accepts := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(accepts) == "" {
		return true
	}
	for kind := range strings.SplitSeq(accepts, ",") {
		kind, _, _ = strings.Cut(kind, ";")
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "*/*", "application/*", kindFHIR, kindJSON:
			return true
		}
	}
	return false
}

// How long a request's own key may be: long enough that nobody has the same by chance.
const (
	shortestKey = 16
	longestKey  = 128
)

// key reads a request's own key; "" where it has none.
func key(r *http.Request) (string, error) {
	values := r.Header.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	invisible := func(c rune) bool { return c <= ' ' || c > '~' }
	if k := values[0]; len(values) > 1 || len(k) < shortestKey || len(k) > longestKey || strings.ContainsFunc(k, invisible) {
		return "", fhir.WrongKey
	}
	return values[0], nil
}

// by tells who acts, and under which key; the channel is the clerk's to say.
func (s *Server) by(r *http.Request) (booking.By, error) {
	k, err := key(r)
	by := booking.By{Key: k}
	if err != nil || s.Agent == nil {
		return by, err
	}
	agent, signedIn := s.Agent(r)
	if !signedIn {
		return by, fhir.SignInNeeded
	}
	by.Agent = agent
	return by, nil
}
