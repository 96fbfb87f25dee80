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
)

func TestInstant(t *testing.T) {
	for name, tc := range map[string]struct {
		civil Civil
		want  string
	}{
		"24:00 is the midnight that ends the day":          {Civil{"2026-12-01", "24:00", "Europe/Rome"}, "2026-12-01T23:00:00Z"},
		"00:00 of the next day is the same instant":        {Civil{"2026-12-02", "00:00", "Europe/Rome"}, "2026-12-01T23:00:00Z"},
		"00:00 is the midnight that starts the day":        {Civil{"2026-12-01", "00:00", "Europe/Rome"}, "2026-11-30T23:00:00Z"},
		"24:00 of the last day of a month":                 {Civil{"2026-11-30", "24:00", "Europe/Rome"}, "2026-11-30T23:00:00Z"},
		"24:00 of the last day of a year":                  {Civil{"2026-12-31", "24:00", "Europe/Rome"}, "2026-12-31T23:00:00Z"},
		"the last minute of a day":                         {Civil{"2026-12-01", "23:59", "Europe/Rome"}, "2026-12-01T22:59:00Z"},
		"noon in winter":                                   {Civil{"2021-02-01", "12:00", "Europe/Rome"}, "2021-02-01T11:00:00Z"},
		"noon in summer":                                   {Civil{"2021-07-01", "12:00", "Europe/Rome"}, "2021-07-01T10:00:00Z"},
		"24:00 of a leap day":                              {Civil{"2028-02-29", "24:00", "Europe/Rome"}, "2028-02-29T23:00:00Z"},
		"24:00 of 28 February in a leap year":              {Civil{"2028-02-28", "24:00", "UTC"}, "2028-02-29T00:00:00Z"},
		"24:00 of 28 February in a common year":            {Civil{"2027-02-28", "24:00", "UTC"}, "2027-03-01T00:00:00Z"},
		"UTC":                                              {Civil{"2026-12-01", "24:00", "UTC"}, "2026-12-02T00:00:00Z"},
		"Cairo skips from 00:00 to 01:00":                  {Civil{"2026-04-24", "00:00", "Africa/Cairo"}, "2026-04-23T22:00:00Z"},
		"Cairo, the same written as 24:00":                 {Civil{"2026-04-23", "24:00", "Africa/Cairo"}, "2026-04-23T22:00:00Z"},
		"Cairo, in the middle of the gap":                  {Civil{"2026-04-24", "00:30", "Africa/Cairo"}, "2026-04-23T22:00:00Z"},
		"Cairo, just after the gap":                        {Civil{"2026-04-24", "01:00", "Africa/Cairo"}, "2026-04-23T22:00:00Z"},
		"Cairo goes back from 24:00 to 23:00":              {Civil{"2026-10-29", "24:00", "Africa/Cairo"}, "2026-10-29T22:00:00Z"},
		"Cairo, the first 23:30 of two":                    {Civil{"2026-10-29", "23:30", "Africa/Cairo"}, "2026-10-29T20:30:00Z"},
		"Beirut skips from 00:00 to 01:00":                 {Civil{"2026-03-29", "00:00", "Asia/Beirut"}, "2026-03-28T22:00:00Z"},
		"Havana skips from 00:00 to 01:00":                 {Civil{"2026-03-08", "00:00", "America/Havana"}, "2026-03-08T05:00:00Z"},
		"Havana has midnight twice, the first counts":      {Civil{"2026-11-01", "00:00", "America/Havana"}, "2026-11-01T04:00:00Z"},
		"Havana, the same written as 24:00":                {Civil{"2026-10-31", "24:00", "America/Havana"}, "2026-11-01T04:00:00Z"},
		"Havana, after both midnights":                     {Civil{"2026-11-01", "01:00", "America/Havana"}, "2026-11-01T06:00:00Z"},
		"Apia skipped the whole day":                       {Civil{"2011-12-30", "00:00", "Pacific/Apia"}, "2011-12-30T10:00:00Z"},
		"Apia, noon of the day that was skipped":           {Civil{"2011-12-30", "12:00", "Pacific/Apia"}, "2011-12-30T10:00:00Z"},
		"Apia, 24:00 of the day that was skipped":          {Civil{"2011-12-30", "24:00", "Pacific/Apia"}, "2011-12-30T10:00:00Z"},
		"Kwajalein skipped the whole day":                  {Civil{"1993-08-21", "00:00", "Pacific/Kwajalein"}, "1993-08-21T12:00:00Z"},
		"Monrovia skipped 44 minutes and 30 seconds":       {Civil{"1972-01-07", "00:00", "Africa/Monrovia"}, "1972-01-07T00:44:30Z"},
		"Monrovia, the midnight before, seconds in offset": {Civil{"1972-01-06", "00:00", "Africa/Monrovia"}, "1972-01-06T00:44:30Z"},
		"St John's went back from 00:01 to 23:01":          {Civil{"2010-11-07", "00:00", "America/St_Johns"}, "2010-11-07T02:30:00Z"},
		"Lord Howe skips half an hour":                     {Civil{"2026-10-04", "02:15", "Australia/Lord_Howe"}, "2026-10-03T15:30:00Z"},
		"the day on which Go loses sight of the zone":      {Civil{"2040-12-31", "24:00", "Europe/Rome"}, "2040-12-31T23:00:00Z"},
		"the earliest that can be meant":                   {Civil{"1900-01-01", "00:00", "UTC"}, "1900-01-01T00:00:00Z"},
		"the latest that can be meant":                     {Civil{"2099-12-31", "24:00", "Pacific/Pago_Pago"}, "2100-01-01T11:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tc.civil.Instant()
			if err != nil {
				t.Fatal(err)
			}
			if got.Location() != time.UTC {
				t.Errorf("%s gave a time in %s, want UTC", tc.civil, got.Location())
			}
			if got := got.Format(time.RFC3339); got != tc.want {
				t.Errorf("%s is %s, want %s", tc.civil, got, tc.want)
			}
		})
	}
}

func TestInstantRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		civil Civil
		part  Part
		want  string
	}{
		"an hour after the day": {
			Civil{"2026-12-01", "25:00", "Europe/Rome"}, PartTime,
			`time "25:00" is after the day has ended; write 00:00 to 24:00, and the next date for what comes after midnight`,
		},
		"a minute after the day": {
			Civil{"2026-12-01", "24:01", "Europe/Rome"}, PartTime,
			`time "24:01" is after the day has ended; write 00:00 to 24:00, and the next date for what comes after midnight`,
		},
		"minute 60": {
			Civil{"2026-12-01", "12:60", "Europe/Rome"}, PartTime,
			`time "12:60" has no such minute; write minutes from 00 to 59`,
		},
		"one digit": {
			Civil{"2026-12-01", "9:30", "Europe/Rome"}, PartTime,
			`time "9:30" is not a time of day; write HH:MM with two digits each, such as 09:30 or 24:00`,
		},
		"a sign for a digit": {
			Civil{"2026-12-01", "+9:30", "Europe/Rome"}, PartTime,
			`time "+9:30" is not a time of day; write HH:MM with two digits each, such as 09:30 or 24:00`,
		},
		"no time": {
			Civil{"2026-12-01", "", "Europe/Rome"}, PartTime,
			`time "" is not a time of day; write HH:MM with two digits each, such as 09:30 or 24:00`,
		},
		"30 February": {
			Civil{"2026-02-30", "00:00", "Europe/Rome"}, PartDate,
			`date "2026-02-30" does not exist; February 2026 has the days 01 to 28`,
		},
		"a leap day in a common year": {
			Civil{"2027-02-29", "00:00", "Europe/Rome"}, PartDate,
			`date "2027-02-29" does not exist; February 2027 has the days 01 to 28`,
		},
		"day 0": {
			Civil{"2026-12-00", "00:00", "Europe/Rome"}, PartDate,
			`date "2026-12-00" does not exist; December 2026 has the days 01 to 31`,
		},
		"month and day swapped": {
			Civil{"2026-13-12", "00:00", "Europe/Rome"}, PartDate,
			`date "2026-13-12" has no such month; write a month from 01 to 12, between the year and the day`,
		},
		"a year of long ago": {
			Civil{"0206-12-01", "00:00", "Europe/Rome"}, PartDate,
			`date "0206-12-01" is in a year that cannot be meant; write a year from 1900 to 2099`,
		},
		"the day first": {
			Civil{"01/12/2026", "00:00", "Europe/Rome"}, PartDate,
			`date "01/12/2026" is not a date; write YYYY-MM-DD, such as 2026-12-01`,
		},
		"a date and a time in one": {
			Civil{"2026-12-01T00:00", "00:00", "Europe/Rome"}, PartDate,
			`date "2026-12-01T00:00" is not a date; write YYYY-MM-DD, such as 2026-12-01`,
		},
		"digits of another script": {
			Civil{"٢٠٢٦-١٢-٠١", "00:00", "Europe/Rome"}, PartDate,
			`date "٢٠٢٦-١٢-٠١" is not a date; write YYYY-MM-DD, such as 2026-12-01`,
		},
		"no zone": {
			Civil{"2026-12-01", "24:00", ""}, PartZone,
			`zone "" is empty; write an IANA name such as Europe/Rome`,
		},
		"a page pasted into a field": {
			Civil{strings.Repeat("€", 1000), "24:00", "Europe/Rome"}, PartDate,
			`date "` + strings.Repeat("€", 21) + `…" is not a date; write YYYY-MM-DD, such as 2026-12-01`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tc.civil.Instant()
			var wrong *Error
			if !errors.As(err, &wrong) {
				t.Fatalf("%s gave %v and error %v, want an *Error", tc.civil, got, err)
			}
			if wrong.Part != tc.part {
				t.Errorf("the part is %q, want %q", wrong.Part, tc.part)
			}
			if err.Error() != tc.want {
				t.Errorf("the error is\n\t%s\nwant\n\t%s", err, tc.want)
			}
		})
	}
}

func TestCivilString(t *testing.T) {
	if got, want := (Civil{"2026-12-01", "24:00", "Europe/Rome"}).String(), "2026-12-01 24:00 Europe/Rome"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Go's zone bounds end a leap year a day early once the database's own list
// of changes has run out; walking on must neither stop nor go back.
func TestStretchOnALeapYearsLastDay(t *testing.T) {
	loc := mustZone(t, "Europe/Rome")
	newYear := time.Date(2041, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	for from := newYear - 2*day; from < newYear; from += 3600 {
		s := stretchFrom(loc, from)
		if s.ends <= from || s.ends > newYear || s.offset != 3600 {
			t.Errorf("from %s: %+v", say(from), s)
		}
	}
}

func TestLater(t *testing.T) {
	announced := time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct{ announced, resolved, want time.Time }{
		"nothing announced yet":             {time.Time{}, announced, announced},
		"the same again":                    {announced, announced, announced},
		"the database changed to earlier":   {announced, announced.Add(-time.Hour), announced},
		"the database changed to later":     {announced, announced.Add(time.Hour), announced.Add(time.Hour)},
		"announced, and no longer resolves": {announced, time.Time{}, announced},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Later(tc.announced, tc.resolved); !got.Equal(tc.want) {
				t.Errorf("Later(%v, %v) = %v, want %v", tc.announced, tc.resolved, got, tc.want)
			}
		})
	}
}

func TestEarliest(t *testing.T) {
	never, soon, late := time.Time{}, time.Unix(100, 0), time.Unix(200, 0)
	for name, test := range map[string]struct {
		given []time.Time
		want  time.Time
	}{
		"nothing":         {nil, never},
		"never and never": {[]time.Time{never, never}, never},
		"never first":     {[]time.Time{never, late, soon}, soon},
		"never last":      {[]time.Time{soon, late, never}, soon},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Earliest(test.given...); !got.Equal(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
