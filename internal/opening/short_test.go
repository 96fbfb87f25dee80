/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"math"
	"testing"
	"time"
)

func TestRemaining(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"now":                      0,
		"in 1 s":                   time.Second,
		"in 59 s":                  59*time.Second + 999*time.Millisecond,
		"in 1 min":                 time.Minute,
		"in 5 min 30 s":            5*time.Minute + 30*time.Second,
		"in 1 hour":                time.Hour + 59*time.Second,
		"in 2 hours 1 min":         2*time.Hour + time.Minute + time.Second,
		"in 1 day":                 24 * time.Hour,
		"in 1 day 1 hour":          25*time.Hour + 59*time.Minute,
		"in 3 days 4 hours":        76 * time.Hour,
		"in 3 days":                72*time.Hour + 59*time.Minute,
		"2 min ago":                -2 * time.Minute,
		"1 hour 5 min ago":         -65 * time.Minute,
		"in 106751 days 23 hours":  math.MaxInt64,
		"106751 days 23 hours ago": math.MinInt64,
	} {
		if got := Remaining(d); got != want {
			t.Errorf("Remaining(%v) = %q, want %q", d, got, want)
		}
	}
	for _, d := range []time.Duration{time.Second - 1, 1 - time.Second} {
		if got := Remaining(d); got != "now" {
			t.Errorf("Remaining(%v) = %q, want now", d, got)
		}
	}
}

func TestClock(t *testing.T) {
	for name, tc := range map[string]struct {
		zone    string
		instant time.Time
		want    string
	}{
		"Rome":                          {"Europe/Rome", time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC), "00:00:00 CET"},
		"a zone that has only a number": {"Asia/Riyadh", time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC), "02:00:00 UTC+03:00"},
		"west of Greenwich":             {"America/Sao_Paulo", time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC), "20:00:00 UTC-03:00"},
		"half hours":                    {"Australia/Lord_Howe", time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), "10:30:00 UTC+10:30"},
		"a number that is zero":         {"Antarctica/Troll", time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC), "23:00:00 UTC"},
		"UTC":                           {"UTC", time.Date(2026, 12, 1, 23, 0, 7, 0, time.UTC), "23:00:07 UTC"},
		"an offset that counts seconds": {"Africa/Monrovia", time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC), "23:15:30 MMT"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Clock(tc.instant, mustZone(t, tc.zone)); got != tc.want {
				t.Errorf("Clock = %q, want %q", got, tc.want)
			}
		})
	}
	if got, want := Clock(time.Unix(0, 0), time.FixedZone("", -2670)), "23:15:30 UTC-00:44:30"; got != want {
		t.Errorf("Clock = %q, want %q", got, want)
	}
	if got, want := Clock(time.Unix(0, 0), nil), "00:00:00 UTC"; got != want {
		t.Errorf("Clock without a zone = %q, want %q", got, want)
	}
}

func TestDayWords(t *testing.T) {
	got := DayWords(time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC), mustZone(t, "Europe/Rome"))
	if want := "Wednesday 2 December 2026"; got != want {
		t.Errorf("DayWords = %q, want %q", got, want)
	}
}
