/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// revision returns a catalog of a platform with one hub.
func revision(t *testing.T, n int64) *binding.Snapshot {
	t.Helper()
	s, err := binding.NewSnapshot(catalog.Catalog{Platform: "lazio", TimeZone: "Europe/Rome", Revision: n, Hubs: []catalog.Hub{{Name: "fiera-di-roma", Stations: int(n)}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Slots are made at once for a new catalog, every 15 s for the same one, and no sooner
// after a failure.
func TestSlotMaker(t *testing.T) {
	seven, eight := revision(t, 7), revision(t, 8)
	now := evening
	var in *binding.Snapshot
	var none, fails error
	var made []int64
	var log strings.Builder
	m := &SlotMaker{
		Current: func() (*binding.Snapshot, error) { return in, none },
		Sync: func(_ context.Context, c catalog.Catalog) (int, error) {
			made = append(made, c.Revision)
			return 3, fails
		},
		Clock: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(&log, nil)),
	}
	for _, step := range []struct {
		name  string
		in    *binding.Snapshot
		none  error
		fails error
		later time.Duration
		want  error
		made  []int64 // in this step
	}{
		{name: "before there is a catalog", none: binding.ErrNone},
		{name: "a catalog that cannot be read", none: errDown, want: errDown},
		{name: "the first", in: seven, made: []int64{7}},
		{name: "the same soon after", in: seven, later: 14 * time.Second},
		{name: "the same later", in: seven, later: time.Second, made: []int64{7}},
		{name: "another, at once, which fails", in: eight, fails: errDown, want: errDown, made: []int64{8}},
		{name: "a failure is not retried at once", in: eight, later: 14 * time.Second, want: errDown},
		{name: "but later", in: eight, later: time.Second, made: []int64{8}},
	} {
		in, none, fails, made = step.in, step.none, step.fails, nil
		now = now.Add(step.later)
		if err := m.Make(t.Context()); !errors.Is(err, step.want) {
			t.Errorf("%s: got %v, want %v", step.name, err, step.want)
		}
		if diff := cmp.Diff(step.made, made); diff != "" {
			t.Errorf("%s: revisions (-want +got):\n%s", step.name, diff)
		}
	}
	if !strings.Contains(log.String(), `msg="Made slots" hubs=3 revision=8`) {
		t.Errorf("logged:\n%s", &log)
	}
}
