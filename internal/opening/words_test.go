/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	for name, tc := range map[string]struct {
		civil Civil
		want  string
	}{
		"24:00": {
			Civil{"2026-12-01", "24:00", "Europe/Rome"},
			"Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December",
		},
		"noon": {
			Civil{"2021-02-01", "12:00", "Europe/Rome"},
			"Monday 1 February 2021 at 12:00 CET",
		},
		"the end of a month": {
			Civil{"2026-11-30", "24:00", "Europe/Rome"},
			"Tuesday 1 December 2026 at 00:00 CET, the midnight between Monday 30 November and Tuesday 1 December",
		},
		"the end of a year": {
			Civil{"2026-12-31", "24:00", "Europe/Rome"},
			"Friday 1 January 2027 at 00:00 CET, the midnight between Thursday 31 December 2026 and Friday 1 January 2027",
		},
		"the end of a leap day": {
			Civil{"2028-02-29", "24:00", "Europe/Rome"},
			"Wednesday 1 March 2028 at 00:00 CET, the midnight between Tuesday 29 February and Wednesday 1 March",
		},
		"a zone whose name is a number": {
			Civil{"2026-12-01", "24:00", "Asia/Riyadh"},
			"Wednesday 2 December 2026 at 00:00 UTC+03:00, the midnight between Tuesday 1 and Wednesday 2 December",
		},
		"midnight skipped": {
			Civil{"2026-04-23", "24:00", "Africa/Cairo"},
			"Friday 24 April 2026 at 01:00 EEST, the first moment of Friday 24 April, because clocks skip from 00:00 to 01:00",
		},
		"midnight skipped in Beirut": {
			Civil{"2026-03-29", "00:00", "Asia/Beirut"},
			"Sunday 29 March 2026 at 01:00 EEST, the first moment of Sunday 29 March, because clocks skip from 00:00 to 01:00",
		},
		"midnight skipped in Havana": {
			Civil{"2026-03-08", "00:00", "America/Havana"},
			"Sunday 8 March 2026 at 01:00 CDT, the first moment of Sunday 8 March, because clocks skip from 00:00 to 01:00",
		},
		"midnight twice": {
			Civil{"2026-11-01", "00:00", "America/Havana"},
			"Sunday 1 November 2026 at 00:00 CDT, the first of two midnights between Saturday 31 October and Sunday 1 November, because clocks go back from 01:00 to 00:00",
		},
		"midnight twice, because clocks go back over it": {
			Civil{"2010-11-06", "24:00", "America/St_Johns"},
			"Sunday 7 November 2010 at 00:00 NDT, the first of two midnights between Saturday 6 and Sunday 7 November, because clocks go back from 00:01 on Sunday 7 November to 23:01 on Saturday 6 November",
		},
		"midnight once, but the hour before it twice": {
			Civil{"2026-10-29", "24:00", "Africa/Cairo"},
			"Friday 30 October 2026 at 00:00 EET, the midnight between Thursday 29 and Friday 30 October, 1 hour after clocks go back from 24:00 to 23:00",
		},
		"within that hour": {
			Civil{"2026-10-29", "23:30", "Africa/Cairo"},
			"Thursday 29 October 2026 at 23:30 EEST, the first of two times that clocks read 23:30, because clocks go back from 24:00 to 23:00",
		},
		"a whole day skipped": {
			Civil{"2011-12-29", "24:00", "Pacific/Apia"},
			"Saturday 31 December 2011 at 00:00 UTC+14:00, the midnight that ends Thursday 29 December, because Friday 30 December is skipped",
		},
		"the last day of a year skipped": {
			Civil{"1994-12-31", "12:00", "Pacific/Kiritimati"},
			"Sunday 1 January 1995 at 00:00 UTC+14:00, the midnight that ends Friday 30 December 1994, because Saturday 31 December 1994 is skipped",
		},
		"the hour before midnight skipped": {
			Civil{"2026-03-28", "23:30", "America/Nuuk"},
			"Sunday 29 March 2026 at 00:00 UTC-01:00, the midnight between Saturday 28 and Sunday 29 March, when clocks skip from 23:00 to 24:00",
		},
		"half past midnight skipped, with seconds": {
			Civil{"1972-01-07", "00:00", "Africa/Monrovia"},
			"Friday 7 January 1972 at 00:44:30 GMT, the first moment of Friday 7 January, because clocks skip from 00:00 to 00:44:30",
		},
		"an hour of the night skipped": {
			Civil{"2026-03-29", "02:30", "Europe/Rome"},
			"Sunday 29 March 2026 at 03:00 CEST, when clocks skip from 02:00 to 03:00",
		},
		"an hour of the night twice": {
			Civil{"2026-10-25", "02:30", "Europe/Rome"},
			"Sunday 25 October 2026 at 02:30 CEST, the first of two times that clocks read 02:30, because clocks go back from 03:00 to 02:00",
		},
		"the day before a change": {
			Civil{"2026-10-24", "24:00", "Europe/Rome"},
			"Sunday 25 October 2026 at 00:00 CEST, the midnight between Saturday 24 and Sunday 25 October",
		},
		"a leap year's last day after 2037": {
			Civil{"2040-12-31", "24:00", "Europe/Rome"},
			"Tuesday 1 January 2041 at 00:00 CET, the midnight between Monday 31 December 2040 and Tuesday 1 January 2041",
		},
	} {
		t.Run(name, func(t *testing.T) {
			instant, err := tc.civil.Instant()
			if err != nil {
				t.Fatal(err)
			}
			if got := Words(instant, mustZone(t, tc.civil.Zone)); got != tc.want {
				t.Errorf("%s is said as\n\t%s\nwant\n\t%s", tc.civil, got, tc.want)
			}
		})
	}
}

// Instants that no civil time resolves to have words as well.
func TestWordsOfAnyInstant(t *testing.T) {
	for name, tc := range map[string]struct {
		instant time.Time
		zone    string
		want    string
	}{
		"the second midnight": {
			time.Date(2026, 11, 1, 5, 0, 0, 0, time.UTC), "America/Havana",
			"Sunday 1 November 2026 at 00:00 CST, the second of two midnights between Saturday 31 October and Sunday 1 November, because clocks go back from 01:00 to 00:00",
		},
		"the second 23:00": {
			time.Date(2026, 10, 29, 21, 0, 0, 0, time.UTC), "Africa/Cairo",
			"Thursday 29 October 2026 at 23:00 EET, the second of two times that clocks read 23:00, because clocks go back from 24:00 to 23:00",
		},
		"seconds": {
			time.Date(2026, 12, 1, 23, 0, 7, 0, time.UTC), "Europe/Rome",
			"Wednesday 2 December 2026 at 00:00:07 CET",
		},
		"less than a second after midnight": {
			time.Date(2026, 12, 1, 23, 0, 0, 999, time.UTC), "Europe/Rome",
			"Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December",
		},
		"the day that came twice on Kwajalein": {
			time.Date(1969, 9, 30, 13, 0, 0, 0, time.UTC), "Pacific/Kwajalein",
			"Tuesday 30 September 1969 at 01:00 UTC-12:00, the second of two times that clocks read 01:00, because clocks go back from 24:00 to 01:00",
		},
		"a year that calendars do not have": {
			time.Date(12026, 12, 1, 0, 0, 0, 0, time.UTC), "UTC",
			"Tuesday 1 December 12026 at 00:00 UTC",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Words(tc.instant, mustZone(t, tc.zone)); got != tc.want {
				t.Errorf("said as\n\t%s\nwant\n\t%s", got, tc.want)
			}
		})
	}
	if got, want := Words(time.Unix(60, 0), nil), "Thursday 1 January 1970 at 00:01 UTC"; got != want {
		t.Errorf("without a zone: %q, want %q", got, want)
	}
}
