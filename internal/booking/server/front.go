/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// handler answers a request, or returns why it does not.
type handler func(http.ResponseWriter, *http.Request) error

// middleware wraps the handler of a route.
type middleware func(route, handler) handler

// front returns a route's handler behind the gates that every public request passes, the
// outermost first. A new gate is a new line here.
func (s *Server) front(to route, next handler) http.HandlerFunc {
	gates := []middleware{
		s.secure,         // headers of every answer
		s.recoverPanics,  // a panic becomes an error
		s.limitAddresses, // 429 for too many requests from one address
	}
	for _, gate := range slices.Backward(gates) {
		next = gate(to, next)
	}
	return s.measure(to, next) // counts, and answers errors
}

// route is an address with its methods.
type route struct {
	template string
	methods  map[string]action // GET also answers HEAD
	probe    bool              // of the kubelet's: not limited
	pages    bool              // the channel's pages answer
}

var (
	// nowhere stands for all addresses without a route.
	nowhere = route{template: "other"}
	// allPages stands for all pages: metrics must not contain an address that somebody typed.
	allPages = route{template: "pages", pages: true}
)

// files is the path of the pages' files. They are not limited, because a page needs several
// and browsers keep them.
const files = "/static/"

// ServeHTTP answers requests.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The mux would redirect an address that is not clean, and so repeat personal data in it.
	if !path.IsAbs(r.URL.Path) || r.URL.Path != path.Clean(r.URL.Path) || r.Method == http.MethodConnect {
		s.serveOther(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// serveOther answers at all addresses that no route has.
func (s *Server) serveOther(w http.ResponseWriter, r *http.Request) {
	if s.Pages == nil || forPrograms(r.URL.Path) || r.Method == http.MethodConnect {
		s.other(w, r)
		return
	}
	s.anyPage(w, r)
}

// forPrograms reports whether an address is for programs, even if nothing is there.
func forPrograms(path string) bool {
	return strings.HasPrefix(path, "/fhir/") || strings.HasPrefix(path, bulkPath+"/") || path == "/fhir" || path == bulkPath
}

// secure sets the security headers of answers to programs; pages set their own.
func (s *Server) secure(to route, next handler) handler {
	if to.pages {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		w.Header().Set("Referrer-Policy", "no-referrer")
		return next(w, r)
	}
}

// recoverPanics turns a panic into an internalError.
func (s *Server) recoverPanics(_ route, next handler) handler {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		defer func() {
			if v := recover(); v != nil {
				s.Metrics.panics.Inc()
				err = internalError{panicked(v), string(debug.Stack())}
			}
		}()
		return next(w, r)
	}
}

// limitAddresses counts a request of an address, or refuses one too many.
func (s *Server) limitAddresses(to route, next handler) handler {
	if to.probe {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		if !to.pages || !strings.HasPrefix(r.URL.Path, files) {
			if wait := s.wait(r); wait > 0 {
				return booking.RateLimitError{After: wait}
			}
		}
		return next(w, r)
	}
}
