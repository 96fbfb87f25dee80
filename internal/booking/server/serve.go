/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// action answers a request.
type action func(*http.Request) (reply, error)

// route is what may be done at an address.
type route struct {
	template string
	methods  map[string]action // HEAD goes with GET
	probe    bool              // is neither limited nor negotiated with
}

// nowhere is the route of requests that have none.
var nowhere = route{template: "other"}

// handle serves a route.
func (s *Server) handle(to route) {
	s.mux.HandleFunc(to.template, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, to) })
}

// ServeHTTP answers requests.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The mux would send whoever writes an address otherwise elsewhere, and with it
	// what they wrote.
	if !path.IsAbs(r.URL.Path) || r.URL.Path != path.Clean(r.URL.Path) || r.Method == http.MethodConnect {
		s.rest(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// serve answers a request, and says what became of it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, to route) {
	came := s.Clock()
	s.Metrics.flying.Inc()
	defer s.Metrics.flying.Dec()
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.Header().Set("Referrer-Policy", "no-referrer")
	out, err := s.attempt(r, to)
	a := answer{status: http.StatusOK, class: classDone}
	if err == nil && out.document != nil {
		out.document.write(w, r, out.fresh)
	} else {
		a = answered(r, out, err)
		a.write(w)
	}
	took := s.Clock().Sub(came)
	s.Metrics.answered(to.template, a, took)
	s.tell(r.Context(), to, a, took)
}

// attempt carries a request out, whatever happens on the way.
func (s *Server) attempt(r *http.Request, to route) (out reply, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.Metrics.panics.Inc()
			err = crash{panicked(v), string(debug.Stack())}
		}
	}()
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	do, ok := to.methods[method]
	if !to.probe {
		if err := s.allow(r); err != nil {
			return reply{}, err
		}
	}
	switch {
	case len(to.methods) == 0:
		return reply{}, fhir.UnknownPath
	case !ok:
		return reply{}, elsewise{to.allowed()}
	}
	out, err = do(r)
	return out, s.told(err)
}

// allowed are the methods of a route, as the header Allow has them.
func (to route) allowed() string {
	var methods []string
	for method := range to.methods {
		methods = append(methods, method)
		if method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

// tell logs what became of a request: nothing of who asked, and nothing of what.
func (s *Server) tell(ctx context.Context, to route, a answer, took time.Duration) {
	ours := a.class == classFailed || a.class == classUnavailable
	if !ours && !s.Log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attributes := []slog.Attr{
		slog.String("route", to.template), slog.Int("status", a.status), slog.String("outcome", string(a.class)),
		slog.String("code", a.code), slog.Duration("took", took),
	}
	if !ours {
		s.Log.LogAttrs(ctx, slog.LevelDebug, "Answered", attributes...)
		return
	}
	if a.stack != "" {
		attributes = append(attributes, slog.String("stack", a.stack))
	}
	s.complain(ctx, "Failed to answer", a.err, attributes...)
}

// complain logs an error, unless there were very many.
func (s *Server) complain(ctx context.Context, what string, err error, attributes ...slog.Attr) {
	s.complaints.Do(func() {
		s.Log.LogAttrs(ctx, slog.LevelError, what, append(attributes, slog.Any("error", err))...)
	})
}

// panicked is the error of a panic. What was panicked with may hold anything, so it
// is repeated only where the runtime made it.
func panicked(v any) error {
	if err, ok := v.(runtime.Error); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic with a value of type %T", v)
}
