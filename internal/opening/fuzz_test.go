/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// More seeds lie in testdata/fuzz: what other programs get wrong.

func FuzzInstant(f *testing.F) {
	for _, seed := range []Civil{
		{"2026-12-01", "24:00", "Europe/Rome"},
		{"2026-04-24", "00:00", "Africa/Cairo"},
		{"2026-11-01", "00:00", "America/Havana"},
		{"2011-12-30", "00:00", "Pacific/Apia"},
		{"2040-12-31", "24:00", "America/Nuuk"},
		{"2026-02-30", "25:00", "Local"},
		{"", "", ""},
	} {
		f.Add(seed.Date, seed.Time, seed.Zone)
	}
	f.Fuzz(func(t *testing.T, date, clock, zone string) {
		c := Civil{date, clock, zone}
		instant, err := c.Instant()
		if err != nil {
			checkError(t, c, err)
			return
		}
		loc := mustZone(t, zone)
		wall, err := c.wall()
		if err != nil {
			t.Fatalf("%s has an instant, but %v", c, err)
		}
		u := instant.Unix()
		if reads, before := wallAt(u, loc), wallAt(u-1, loc); reads < wall || before >= wall {
			t.Errorf("%s: clocks read %s, one second before %s", c, say(reads), say(before))
		}
	})
}

func checkError(t *testing.T, c Civil, err error) {
	t.Helper()
	var wrong *Error
	if !errors.As(err, &wrong) {
		t.Fatalf("%s: error %v is not an *Error", c, err)
	}
	written := map[Part]string{PartDate: c.Date, PartTime: c.Time, PartZone: c.Zone}
	if value, ok := written[wrong.Part]; !ok || value != wrong.Value || wrong.Wrong == "" || wrong.Right == "" {
		t.Errorf("%s: error %#v", c, wrong)
	}
	if !utf8.ValidString(err.Error()) || strings.ContainsAny(err.Error(), "\n\x00") || len(err.Error()) > 1000 {
		t.Errorf("%s: unfit for a condition message: %q", c, err)
	}
}

func FuzzWords(f *testing.F) {
	f.Add(time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC).Unix(), "Europe/Rome")
	f.Add(time.Date(2026, 11, 1, 5, 0, 0, 0, time.UTC).Unix(), "America/Havana")
	f.Add(time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC).Unix(), "Pacific/Apia")
	f.Add(time.Date(2040, 12, 31, 23, 0, 0, 0, time.UTC).Unix(), "Africa/Cairo")
	f.Add(int64(-1)<<63, "UTC")
	f.Add(int64(1)<<62, "Europe/Rome")
	f.Fuzz(func(t *testing.T, unix int64, zone string) {
		loc, err := Zone(zone)
		if err != nil {
			return
		}
		instant := time.Unix(unix, 0)
		words := Words(instant, loc)
		if !strings.HasPrefix(words, DayWords(instant, loc)+" at ") {
			t.Errorf("words do not begin with the day: %s", words)
		}
		for i := range len(words) {
			if words[i] < ' ' || words[i] > '~' {
				t.Fatalf("not English: %q", words)
			}
		}
		if Clock(instant, loc) == "" || Remaining(time.Duration(unix)) == "" {
			t.Error("no words at all")
		}
	})
}
