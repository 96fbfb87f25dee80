/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package civil

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestParse(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want string // "" is refused
	}{
		"an ordinary day":            {"1946-05-31", "1946-05-31"},
		"a leap day":                 {"2000-02-29", "2000-02-29"},
		"the first":                  {"0000-01-01", "0000-01-01"},
		"the last":                   {"9999-12-31", "9999-12-31"},
		"no leap day in 1900":        {"1900-02-29", ""},
		"month and day swapped":      {"1946-31-05", ""},
		"the day first":              {"31/05/1946", ""},
		"one digit":                  {"1946-5-31", ""},
		"a time too":                 {"1946-05-31T00:00:00Z", ""},
		"digits of another script":   {"١٩٤٦-٠٥-٣١", ""},
		"a space before":             {" 1946-05-31", ""},
		"nothing":                    {"", ""},
		"a year in five digits":      {"11946-05-31", ""},
		"a year before the calendar": {"-001-05-31", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(tc.text)
			if got.String() != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("got %q and error %v, want %q", got, err, tc.want)
			}
		})
	}
}

func TestDate(t *testing.T) {
	for name, tc := range map[string]struct {
		year, month, day int
		want             string
	}{
		"a day":               {2026, 12, 1, "2026-12-01"},
		"30 February":         {2026, 2, 30, ""},
		"29 February 1900":    {1900, 2, 29, ""},
		"month 13":            {2026, 13, 1, ""},
		"day 0":               {2026, 12, 0, ""},
		"a year out of range": {10000, 1, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Date(tc.year, time.Month(tc.month), tc.day).String(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestOn(t *testing.T) {
	for name, tc := range map[string]struct{ instant, zone, want string }{
		"just before midnight in Rome":             {"2026-12-01T22:59:59Z", "Europe/Rome", "2026-12-01"},
		"midnight in Rome":                         {"2026-12-01T23:00:00Z", "Europe/Rome", "2026-12-02"},
		"the hour that comes twice in Rome":        {"2026-10-25T01:30:00Z", "Europe/Rome", "2026-10-25"},
		"Cairo skips midnight":                     {"2026-04-23T22:00:00Z", "Africa/Cairo", "2026-04-24"},
		"Cairo goes back from 24:00: same day":     {"2026-10-29T21:30:00Z", "Africa/Cairo", "2026-10-29"},
		"Havana's first midnight":                  {"2026-11-01T04:00:00Z", "America/Havana", "2026-11-01"},
		"Havana's second midnight":                 {"2026-11-01T05:00:00Z", "America/Havana", "2026-11-01"},
		"Samoa had no 30 December 2011":            {"2011-12-30T10:00:00Z", "Pacific/Apia", "2011-12-31"},
		"St John's read 23:01 again: the new day":  {"2010-11-07T02:31:00Z", "America/St_Johns", "2010-11-07"},
		"St John's, a minute after midnight came":  {"2010-11-07T02:30:59Z", "America/St_Johns", "2010-11-07"},
		"St John's, a second before it came first": {"2010-11-07T02:29:59Z", "America/St_Johns", "2010-11-06"},
		"UTC": {"2026-12-01T23:59:59Z", "UTC", "2026-12-01"},
	} {
		t.Run(name, func(t *testing.T) {
			instant, err := time.Parse(time.RFC3339, tc.instant)
			if err != nil {
				t.Fatal(err)
			}
			if got := On(instant, zone(t, tc.zone)).String(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// On is what its definition says, around every change of clocks.
func TestOnIsTheDayThatBeganLast(t *testing.T) {
	for _, name := range []string{
		"Europe/Rome", "Africa/Cairo", "Asia/Beirut", "America/Havana", "America/St_Johns", "Pacific/Apia",
		"Australia/Lord_Howe", "America/Asuncion", "Asia/Kathmandu", "America/Nuuk", "UTC",
	} {
		loc := zone(t, name)
		for u := time.Date(2009, 12, 30, 0, 0, 0, 0, time.UTC); u.Year() < 2012; u = u.Add(37 * time.Minute) {
			day := On(u, loc)
			if !starts(t, day, name, u) || starts(t, day.Add(1), name, u) {
				t.Fatalf("%s: %s is not on %s", name, u, day)
			}
		}
	}
}

func starts(t *testing.T, day Day, zone string, by time.Time) bool {
	t.Helper()
	start, err := opening.Civil{Date: day.String(), Time: "00:00", Zone: zone}.Instant()
	if err != nil {
		t.Fatal(err)
	}
	return !start.After(by)
}

func TestArithmetic(t *testing.T) {
	day := Date(2026, 10, 20)
	for name, tc := range map[string]struct{ got, want any }{
		"ten days, over a change of clocks": {day.Add(10).String(), "2026-10-30"},
		"and back":                          {day.Add(-20).String(), "2026-09-30"},
		"days between":                      {Date(2027, 3, 1).Since(day), 132},
		"days between, backwards":           {day.Since(Date(2027, 3, 1)), -132},
		"never past the calendar":           {day.Add(int(^uint(0) >> 1)).String(), "9999-12-31"},
		"nor before it":                     {day.Add(-int(^uint(0)>>1) - 1).String(), "0000-01-01"},
		"120 years":                         {day.Years(-120).String(), "1906-10-20"},
		"a leap day a year on":              {Date(2024, 2, 29).Years(1).String(), "2025-03-01"},
		"words":                             {day.Words(), "Tuesday 20 October 2026"},
		"no day":                            {Day{}.String() + Day{}.Words(), ""},
		"no day is none":                    {Day{}.IsZero(), true},
		"before":                            {day.Before(day.Add(1)), true},
		"not before itself":                 {day.Before(day), false},
		"after":                             {day.Add(1).After(day), true},
		"order":                             {day.Compare(day.Add(1)), -1},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1946-05-31", "2000-02-29", "1900-02-29", "0000-00-00", "9999-12-31", "+999-01-01", "2026-1-1", "２０２６-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, err := Parse(text)
		if err != nil {
			if day != (Day{}) || err.Error() != errNoDay.Error() {
				t.Errorf("refused with a day, or with what was written: %v", err)
			}
			return
		}
		if day.String() != text {
			t.Errorf("%q is read as %s", text, day)
		}
		if next := day.Add(1); next != last && next.Since(day) != 1 {
			t.Errorf("the day after %s is %s", day, next)
		}
	})
}
