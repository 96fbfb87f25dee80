/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// measure counts and logs a request and its answer, and answers if the handler returned an
// error.
func (s *Server) measure(to route, next handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		came := s.Clock()
		s.Metrics.flying.Inc()
		defer s.Metrics.flying.Dec()
		seen := &witness{ResponseWriter: w, status: http.StatusOK}
		if err := next(seen, r); err != nil {
			seen.why = err
			if !seen.written {
				s.refuse(to, seen, r)
			}
		}
		a := conclude(to, seen, r)
		took := s.Clock().Sub(came)
		s.Metrics.answered(to.template, a, took)
		if !to.pages || a.stack != "" || !a.failed() { // pages log their own failures
			s.logAnswer(r.Context(), to, a, took)
		}
	}
}

// refuse answers a request with the error that its handler returned.
func (s *Server) refuse(to route, seen *witness, r *http.Request) {
	if to.pages {
		s.Pages.Refuse(seen, r, seen.why)
		return
	}
	s.writeRefusal(seen, r, seen.why)
}

// answer has what metrics and logs contain about a request: nothing personal.
type answer struct {
	status   int
	class    booking.Class
	code     booking.Code
	overload booking.OverloadError
	err      error
	stack    string
}

// failed reports whether the failure is ours.
func (a answer) failed() bool {
	return a.class == classFailed || a.class == booking.ClassUnavailable
}

// conclude classifies the answer to a request.
func conclude(to route, seen *witness, r *http.Request) answer {
	a := answer{status: seen.status, class: classDone, err: seen.why}
	switch {
	case seen.why != nil:
		p := booking.Explain(seen.why)
		a.class, a.code, a.overload = p.Class, p.Code, p.Overload
		if r.Context().Err() != nil {
			a.class = classAway
		}
		var internal internalError
		if errors.As(seen.why, &internal) {
			a.class, a.stack = classFailed, internal.stack
		}
	case to.pages && seen.status >= http.StatusBadRequest:
		a.class = booking.ClassInvalid
	}
	if a.status == http.StatusInternalServerError {
		a.class = classFailed
	}
	return a
}

// logAnswer logs how a request was answered, but not who sent it, and not its content.
func (s *Server) logAnswer(ctx context.Context, to route, a answer, took time.Duration) {
	if !a.failed() && !s.Log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attributes := []slog.Attr{
		slog.String("route", to.template), slog.Int("status", a.status), slog.String("outcome", string(a.class)),
		slog.String("code", string(a.code)), slog.Duration("took", took),
	}
	if !a.failed() {
		s.Log.LogAttrs(ctx, slog.LevelDebug, "Answered", attributes...)
		return
	}
	if a.stack != "" {
		attributes = append(attributes, slog.String("stack", a.stack))
	}
	s.complain(ctx, "Failed to answer", a.err, attributes...)
}

// complain logs an error, but limits how many.
func (s *Server) complain(ctx context.Context, what string, err error, attributes ...slog.Attr) {
	s.complaints.Do(func() {
		s.Log.LogAttrs(ctx, slog.LevelError, what, append(attributes, slog.Any("error", err))...)
	})
}

// witness records the status of an answer, and the error behind it.
type witness struct {
	http.ResponseWriter
	status  int
	written bool
	why     error
}

// Observe implements [ErrorObserver].
func (w *witness) Observe(why error) { w.why = why }

// WriteHeader records the status.
func (w *witness) WriteHeader(status int) {
	if !w.written {
		w.status, w.written = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write records that the answer has begun.
func (w *witness) Write(content []byte) (int, error) {
	w.written = true
	return w.ResponseWriter.Write(content)
}

// Unwrap is for [http.ResponseController].
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }
