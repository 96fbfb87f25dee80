/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"context"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/booking/server"
	"github.com/mezzanotte/mezzanotte/internal/booking/web"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// site is a booking server of the web, put together as cmd/booking does, on a real
// store. What its clerk is asked for can be made to fail.
type site struct {
	t       testing.TB
	store   *postgres.Store
	binding *binding.Binding
	search  *search.Search
	clerk   *moody
	keys    *keyring.Keys
	file    string // the catalog's
}

// moody is a clerk who refuses what a test says.
type moody struct {
	page.Clerk
	mu      sync.Mutex
	refuses map[string]error // by verb
}

func (m *moody) set(refuses map[string]error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuses = refuses
}

func (m *moody) why(verb string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refuses[verb]
}

// Find finds none where it "finds nothing".
func (m *moody) Find(ctx context.Context, s clerk.Search) (catalog.Campaign, []search.Offer, error) {
	if err := m.why("find"); err != nil {
		return catalog.Campaign{}, nil, err
	}
	c, offers, err := m.Clerk.Find(ctx, s)
	if m.why("find nothing") != nil {
		offers = nil
	}
	return c, offers, err
}

func (m *moody) Hold(ctx context.Context, w clerk.TakeRequest) (booking.Booking, error) {
	if err := m.why("hold"); err != nil {
		return booking.Booking{}, err
	}
	return m.Clerk.Hold(ctx, w)
}

func (m *moody) Confirm(ctx context.Context, r booking.Reference, c booking.Contact, by booking.By) (booking.Booking, error) {
	if err := m.why("confirm"); err != nil {
		return booking.Booking{}, err
	}
	return m.Clerk.Confirm(ctx, r, c, by)
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// newSite opens a site for a catalog. It is ready when it is returned, and looks after
// itself as a booking server does until the test ends.
func newSite(t testing.TB, c catalog.Catalog) *site {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	keys := must(keyring.Load(filepath.Dir(write("keys/2026-01-01", []byte(keyring.Generate([32]byte{1}))))))(t)
	s := &site{t: t, keys: keys}
	s.store = must(postgres.Open(t.Context(), postgres.Options{URI: database.Database(t), Connections: 6, Keys: func() *keyring.Keys { return keys }}))(t)
	t.Cleanup(s.store.Close)
	if err := s.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.file = write("catalog/catalog.json", must(c.Encode())(t))
	s.binding = binding.New(binding.Options{File: s.file, Store: s.store, Clock: time.Now})
	s.search = search.New(search.Options{Store: s.store, Clock: s.binding.Now, Random: rand.NewPCG(1, 2)})
	real := must(clerk.New(clerk.Options{
		Store: s.store, Binding: s.binding, Search: s.search, Channel: "web", Connections: 5, PerPerson: clerk.DefaultPerPerson, Clock: time.Now,
	}))(t)
	s.clerk = &moody{Clerk: real}
	s.ready(c)
	return s
}

// ready does each chore once, and goes on with those of which a test may notice.
func (s *site) ready(c catalog.Catalog) {
	ctx, stop := context.WithCancel(s.t.Context())
	chores := []func() error{
		func() error { return s.binding.Read(ctx) },
		func() error { return s.binding.Refresh(ctx) },
	}
	do := func() error {
		for _, chore := range chores {
			if err := chore(); err != nil {
				return err
			}
		}
		return nil
	}
	if err := do(); err != nil {
		s.t.Fatal(err)
	}
	must(s.store.Sync(ctx, c, 60))(s.t)
	must(s.store.CountAvailability(ctx, 0))(s.t)
	if err := s.search.Refresh(ctx); err != nil {
		s.t.Fatal(err)
	}
	var working sync.WaitGroup
	working.Go(func() {
		for ctx.Err() == nil {
			if err := do(); err != nil && ctx.Err() == nil {
				s.t.Error(err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(500 * time.Millisecond):
			}
		}
	})
	s.t.Cleanup(func() { stop(); working.Wait() })
}

// publish puts the next revision of a catalog in force.
func (s *site) publish(c catalog.Catalog) {
	s.t.Helper()
	c.Revision = s.binding.Revision() + 1
	if err := os.WriteFile(s.file, must(c.Encode())(s.t), 0o600); err != nil {
		s.t.Fatal(err)
	}
	for end := time.Now().Add(longest); s.binding.Revision() != c.Revision; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatal("the catalog is not in force")
		}
	}
}

// Whether pages have the theme.
const (
	themed = "themed"
	plain  = "plain"
)

// themes are the embedded one, which make has fetched, and none.
var themes = map[string]fs.FS{themed: nil, plain: fstest.MapFS{}}

// open serves the site's pages, and gives their address.
func (s *site) open(theme string) string { return s.serve(theme, s.binding) }

// serve serves pages by a catalog.
func (s *site) serve(theme string, by page.Catalog) string {
	s.t.Helper()
	log := slog.New(slog.NewTextHandler(s.t.Output(), nil))
	seen := must(web.New(web.Options{
		Catalog: by, Clerk: s.clerk, Keys: func() *keyring.Keys { return s.keys }, Log: log, Plain: true, Mail: true, Theme: themes[theme],
	}))(s.t)
	real, ok := s.clerk.Clerk.(*clerk.Clerk)
	if !ok {
		s.t.Fatalf("the clerk is %T", s.clerk.Clerk)
	}
	all := must(server.New(server.Options{
		Channel: "web", Pages: seen, Clerk: real, Store: s.store, Binding: s.binding, Readiness: process.NewReadiness(time.Now()),
		Metrics: server.NewMetrics(), Log: log, Clock: time.Now, PerAddress: server.DefaultPerAddress,
	}))(s.t)
	listening := httptest.NewServer(all)
	s.t.Cleanup(listening.Close)
	return listening.URL
}

// fixed is a catalog that does not change, at a time that stands still; none where
// there is no snapshot.
type fixed struct {
	snapshot *binding.Snapshot
	now      time.Time
}

func (f fixed) Now() time.Time { return f.now }

func (f fixed) Current() (*binding.Snapshot, error) {
	if f.snapshot == nil {
		return nil, binding.ErrNone
	}
	return f.snapshot, nil
}
