/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import "net/http"

// Pages answers people, at all addresses without a route (see routes.go). It logs its own
// failures; the server limits, counts and drains. Its [http.ResponseWriter] is an
// [ErrorObserver].
type Pages interface {
	http.Handler
	// Refuse answers, with a page, a request that was rejected before it reached ServeHTTP
	// (a [booking.RateLimitError]), or that ended in a panic.
	Refuse(http.ResponseWriter, *http.Request, error)
}

// ErrorObserver observes the error behind an answer, before the answer is written. Metrics
// count the error; it must not contain anything personal.
type ErrorObserver interface{ Observe(error) }

// show lets the pages answer.
func (s *Server) show(w http.ResponseWriter, r *http.Request) error {
	s.Pages.ServeHTTP(w, r)
	return nil
}
