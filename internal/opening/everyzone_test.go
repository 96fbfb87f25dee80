/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
	"time"
)

var (
	firstMidnight = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	lastMidnight  = time.Date(2041, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// forEveryZone runs a check on every zone whose data are not another's too;
// with -short, on a tenth of them.
func forEveryZone(t *testing.T, check func(t *testing.T, loc *time.Location)) {
	t.Helper()
	zones := databaseZones(t)
	if len(zones) < 500 {
		t.Fatalf("only %d zones found", len(zones))
	}
	for i, zone := range zones {
		if testing.Short() && i%10 != 0 {
			continue
		}
		if zone.original {
			t.Run(zone.name, func(t *testing.T) {
				t.Parallel()
				check(t, zone.loc)
			})
		}
	}
}

// Every midnight of 1970–2040 is one instant, never before the local calendar
// says so, exact unless clocks skip it, and later than the midnight before.
func TestEveryZoneEveryMidnight(t *testing.T) {
	forEveryZone(t, func(t *testing.T, loc *time.Location) {
		previous := first(firstMidnight-day, loc)
		for wall := firstMidnight; wall <= lastMidnight; wall += day {
			u := first(wall, loc)
			reads, before := wallAt(u, loc), wallAt(u-1, loc)
			if reads < wall || before >= wall {
				t.Fatalf("%s: clocks read %s, one second before %s", say(wall), say(reads), say(before))
			}
			dayIsSkipped := before < wall-day
			if u < previous || u == previous && !dayIsSkipped {
				t.Fatalf("%s: is at %d, the midnight before at %d", say(wall), u, previous)
			}
			// Whatever side time.Date takes, what it finds reads wall unless
			// clocks skip it.
			year, month, d := calendar(wall).Date()
			found := time.Date(year, month, d, 0, 0, 0, 0, loc).Unix()
			if exists := wallAt(found, loc) == wall; exists != (reads == wall) || exists && u > found {
				t.Fatalf("%s: at %d clocks read %s; time.Date finds %d", say(wall), u, say(reads), found)
			}
			previous = u
		}
	})
}

// Around every change of clocks, quarter-hours are where a search that knows
// nothing of zone bounds finds them, and no two instants share their words.
func TestEveryZoneAroundChanges(t *testing.T) {
	forEveryZone(t, func(t *testing.T, loc *time.Location) {
		random := rand.New(rand.NewPCG(1, 1970))
		offset := func(u int64) int64 { return wallAt(u, loc) - u }
		for u := firstMidnight; u < lastMidnight; u += day {
			if offset(u) == offset(u+day) {
				continue
			}
			wall := wallAt(u, loc)
			wall -= wall % 900
			for range 12 {
				checkReading(t, loc, wall+(random.Int64N(60*4)-15*4)*900)
			}
			start := wall - wall%day
			checkReading(t, loc, start)
			checkReading(t, loc, start+day)
		}
	})
}

func checkReading(t *testing.T, loc *time.Location, wall int64) {
	t.Helper()
	u := first(wall, loc)
	if want := search(wall, loc); u != want {
		t.Fatalf("%s: is at %d, a plain search finds %d", say(wall), u, want)
	}
	words := Words(time.Unix(u, 0), loc)
	at := readings(wall, loc)
	switch {
	case len(at) > 2:
		t.Fatalf("%s: comes %d times; Words knows of two", say(wall), len(at))
	case len(at) > 0 && at[0] != u:
		t.Fatalf("%s: is at %d though clocks read it at %d", say(wall), u, at)
	case len(at) == 0 && !strings.Contains(words, "skip"):
		t.Fatalf("%s: words do not say that it is skipped: %s", say(wall), words)
	case len(at) == 2:
		first, second := words, Words(time.Unix(at[1], 0), loc)
		if !strings.Contains(first, "the first of two") || !strings.Contains(second, "the second of two") {
			t.Fatalf("%s: words do not tell the first from the second:\n%s\n%s", say(wall), first, second)
		}
	}
}

// search finds T(wall) from its definition, in steps of a quarter-hour from
// well before it.
func search(wall int64, loc *time.Location) int64 {
	const step = 900
	from := wall - widest
	for wallAt(from+step, loc) < wall {
		from += step
	}
	return from + int64(sort.Search(step, func(i int) bool { return wallAt(from+int64(i), loc) >= wall }))
}

func say(wall int64) string { return calendar(wall).Format("2006-01-02 15:04:05") }
