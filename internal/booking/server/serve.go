/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// action carries out what a route's method asks for.
type action func(*http.Request) (reply, error)

// handle serves a route.
func (s *Server) handle(to route) { s.mux.HandleFunc(to.template, s.front(to, to.perform)) }

// perform answers with what the action of the request's method returns.
func (to route) perform(w http.ResponseWriter, r *http.Request) error {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	do, ok := to.methods[method]
	switch {
	case len(to.methods) == 0:
		return booking.CodeUnknownPath
	case !ok:
		return methodNotAllowed{to.allowed()}
	}
	out, err := do(r)
	if err != nil {
		return err
	}
	return out.write(w, r)
}

// allowed lists the methods of a route for the header Allow.
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

// panicked returns the error of a panic. It repeats only values that the runtime made:
// others may hold anything.
func panicked(v any) error {
	if err, ok := v.(runtime.Error); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic with a value of type %T", v)
}
