/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package binding

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

var errDown = errors.New("no route to host")

func TestNoneAtFirst(t *testing.T) {
	p := newProcess(t, newStore())
	if _, err := p.Current(); !errors.Is(err, ErrNone) {
		t.Errorf("current: %v", err)
	}
	if err := p.Refresh(t.Context()); !errors.Is(err, ErrNone) {
		t.Errorf("refresh of an empty store: %v", err)
	}
	if p.Revision() != 0 {
		t.Errorf("revision %d", p.Revision())
	}
}

// Catalogs come in any order, to any of five processes, between refreshes: the highest
// that any of them has seen binds all of them.
func TestHighestBindsAll(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		store := newStore()
		var processes []process
		for range 5 {
			processes = append(processes, newProcess(t, store))
		}
		highest, published := int64(0), map[int64]bool{}
		for range 12 {
			revision := 1 + random.Int64N(8)
			p := processes[random.IntN(5)]
			p.mount.HoldsCatalog(makeCatalog(revision, midnight.Add(time.Duration(revision)*time.Hour)))
			before := p.Revision()
			var disagree *DisagreementError
			if err := p.Read(t.Context()); err != nil && (!errors.As(err, &disagree) || revision >= highest || published[revision]) {
				t.Fatalf("seed %d: read %d with %d published: %v", seed, revision, highest, err)
			}
			highest = max(highest, revision)
			published[highest] = true
			if got := p.Revision(); got < before || got < revision {
				t.Fatalf("seed %d: revision %d after reading %d with %d in force", seed, got, revision, before)
			}
			for _, other := range processes {
				if random.IntN(3) > 0 {
					continue
				}
				other.refresh(t)
				if got, want := other.opens(t), midnight.Add(time.Duration(highest)*time.Hour); !got.Equal(want) {
					t.Fatalf("seed %d: opens %s after a refresh, want %s", seed, got, want)
				}
			}
		}
		for _, p := range processes {
			p.refresh(t)
			if p.Revision() != highest {
				t.Fatalf("seed %d: revision %d, want %d", seed, p.Revision(), highest)
			}
		}
	}
}

func TestPostponedSeenByOneStopsAll(t *testing.T) {
	store := newStore()
	first, second := newProcess(t, store), newProcess(t, store)
	for _, p := range []process{first, second} {
		p.mount.HoldsCatalog(makeCatalog(7, midnight))
		p.read(t)
	}
	later := midnight.Add(24 * time.Hour)
	first.mount.HoldsCatalog(makeCatalog(8, later))
	first.read(t)
	second.refresh(t)
	if got := second.opens(t); !got.Equal(later) {
		t.Errorf("opens %s, want %s", got, later)
	}
	// The second's mount still holds the older one, and then holds it again.
	second.read(t)
	second.mount.HoldsCatalog(makeCatalog(7, midnight))
	second.read(t)
	second.refresh(t)
	if got := second.opens(t); !got.Equal(later) {
		t.Errorf("an older file made it open %s", got)
	}
}

func TestFileThatIsNoCatalogChangesNothing(t *testing.T) {
	good, err := makeCatalog(7, midnight).Encode()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := makeCatalog(9, midnight)
	elsewhere.Platform = "lombardia"
	other, err := elsewhere.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		document []byte
		want     string
	}{
		"empty":            {nil, "it is empty"},
		"garbage":          {[]byte("\x00\xff{"), "no JSON at byte 1"},
		"half of it":       {good[:len(good)/2], "no JSON at byte"},
		"too large":        {append(good, bytes.Repeat([]byte(" "), catalog.MaxBytes)...), "921601 bytes"},
		"newer format":     {[]byte(`{"format":2,"revision":9}`), "format 2 is not known here"},
		"other platform":   {other, "platform lombardia"},
		"no such zone":     {bytes.Replace(good, []byte("Europe/Rome"), []byte("Europe/Roma"), 1), "timeZone"},
		"a campaign twice": {bytes.Replace(good, []byte("roman-tests"), []byte("born-1946-1950"), 1), "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			store := newStore()
			p := newProcess(t, store)
			p.mount.Holds(good)
			p.read(t)
			p.mount.Holds(tc.document)
			for range 2 { // it is said as long as it is so
				if err := p.Read(t.Context()); err == nil || !strings.Contains(err.Error(), tc.want) {
					t.Errorf("error %v, want %q in it", err, tc.want)
				}
			}
			p.refresh(t)
			if got := p.opens(t); !got.Equal(midnight) || p.Revision() != 7 || store.highest() != 7 {
				t.Errorf("opens %s by revision %d, and %d in the store", got, p.Revision(), store.highest())
			}
			p.mount.HoldsCatalog(makeCatalog(10, midnight))
			p.read(t)
			if p.Revision() != 10 {
				t.Errorf("revision %d after it was mended", p.Revision())
			}
		})
	}
}

func TestFileThatIsNotThere(t *testing.T) {
	store := newStore()
	p := newProcess(t, store)
	if err := p.Read(t.Context()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	// What others have published serves all the same.
	if err := store.Publish(t.Context(), makeCatalog(3, midnight)); err != nil {
		t.Fatal(err)
	}
	p.refresh(t)
	if p.Revision() != 3 {
		t.Errorf("revision %d", p.Revision())
	}
}

// An unchanged file is not published again and again.
func TestReadOnce(t *testing.T) {
	store := newStore()
	p := newProcess(t, store)
	p.mount.HoldsCatalog(makeCatalog(7, midnight))
	for range 5 {
		p.read(t)
		p.refresh(t)
	}
	if store.published != 1 || store.fetched != 1 {
		t.Errorf("published %d times and fetched %d times, want once", store.published, store.fetched)
	}
}

func TestNothingIsUsedBeforeItIsPublished(t *testing.T) {
	store := newStore()
	p := newProcess(t, store)
	p.mount.HoldsCatalog(makeCatalog(7, midnight))
	store.down = errDown
	if err := p.Read(t.Context()); !errors.Is(err, errDown) {
		t.Errorf("error %v", err)
	}
	if _, err := p.Current(); !errors.Is(err, ErrNone) {
		t.Errorf("current: %v", err)
	}
	store.down = nil
	p.read(t)
	if p.Revision() != 7 {
		t.Errorf("revision %d", p.Revision())
	}
}

func TestStoreThatDoesNotAnswerChangesNothing(t *testing.T) {
	store := newStore()
	p := newProcess(t, store)
	p.mount.HoldsCatalog(makeCatalog(7, midnight))
	p.read(t)
	store.down = errDown
	if err := p.Refresh(t.Context()); !errors.Is(err, errDown) {
		t.Errorf("error %v", err)
	}
	if got := p.opens(t); !got.Equal(midnight) {
		t.Errorf("opens %s", got)
	}
}

func TestSameRevisionThatSaysSomethingElse(t *testing.T) {
	store := newStore()
	first, second := newProcess(t, store), newProcess(t, store)
	first.mount.HoldsCatalog(makeCatalog(7, midnight))
	first.read(t)
	second.mount.HoldsCatalog(makeCatalog(7, midnight.Add(-time.Hour)))
	for range 2 {
		var disagree *DisagreementError
		if err := second.Read(t.Context()); !errors.As(err, &disagree) || disagree.Revision != 7 || disagree.File == disagree.Store {
			t.Errorf("error %v", err)
		}
	}
	if got := second.opens(t); !got.Equal(midnight) {
		t.Errorf("opens %s by its own file, not by the store", got)
	}
}

// A new platform on the store of another one starts with low revisions: none of its catalogs
// comes into force, and every process returns an error.
func TestLowerRevisionOfAnotherPlatform(t *testing.T) {
	store := newStore()
	for revision := int64(5); revision <= 7; revision++ {
		if err := store.Publish(t.Context(), makeCatalog(revision, midnight)); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		file catalog.Catalog
		want string // in the error; none where it is an older state
	}{
		"an older state":                 {makeCatalog(6, midnight), ""},
		"another under the revision":     {makeCatalog(6, midnight.Add(-time.Hour)), "under the same revision 6"},
		"one that there never was":       {makeCatalog(3, midnight), "revision 3, which the store never had"},
		"another under what is in force": {makeCatalog(7, midnight.Add(-time.Hour)), "under the same revision 7"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProcess(t, store) // as it starts, and with what binds in force
			p.mount.HoldsCatalog(tc.file)
			store.down = errDown
			if err := p.Read(t.Context()); !errors.Is(err, errDown) {
				t.Errorf("error %v", err)
			}
			store.down = nil
			for range 2 { // it is said as long as it is so
				err := p.Read(t.Context())
				if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
					t.Errorf("error %v, want %q in it", err, tc.want)
				}
			}
			if got := p.opens(t); !got.Equal(midnight) || p.Revision() != 7 {
				t.Errorf("opens %s by revision %d", got, p.Revision())
			}
		})
	}
}

// A process that is too old for what binds must not book, and recovers when something
// that it knows binds.
func TestNewerFormatBinds(t *testing.T) {
	store := newStore()
	p := newProcess(t, store)
	p.mount.HoldsCatalog(makeCatalog(7, midnight))
	p.read(t)
	store.documents[8] = []byte(`{"format":2,"revision":8,"platform":"lazio"}`)
	for range 100 {
		var behind *BehindError
		if err := p.Refresh(t.Context()); !errors.As(err, &behind) || behind.Revision != 8 {
			t.Fatalf("refresh: %v", err)
		}
		if s, err := p.Current(); !errors.As(err, &behind) || s != nil || !strings.Contains(err.Error(), "format 2 is not known here") {
			t.Fatalf("current: %v", err)
		}
	}
	if store.fetched > 10 {
		t.Errorf("fetched %d times in 100 refreshes", store.fetched)
	}
	if p.Revision() != 7 {
		t.Errorf("revision %d", p.Revision())
	}
	p.mount.HoldsCatalog(makeCatalog(9, midnight))
	p.read(t)
	if _, err := p.Current(); err != nil || p.Revision() != 9 {
		t.Errorf("revision %d, %v", p.Revision(), err)
	}
}

// A slip is mended by the very next refresh.
func TestDocumentThatComesLate(t *testing.T) {
	store := newStore()
	p := newProcess(t, store)
	if err := store.Publish(t.Context(), makeCatalog(7, midnight)); err != nil {
		t.Fatal(err)
	}
	store.mute = errDown
	if err := p.Refresh(t.Context()); !errors.Is(err, errDown) {
		t.Errorf("error %v", err)
	}
	store.mute = nil
	p.refresh(t)
	if got := p.opens(t); !got.Equal(midnight) {
		t.Errorf("opens %s", got)
	}
}

func TestStoreRestoredFromABackup(t *testing.T) {
	store := newStore()
	p := newProcess(t, store)
	p.mount.HoldsCatalog(makeCatalog(7, midnight))
	p.read(t)
	delete(store.documents, 7)
	if err := store.Publish(t.Context(), makeCatalog(6, midnight.Add(-time.Hour))); err != nil {
		t.Fatal(err)
	}
	p.refresh(t)
	if got := p.opens(t); !got.Equal(midnight) || store.highest() != 7 {
		t.Errorf("opens %s, and revision %d binds", got, store.highest())
	}
}

func TestTurnsAreNotWaitedForForEver(t *testing.T) {
	store := newStore()
	p := newProcess(t, store)
	inside, leave := make(chan struct{}), make(chan struct{})
	store.asked = func() { close(inside); <-leave }
	done := make(chan error)
	go func() { done <- p.Refresh(context.Background()) }()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := p.Current(); !errors.Is(err, ErrNone) { // a reader does not wait at all
		t.Errorf("current: %v", err)
	}
	close(leave)
	if err := <-done; !errors.Is(err, ErrNone) {
		t.Errorf("refresh: %v", err)
	}
}

// Readers see one revision after the other, never a lower one after a higher.
func TestReadersWhileItChanges(t *testing.T) {
	store := newStore()
	p := newProcess(t, store)
	p.mount.HoldsCatalog(makeCatalog(1, midnight))
	p.read(t)
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			seen := int64(0)
			for {
				select {
				case <-stop:
					return
				default:
				}
				s, err := p.Current()
				if err != nil || s.Revision() < seen {
					t.Errorf("revision %d after %d, %v", s.Revision(), seen, err)
					return
				}
				seen = s.Revision()
			}
		})
	}
	for revision := int64(2); revision < 40; revision++ {
		p.mount.HoldsCatalog(makeCatalog(revision, midnight))
		p.read(t)
		p.refresh(t)
	}
	close(stop)
	readers.Wait()
}
