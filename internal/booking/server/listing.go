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

// listing is a catalog with the resources that are written from it.
type listing struct {
	*binding.Snapshot
	directory            *fhir.Directory
	locations, schedules []byte
}

// listings keeps the listing of the newest catalog.
type listings struct{ newest atomic.Pointer[listing] }

// write returns the listing of a catalog, which it writes once.
func (l *listings) write(snapshot *binding.Snapshot) (*listing, error) {
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

// current returns the catalog in force.
func (s *Server) current() (*listing, error) {
	snapshot, err := s.Binding.Current()
	if err != nil {
		return nil, err
	}
	return s.listings.write(snapshot)
}

// latest returns the catalog in force or, if none is, the last one: it is good enough to
// describe a booking.
func (s *Server) latest() (*listing, error) {
	in, err := s.current()
	if newest := s.listings.newest.Load(); err != nil && newest != nil {
		return newest, nil
	}
	return in, err
}
