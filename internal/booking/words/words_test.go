/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package words

import (
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestInstant(t *testing.T) {
	for name, tc := range map[string]struct {
		at, in, it, en string
	}{
		"a morning in winter": {
			at: "2026-12-14T07:40:00Z",
			it: "lunedì 14 dicembre 2026 alle ore 08:40 (CET)",
			en: "Monday 14 December 2026 at 08:40 CET",
		},
		"noon in summer": {
			at: "2026-08-15T10:00:00Z",
			it: "sabato 15 agosto 2026 alle ore 12:00 (CEST)",
			en: "Saturday 15 August 2026 at 12:00 CEST",
		},
		"an evening in summer": {
			at: "2027-08-01T21:55:00Z",
			it: "domenica 1 agosto 2027 alle ore 23:55 (CEST)",
			en: "Sunday 1 August 2027 at 23:55 CEST",
		},
		"midnight": {
			at: "2026-12-01T23:00:00Z",
			it: "mercoledì 2 dicembre 2026 alle ore 00:00 (CET), la mezzanotte tra martedì 1 dicembre e mercoledì 2 dicembre",
			en: "Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December",
		},
		"a midnight between years": {
			at: "2026-12-31T23:00:00Z",
			it: "venerdì 1 gennaio 2027 alle ore 00:00 (CET), la mezzanotte tra giovedì 31 dicembre e venerdì 1 gennaio",
			en: "Friday 1 January 2027 at 00:00 CET, the midnight between Thursday 31 December 2026 and Friday 1 January 2027",
		},
		"soon after midnight": {
			at: "2026-12-01T23:10:00Z",
			it: "mercoledì 2 dicembre 2026 alle ore 00:10 (CET), nella notte tra martedì 1 dicembre e mercoledì 2 dicembre",
			en: "Wednesday 2 December 2026 at 00:10 CET, in the night between Tuesday 1 December and Wednesday 2 December",
		},
		"the small hours": {
			at: "2026-12-14T03:59:00Z",
			it: "lunedì 14 dicembre 2026 alle ore 04:59 (CET), nella notte tra domenica 13 dicembre e lunedì 14 dicembre",
			en: "Monday 14 December 2026 at 04:59 CET, in the night between Sunday 13 December and Monday 14 December",
		},
		"the first of an hour that comes twice": {
			at: "2026-10-25T00:30:00Z",
			it: "domenica 25 ottobre 2026 alle ore 02:30 (CEST), nella notte tra sabato 24 ottobre e domenica 25 ottobre",
			en: "Sunday 25 October 2026 at 02:30 CEST, the first of two times that clocks read 02:30, because clocks go back from 03:00 to 02:00",
		},
		"the second of an hour that comes twice": {
			at: "2026-10-25T01:30:00Z",
			it: "domenica 25 ottobre 2026 alle ore 02:30 (CET), nella notte tra sabato 24 ottobre e domenica 25 ottobre",
			en: "Sunday 25 October 2026 at 02:30 CET, the second of two times that clocks read 02:30, because clocks go back from 03:00 to 02:00",
		},
		"another zone": {
			at: "2026-12-14T12:00:00Z", in: "Asia/Tokyo",
			it: "lunedì 14 dicembre 2026 alle ore 21:00 (JST)",
			en: "Monday 14 December 2026 at 21:00 JST",
		},
	} {
		t.Run(name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tc.at)
			if err != nil {
				t.Fatal(err)
			}
			in := zone(t, "Europe/Rome")
			if tc.in != "" {
				in = zone(t, tc.in)
			}
			for l, want := range map[Language]string{Italian: tc.it, English: tc.en} {
				if got := l.Instant(at, in); got != want {
					t.Errorf("\n%s, want\n%s", got, want)
				}
			}
		})
	}
}

func TestDate(t *testing.T) {
	for _, tc := range []struct {
		day    civil.Day
		it, en string
	}{
		{civil.Date(1946, 12, 2), "2 dicembre 1946", "2 December 1946"},
		{civil.Date(1946, 5, 1), "1º maggio 1946", "1 May 1946"},
		{civil.Date(1950, 1, 31), "31 gennaio 1950", "31 January 1950"},
	} {
		if got := Italian.Date(tc.day); got != tc.it {
			t.Errorf("%s, want %s", got, tc.it)
		}
		if got := English.Date(tc.day); got != tc.en {
			t.Errorf("%s, want %s", got, tc.en)
		}
	}
}

func TestAppointment(t *testing.T) {
	for want, got := range map[string]string{
		"vaccinazione":              Italian.Service("Vaccination"),
		"Vaccinazione":              Italian.Appointment("Vaccination", 1, 1),
		"Vaccinazione, dose 1 di 2": Italian.Appointment("Vaccination", 1, 2),
		"Vaccination, dose 2 of 3":  English.Appointment("Vaccination", 2, 3),
		"Blood donation":            English.Appointment("blood donation", 1, 1), // in a catalog of tomorrow
		"":                          Italian.Appointment("", 1, 1),
		"Booking number: 1234":      English.BookingNumber("1234"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestTextsAreThoseOfBothLanguages(t *testing.T) {
	it, en := Italian.Texts(), English.Texts()
	if len(it) != len(en) || it["service.Vaccination"] != "Vaccinazione" || en["calendar.file"] != "appointments.ics" {
		t.Errorf("%v and %v", it, en)
	}
}

func TestPreferred(t *testing.T) {
	const otherwise = "" // whatever one falls back to
	for name, tc := range map[string]struct {
		header string
		want   Language
	}{
		"nothing":        {"", otherwise},
		"Italian":        {"it", Italian},
		"of Switzerland": {"it-CH,it;q=0.9,en;q=0.8", Italian},
		"English first":  {"en-GB,it;q=0.5", English},
		"of America":     {"en-US", English},
		"neither":        {"de-DE", otherwise},
		"no language":    {"\x00;q=;;,", otherwise},
		"far too long":   {strings.Repeat("it,", 10_000), otherwise},
	} {
		t.Run(name, func(t *testing.T) {
			for _, l := range []Language{Italian, English} {
				want := tc.want
				if want == otherwise {
					want = l
				}
				if got := Preferred(tc.header, l); got != want {
					t.Errorf("%s, want %s", got, want)
				}
			}
		})
	}
}

func FuzzPreferred(f *testing.F) {
	f.Add("it-CH,it;q=0.9,en;q=0.8")
	f.Fuzz(func(t *testing.T, header string) {
		if got := Preferred(header, English); got != English && got != Italian {
			t.Errorf("%q", got)
		}
	})
}
