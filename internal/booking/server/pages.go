/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
)

// Pages are what people see, beside what programs ask for: all addresses are theirs
// that are not the server's own (see routes.go). They log what goes wrong with them;
// the server limits, counts and drains.
//
// The [http.ResponseWriter] that they are given is an [ErrorObserver].
type Pages interface {
	http.Handler
	// Refuse answers a request that they were not asked, as people read it: one too
	// many from an address ([clerk.TooOften]), or one that ended in a panic.
	Refuse(http.ResponseWriter, *http.Request, error)
}

// ErrorObserver observes the error behind a page's answer, for the metrics. The error
// contains no personal data.
type ErrorObserver interface{ Observe(error) }

// pages is the route of all of them: an address may be what somebody typed.
var pages = route{template: "pages"}

// files are below it: anybody may keep them, and a page needs several. They do not
// count as requests of an address.
const files = "/static/"

// own tells whether an address is for programs, also where nothing is there.
func own(path string) bool {
	return strings.HasPrefix(path, "/fhir/") || strings.HasPrefix(path, bulkPath+"/") || path == "/fhir" || path == bulkPath
}

// rest serves all addresses that no route has.
func (s *Server) rest(w http.ResponseWriter, r *http.Request) {
	if s.Pages == nil || own(r.URL.Path) || r.Method == http.MethodConnect {
		s.serve(w, r, nowhere)
		return
	}
	s.show(w, r)
}

// show lets pages answer, and says what became of it.
func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	came := s.Clock()
	s.Metrics.flying.Inc()
	defer s.Metrics.flying.Dec()
	seen := &witness{ResponseWriter: w}
	if err := s.shown(seen, r); err != nil {
		seen.why = err
		if seen.status == 0 {
			s.Pages.Refuse(seen, r, err)
		}
	}
	a := s.became(seen, r)
	took := s.Clock().Sub(came)
	s.Metrics.answered(pages.template, a, took)
	if a.stack != "" || a.class != classFailed && a.class != classUnavailable {
		s.tell(r.Context(), pages, a, took)
	}
}

// shown lets pages answer, whatever happens on the way.
func (s *Server) shown(w *witness, r *http.Request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			s.Metrics.panics.Inc()
			err = crash{panicked(v), string(debug.Stack())}
		}
	}()
	if !strings.HasPrefix(r.URL.Path, files) {
		if wait := s.wait(r); wait > 0 {
			return clerk.TooOften{After: wait}
		}
	}
	s.Pages.ServeHTTP(w, r)
	return nil
}

// became tells what the metrics call an answer of pages.
func (s *Server) became(seen *witness, r *http.Request) answer {
	a := answer{class: classDone}
	switch {
	case seen.why != nil:
		a = refused(r, s.told(seen.why))
	case seen.status >= http.StatusBadRequest:
		a.class = classInvalid
	}
	if a.status = seen.status; a.status == http.StatusInternalServerError {
		a.class = classFailed
	}
	return a
}

// witness sees the status of an answer, and hears why it is so.
type witness struct {
	http.ResponseWriter
	status int
	why    error
}

// Observe is called before the answer is written.
func (w *witness) Observe(why error) { w.why = why }

// WriteHeader sees the status.
func (w *witness) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write sees the status of answers that say none.
func (w *witness) Write(content []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(content)
}

// Unwrap is for [http.ResponseController].
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }
