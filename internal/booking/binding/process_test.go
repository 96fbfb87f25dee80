/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package binding

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// midnight is the end of 1 December 2026 in Rome.
var midnight = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

// makeCatalog returns a catalog with one campaign. Its content depends only on the opening.
func makeCatalog(revision int64, opens time.Time) catalog.Catalog {
	week := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	return catalog.Catalog{
		Revision: revision, Platform: "lazio", TimeZone: "Europe/Rome",
		Hubs: []catalog.Hub{
			{
				Name: "fiera-di-roma", DisplayName: "Hub Fiera di Roma", Address: "Via Portuense 1645, Roma",
				Services: []string{"Test", "Vaccination"}, Stations: 30, MinutesPerAppointment: 8,
				OpeningHours: []catalog.Hours{{Days: week, Opens: "08:00", Closes: "13:00"}, {Days: week, Opens: "14:00", Closes: "24:00"}},
				ClosedOn:     []string{"2026-12-25"},
				Labels:       map[string]string{"province": "rm"},
			},
			{
				Name: "rieti", DisplayName: "Hub Rieti", Address: "Via Flavio Sabino 27, Rieti",
				Services: []string{"Vaccination"}, Stations: 4, MinutesPerAppointment: 20,
				OpeningHours: []catalog.Hours{{Days: week, Opens: "00:00", Closes: "24:00"}},
			},
		},
		Campaigns: []catalog.Campaign{
			{
				Name: "born-1946-1950", Service: "Vaccination", OpensAt: opens, OpensAtLocal: "then",
				Doses: catalog.Doses{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42},
			},
			{
				Name: "roman-tests", Service: "Test", OpensAt: opens, OpensAtLocal: "then", Doses: catalog.Doses{Count: 1},
				HubSelector: catalog.Selector{MatchLabels: map[string]string{"province": "rm"}},
			},
		},
	}
}

// fakeStore behaves as the real one does, with documents as bytes.
type fakeStore struct {
	mu        sync.Mutex
	documents map[int64][]byte
	now       time.Time
	down      error // all calls fail
	mute      error // only documents cannot be read
	published int
	fetched   int
	asked     func() // while it is asked what binds
}

func newStore() *fakeStore { return &fakeStore{documents: map[int64][]byte{}, now: midnight} }

func (s *fakeStore) highest() int64 {
	highest := int64(0)
	for revision := range s.documents {
		highest = max(highest, revision)
	}
	return highest
}

func (s *fakeStore) Publish(_ context.Context, c catalog.Catalog) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return s.down
	}
	s.published++
	if c.Revision <= s.highest() {
		return nil
	}
	document, err := c.Encode()
	s.documents[c.Revision] = document
	return err
}

func (s *fakeStore) Binding(context.Context) (int64, time.Time, error) {
	if s.asked != nil {
		s.asked()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.highest(), s.now, s.down
}

func (s *fakeStore) Catalog(_ context.Context, revision int64) (catalog.Catalog, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fetched++
	if err := errors.Join(s.down, s.mute); err != nil {
		return catalog.Catalog{}, err
	}
	return catalog.Decode(s.documents[revision])
}

func (s *fakeStore) Digest(_ context.Context, revision int64) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	document, had := s.documents[revision]
	if s.down != nil || !had {
		return "", s.down
	}
	c, err := catalog.Decode(document)
	return c.Digest(), err
}

// mount is a directory as kubelet mounts a ConfigMap: the file is a link into ..data,
// which is a link to a directory of one version, and is swapped.
type mount struct {
	t       *testing.T
	dir     string
	version int
}

func newMount(t *testing.T) *mount {
	t.Helper()
	m := &mount{t: t, dir: t.TempDir()}
	m.must(os.Symlink(filepath.Join("..data", "catalog.json"), m.file()))
	return m
}

func (m *mount) file() string { return filepath.Join(m.dir, "catalog.json") }

func (m *mount) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// Holds swaps the mount to a document.
func (m *mount) Holds(document []byte) {
	m.t.Helper()
	data, next := filepath.Join(m.dir, "..data"), filepath.Join(m.dir, "..data_tmp")
	old, _ := os.Readlink(data) // none at first
	m.version++
	version := fmt.Sprintf("..2026_12_01_%d", m.version)
	m.must(os.Mkdir(filepath.Join(m.dir, version), 0o755))
	m.must(os.WriteFile(filepath.Join(m.dir, version, "catalog.json"), document, 0o644))
	m.must(os.Symlink(version, next))
	m.must(os.Rename(next, data))
	if old != "" {
		m.must(os.RemoveAll(filepath.Join(m.dir, old)))
	}
}

func (m *mount) HoldsCatalog(c catalog.Catalog) {
	m.t.Helper()
	document, err := c.Encode()
	m.must(err)
	m.Holds(document)
}

// process is one booking process with a mount of its own.
type process struct {
	*Binding
	mount *mount
}

func newProcess(t *testing.T, store Store) process {
	t.Helper()
	m := newMount(t)
	return process{New(Options{File: m.file(), Platform: "lazio", Store: store, Clock: func() time.Time { return midnight }}), m}
}

// opens returns when a process says that people may book.
func (p process) opens(t *testing.T) time.Time {
	t.Helper()
	s, err := p.Current()
	if err != nil {
		t.Fatal(err)
	}
	c, known := s.Campaign("born-1946-1950")
	if !known {
		t.Fatal("the campaign is unknown")
	}
	return c.OpensAt
}

func (p process) read(t *testing.T) {
	t.Helper()
	if err := p.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (p process) refresh(t *testing.T) {
	t.Helper()
	if err := p.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}
