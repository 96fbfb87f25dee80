/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// The public files and their addresses.
const (
	bulkPath     = "/bulk"
	manifestFile = "manifest"
	kindNDJSON   = "application/fhir+ndjson"
)

// published answers with a public file.
func (s *Server) published(name string) action {
	return func(r *http.Request) (reply, error) {
		d, err := s.publication.read(r.Context(), name)
		if err != nil {
			return reply{}, err
		}
		return reply{document: &d, fresh: s.PublishEvery}, nil
	}
}

// republish writes the public files, and logs why it cannot: readers only see that the files
// are old.
func (s *Server) republish(ctx context.Context) (map[string]document, error) {
	out, err := s.publish(ctx)
	var why booking.OverloadError
	if err != nil && !errors.As(err, &why) {
		s.complain(ctx, "Failed to publish", err)
	}
	return out, err
}

// publish writes the public files with the places that are free now.
func (s *Server) publish(ctx context.Context) (map[string]document, error) {
	in, err := s.latest()
	if err != nil {
		return nil, err
	}
	counted := s.Binding.Now()
	days, err := s.Clerk.Availability(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	out := map[string]document{}
	for name, write := range map[string]func(io.Writer) error{
		fhir.LocationsPath: in.directory.WriteLocations,
		fhir.SchedulesPath: in.directory.WriteSchedules,
		fhir.SlotsPath:     func(w io.Writer) error { return in.directory.WriteSlots(w, days) },
	} {
		var text bytes.Buffer
		if err := write(&text); err != nil {
			return nil, err
		}
		out[name] = document{kind: kindNDJSON, plain: text.Bytes()}
	}
	manifest, err := written(fhir.NewManifest(s.PublicURL+bulkPath, counted))
	out[manifestFile] = document{kind: kindJSON, plain: manifest}
	return out, err
}
