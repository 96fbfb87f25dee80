/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"sync/atomic"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// listing is a catalog, with what this server writes of it.
type listing struct {
	*binding.Snapshot
	directory            *fhir.Directory
	locations, schedules []byte
}

// listings keep the listing of the newest catalog.
type listings struct{ newest atomic.Pointer[listing] }

// of gives the listing of a catalog.
func (l *listings) of(snapshot *binding.Snapshot) (*listing, error) {
	if newest := l.newest.Load(); newest != nil && newest.Snapshot == snapshot {
		return newest, nil
	}
	directory, err := fhir.NewDirectory(snapshot.Catalog)
	if err != nil {
		return nil, err
	}
	made := &listing{Snapshot: snapshot, directory: directory}
	if made.locations, err = written(fhir.Searchset(directory.Locations())); err != nil {
		return nil, err
	}
	if made.schedules, err = written(fhir.Searchset(directory.Schedules())); err != nil {
		return nil, err
	}
	l.newest.Store(made)
	return made, nil
}

// current gives the catalog in force.
func (s *Server) current() (*listing, error) {
	snapshot, err := s.Binding.Current()
	if err != nil {
		return nil, err
	}
	return s.listings.of(snapshot)
}

// latest gives the catalog in force or, where it may not be used to decide any more,
// the last one: what is booked is told all the same.
func (s *Server) latest() (*listing, error) {
	in, err := s.current()
	if newest := s.listings.newest.Load(); err != nil && newest != nil {
		return newest, nil
	}
	return in, err
}
