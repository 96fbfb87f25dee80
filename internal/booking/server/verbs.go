/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/store"
)

// allow counts a request about a person, unless it is one too many.
func (s *Server) allow(who identifier.Identifier) error {
	if wait := s.limits.person(who, s.Clock()); wait > 0 {
		return later{fhir.TooManyRequests, wait}
	}
	return nil
}

// inside does what needs the store, once the gate lets it in. What has begun is
// finished, also where the client hangs up: a connection that breaks in the middle
// costs more than the answer that nobody reads.
func (s *Server) inside(ctx context.Context, u urgency, do func(context.Context) error) error {
	leave, err := s.gate.enter(ctx, u)
	if err != nil {
		return err
	}
	defer leave()
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer stop()
	return do(ctx)
}

// attempts is how often something is decided, each time by a newer catalog, before
// somebody is asked to come again.
const attempts = 3

// bound does something by the catalog that binds: where the store says that it is
// another, that one is read, and it is done again.
func (s *Server) bound(ctx context.Context, do func() error) error {
	for range attempts {
		before := s.Binding.Revision()
		err := do()
		if !stale(err) {
			return err
		}
		if s.Binding.Revision() != before {
			continue // somebody else has read it meanwhile
		}
		if err := s.Binding.Refresh(ctx); err != nil {
			return fmt.Errorf("read the catalog that binds: %w", err)
		}
	}
	return errStale
}

var errStale = errors.New("another catalog binds, time and again")

// stale tells whether the store wants it decided by another catalog.
func stale(err error) bool {
	var refusal *store.Refusal
	return errors.As(err, &refusal) && refusal.Outcome == store.Stale
}

// booked answers with a booking.
func (s *Server) booked(r *http.Request, b store.Booking, err error) (reply, error) {
	if err != nil {
		return reply{}, err
	}
	in, err := s.latest()
	if err != nil {
		return reply{}, err
	}
	return reply{resource: in.directory.Booked(b, fhir.Preferred(r.Header.Get("Accept-Language")))}, nil
}
