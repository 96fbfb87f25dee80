/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import "net/http"

// Pages answer people. All addresses are theirs that no route has (see routes.go). They log
// their own failures; the server limits, counts and drains.
//
// The [http.ResponseWriter] that they get is an [ErrorObserver].
type Pages interface {
	http.Handler
	// Refuse answers a request that did not reach ServeHTTP, with a page: one too many
	// from an address ([booking.RateLimitError]), or one that ended in a panic.
	Refuse(http.ResponseWriter, *http.Request, error)
}

// ErrorObserver hears why a page is not what was asked for, before it is written. The
// metrics count it; the error must not hold anything of a person.
type ErrorObserver interface{ Observe(error) }

// show lets the pages answer.
func (s *Server) show(w http.ResponseWriter, r *http.Request) error {
	s.Pages.ServeHTTP(w, r)
	return nil
}
