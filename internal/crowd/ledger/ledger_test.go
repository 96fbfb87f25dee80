/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func atOnce(context.Context, time.Duration) error { return nil }

// Whatever is added from wherever is a line of the file, once.
func TestEverythingIsWritten(t *testing.T) {
	const writers, each = 20, 500
	name := filepath.Join(t.TempDir(), "acknowledged")
	l, err := New(name, atOnce)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				l.Add(Entry{Verb: "book", Number: fmt.Sprint(w, i), Person: w})
			}
		})
	}
	all.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range read(t, name) {
		seen[e.Number] = true
	}
	if got := len(read(t, name)); got != writers*each || len(seen) != got {
		t.Errorf("%d lines of %d bookings, want %d", got, len(seen), writers*each)
	}
}

func TestAnEntry(t *testing.T) {
	name := filepath.Join(t.TempDir(), "acknowledged")
	l, err := New(name, atOnce)
	if err != nil {
		t.Fatal(err)
	}
	want := Entry{
		At: time.Date(2026, 12, 1, 23, 0, 1, 5000, time.UTC), Channel: "web", Verb: "book", Number: "7K3D-92MX",
		Identifier: "RSSMRA85T10A562S", Key: "k", Person: 3,
		Appointments: []Appointment{{Hub: "fiera-di-roma", Start: time.Date(2026, 12, 9, 8, 0, 0, 0, time.UTC)}},
	}
	l.Add(want)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Entry{want}, read(t, name)); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v may be read by others: %v", info, err)
	}
}

// A batch is on the disk while the crowd goes on.
func TestBatchesAreWrittenMeanwhile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "acknowledged")
	batches, resume := make(chan struct{}), make(chan struct{})
	l, err := New(name, func(context.Context, time.Duration) error {
		batches <- struct{}{}
		<-resume
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 3; n++ {
		l.Add(Entry{Person: n})
		<-batches
		if got := len(read(t, name)); got != n {
			t.Errorf("%d lines after %d batches", got, n)
		}
		resume <- struct{}{}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNoFile(t *testing.T) {
	l, err := New("", atOnce)
	if err != nil {
		t.Fatal(err)
	}
	l.Add(Entry{})
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := New(filepath.Join(t.TempDir(), "no", "such", "folder"), atOnce); err == nil {
		t.Error("a file that cannot be made was made")
	}
}

func read(t *testing.T, name string) []Entry {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []Entry
	for decoder := json.NewDecoder(bytes.NewReader(data)); decoder.More(); {
		var e Entry
		if err := decoder.Decode(&e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}
