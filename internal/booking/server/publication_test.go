/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// pause lets time go by, in a bubble of synctest.
func pause(d time.Duration) {
	ctx, stop := context.WithTimeout(context.Background(), d)
	defer stop()
	<-ctx.Done()
}

// instant is now, in a bubble of synctest.
func instant() time.Time {
	ctx, stop := context.WithTimeout(context.Background(), time.Hour)
	defer stop()
	then, _ := ctx.Deadline()
	return then.Add(-time.Hour)
}

// press is a publication whose text is written here, and how often it was made.
type press struct {
	publication
	made  atomic.Int64
	mu    sync.Mutex
	text  string
	fails error
	takes time.Duration
}

func newPress(text string) *press {
	p := &press{text: text}
	p.publication = publication{every: 10 * time.Second, now: instant, make: func(ctx context.Context) (map[string]document, error) {
		p.made.Add(1)
		p.mu.Lock()
		text, err, takes := p.text, p.fails, p.takes
		p.mu.Unlock()
		if takes > 0 {
			pause(takes)
		}
		return map[string]document{"slots": {kind: "application/fhir+ndjson", plain: []byte(text)}}, err
	}}
	return p
}

func (p *press) write(text string, err error, takes time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text, p.fails, p.takes = text, err, takes
}

func (p *press) reads(t *testing.T, want string) {
	t.Helper()
	d, err := p.read(t.Context(), "slots")
	if err != nil || string(d.plain) != want {
		t.Errorf("read %q, %v; want %q", d.plain, err, want)
	}
}

func TestPublicationIsMadeBySomebodyOnceInAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress("one")
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { p.reads(t, "one") })
		}
		all.Wait()
		pause(9 * time.Second)
		p.reads(t, "one")
		if n := p.made.Load(); n != 1 {
			t.Errorf("made %d times, want once", n)
		}
		p.write("two", nil, time.Second)
		pause(2 * time.Second)
		p.reads(t, "one") // at once, while the next is made
		p.reads(t, "one")
		pause(time.Second)
		synctest.Wait()
		p.reads(t, "two")
		if n := p.made.Load(); n != 2 {
			t.Errorf("made %d times, want twice", n)
		}
	})
}

func TestPublicationOutlivesTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress("one")
		p.reads(t, "one")
		p.write("", errors.New("the store does not answer"), 0)
		for range 100 {
			pause(time.Second)
			p.reads(t, "one")
		}
		if n := p.made.Load(); n > 12 {
			t.Errorf("tried %d times in 100 s, want once in 10 s", n)
		}
	})
}

// TestOneMakesAtATime, even if an edition takes longer than the interval of editions.
func TestOneMakesAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress("one")
		p.reads(t, "one")
		p.write("two", nil, 10*time.Minute)
		for range 40 {
			pause(time.Second)
			p.reads(t, "one")
		}
		if n := p.made.Load(); n != 2 {
			t.Errorf("made %d times while it took longer than that, want once", n-1)
		}
		pause(10 * time.Minute)
	})
}

func TestNothingIsPublishedYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress("")
		p.write("one", nil, time.Minute)
		came := instant()
		if _, err := p.read(t.Context(), "slots"); !errors.Is(err, errNoEdition) {
			t.Errorf("read ends with %v, want %v", err, errNoEdition)
		}
		if waited := instant().Sub(came); waited > readerPatience {
			t.Errorf("waited %v, longer than %v", waited, readerPatience)
		}
		pause(time.Minute)
	})
}

func TestPublicationThatPanicsEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress("one")
		p.make = func(context.Context) (map[string]document, error) { panic("a mistake") }
		if _, err := p.read(t.Context(), "slots"); !errors.Is(err, errNoEdition) {
			t.Errorf("read ends with %v, want %v", err, errNoEdition)
		}
	})
}

// TestWhoComesAfterAWhileWaitsForTheNews: an edition that is hours old is not served, because
// caches would keep it.
func TestWhoComesAfterAWhileWaitsForTheNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress("one")
		p.reads(t, "one")
		pause(time.Hour)
		p.write("two", nil, time.Second)
		p.reads(t, "two")
	})
}

func TestDocument(t *testing.T) {
	text := bytes.Repeat([]byte("{\"resourceType\":\"Slot\"}\n"), 100)
	made, err := finish(map[string]document{"slots": {kind: "application/fhir+ndjson", plain: text}}, nil, evening)
	if err != nil {
		t.Fatal(err)
	}
	d := made["slots"]
	tag := `"` + d.digest + `"`
	packed := `"` + d.digest + `-gzip"`
	for name, c := range map[string]struct {
		method           string
		takes, has       string
		wantStatus       int
		wantTag, wantEnc string
	}{
		"plain":                           {takes: "", wantStatus: 200, wantTag: tag},
		"packed":                          {takes: "br, gzip;q=0.8", wantStatus: 200, wantTag: packed, wantEnc: "gzip"},
		"packed is not wanted":            {takes: "gzip;q=0, identity", wantStatus: 200, wantTag: tag},
		"packed is not wanted, in detail": {takes: "gzip; q=0.000", wantStatus: 200, wantTag: tag},
		"whoever has it":                  {has: tag, wantStatus: 304, wantTag: tag},
		"whoever has it packed":           {takes: "gzip", has: packed, wantStatus: 304, wantTag: packed},
		"whoever has it among others":     {has: `"other", W/` + tag, wantStatus: 304, wantTag: tag},
		"whoever has it, but packed":      {has: packed, wantStatus: 200, wantTag: tag},
		"whoever has another":             {has: `"other"`, wantStatus: 200, wantTag: tag},
		"only the headers":                {method: "HEAD", wantStatus: 200, wantTag: tag},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(max(c.method, "GET"), "/bulk/slots.ndjson", nil)
			r.Header.Set("Accept-Encoding", c.takes)
			if c.has != "" {
				r.Header.Set("If-None-Match", c.has)
			}
			w := httptest.NewRecorder()
			d.write(w, r, 10*time.Second)
			got := w.Result()
			if got.StatusCode != c.wantStatus || got.Header.Get("ETag") != c.wantTag {
				t.Errorf("answered %d with tag %s, want %d, %s", got.StatusCode, got.Header.Get("ETag"), c.wantStatus, c.wantTag)
			}
			for header, want := range map[string]string{
				"Cache-Control": "public, max-age=10", "Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "*",
			} {
				if got.Header.Get(header) != want {
					t.Errorf("%s: %s, want %s", header, got.Header.Get(header), want)
				}
			}
			if c.wantStatus != http.StatusOK || c.method == "HEAD" {
				if w.Body.Len() > 0 {
					t.Errorf("there is a body of %d bytes, want none", w.Body.Len())
				}
				return
			}
			if got.Header.Get("Content-Encoding") != c.wantEnc {
				t.Errorf("Content-Encoding %q, want %q", got.Header.Get("Content-Encoding"), c.wantEnc)
			}
			if body := unpacked(t, got); !bytes.Equal(body, text) {
				t.Errorf("read %d bytes, want those of the document", len(body))
			}
		})
	}
}

func unpacked(t *testing.T, r *http.Response) []byte {
	t.Helper()
	var from io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		unpacks, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		from = unpacks
	}
	body, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestSameDocumentKeepsItsTag: clients do not fetch an unchanged document twice.
func TestSameDocumentKeepsItsTag(t *testing.T) {
	edition := func(text string) map[string]document {
		return map[string]document{"slots": {plain: []byte(text)}}
	}
	first, err := finish(edition("one"), nil, evening)
	if err != nil {
		t.Fatal(err)
	}
	same, err := finish(edition("one"), first, evening.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	other, err := finish(edition("two"), same, evening.Add(2*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if got := same["slots"]; got.digest != first["slots"].digest || !got.at.Equal(evening) {
		t.Errorf("the same document is one of %v with tag %s", got.at, got.digest)
	}
	if got := other["slots"]; got.digest == first["slots"].digest || got.at.Equal(evening) {
		t.Error("another document has the same tag, or the same date")
	}
	if bytes.Equal(first["slots"].packed, other["slots"].packed) {
		t.Error("another document is packed as the first")
	}
}
