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
)

// The media types of requests.
const (
	kindFHIR = "application/fhir+json"
	kindJSON = "application/json"
	kindForm = "application/x-www-form-urlencoded"
)

// body reads a body that has one of the given media types, and returns which.
func body(r *http.Request, kinds ...string) (content []byte, kind string, err error) {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(parameters["charset"])
	if err != nil || !slices.Contains(kinds, kind) || charset != "" && charset != "utf-8" || r.Header.Get("Content-Encoding") != "" {
		return nil, "", booking.CodeWrongFormat
	}
	if !takesJSON(r) {
		return nil, "", booking.CodeNotAcceptable
	}
	if r.ContentLength > maxBodyBytes {
		return nil, "", booking.CodeTooLarge
	}
	content, err = io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, "", booking.CodeTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, "", booking.CodeTooSlow
	case err != nil: // cut off, or in malformed chunks
		return nil, "", booking.CodeMalformed
	}
	return content, kind, nil
}

// takesJSON reports whether the client accepts JSON.
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

// The length of an Idempotency-Key: long enough for random keys to be unique.
const (
	shortestKey = 16
	longestKey  = 128
)

// key reads the Idempotency-Key; "" if there is none.
func key(r *http.Request) (string, error) {
	values := r.Header.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	invisible := func(c rune) bool { return c <= ' ' || c > '~' }
	if k := values[0]; len(values) > 1 || len(k) < shortestKey || len(k) > longestKey || strings.ContainsFunc(k, invisible) {
		return "", booking.CodeWrongKey
	}
	return values[0], nil
}

// by returns who acts and the request's key; the clerk adds the channel.
func (s *Server) by(r *http.Request) (booking.By, error) {
	k, err := key(r)
	by := booking.By{Key: k}
	if err != nil || s.Agent == nil {
		return by, err
	}
	agent, signedIn := s.Agent(r)
	if !signedIn {
		return by, booking.CodeSignInNeeded
	}
	by.Agent = agent
	return by, nil
}
