/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"math"
	"testing"
	"time"
)

// overSeventies is the web's share of one band of the samples.
var overSeventies = Forecast{People: 410_000, SharePercent: 62, FirstHourPercent: 10, FirstMinutePercent: 20}

var webSession = Session{Length: 5 * time.Minute, Requests: 30}

func TestArrived(t *testing.T) {
	firstHour := 410_000 * 0.62 * 0.10
	tests := map[string]struct {
		after time.Duration
		want  float64
	}{
		"nobody before the opening":             {after: -time.Minute, want: 0},
		"nobody at the opening itself":          {after: 0, want: 0},
		"a fifth of the hour in its minute":     {after: time.Minute, want: firstHour / 5},
		"the first hour's people by its end":    {after: time.Hour, want: firstHour},
		"never more than all of the people":     {after: 1_000_000 * time.Hour, want: 410_000 * 0.62},
		"N grows as t^0.393 with a fifth first": {after: 15 * time.Minute, want: firstHour * math.Pow(0.25, math.Log(5)/math.Log(60))},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := overSeventies.Arrived(test.after); math.Abs(got-test.want) > 1e-6*test.want {
				t.Errorf("Arrived(%v) = %v, want %v", test.after, got, test.want)
			}
		})
	}
}

// TestLombardia holds the curve against a public figure: 41 k people by minute
// 6 and 101 k by minute 60 of one queue.
func TestLombardia(t *testing.T) {
	queue := Forecast{People: 1_010_000, SharePercent: 100, FirstHourPercent: 10, FirstMinutePercent: 20}
	if got := queue.Arrived(6 * time.Minute); math.Abs(got-41_000) > 1_000 {
		t.Errorf("by minute 6 %.0f people have come, want about 41,000", got)
	}
}

func TestPeakLoad(t *testing.T) {
	tests := map[string]struct {
		forecast Forecast
		session  Session
		want     int64
	}{
		"people inside at t = D": {
			// S(5) = 25,420·(5/60)^α = 9,571.1…, each 30 requests in 300 s.
			forecast: overSeventies, session: webSession, want: 957_111,
		},
		"those who waited at the door, when they weigh more": {
			// 0.4·N(30) = 7,742.9… people within 30 s, one request each.
			forecast: overSeventies, session: Session{Length: 5 * time.Minute, Requests: 2}, want: 258_098,
		},
		"no people, no load":                    {forecast: Forecast{SharePercent: 50}, session: webSession, want: 0},
		"no share, no load":                     {forecast: Forecast{People: 1_000}, session: webSession, want: 0},
		"a session of no length takes a second": {forecast: Forecast{People: 100, SharePercent: 100, FirstHourPercent: 100, FirstMinutePercent: 50}, session: Session{Requests: 1}, want: 25_000},
		"what would not fit fits":               {forecast: Forecast{People: math.MaxInt64, SharePercent: 100, FirstHourPercent: 100, FirstMinutePercent: 95}, session: Session{Length: time.Minute, Requests: math.MaxInt32}, want: mostMilli},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.forecast.PeakLoad(test.session); got != test.want {
				t.Errorf("PeakLoad = %d, want %d", got, test.want)
			}
		})
	}
}

func TestErlangs(t *testing.T) {
	calls := Forecast{People: 410_000, SharePercent: 12, FirstHourPercent: 10, FirstMinutePercent: 20}
	// S(3.5) = 4,920·(3.5/60)^α = 1,610…: at the peak, and falling afterwards.
	if got := calls.Erlangs(0, 210*time.Second); got < 1_609_000 || got > 1_611_000 {
		t.Errorf("peak of %d thousandths of an Erlang, want about 1,610,000", got)
	}
	if early, late := calls.Erlangs(time.Hour, 210*time.Second), calls.Erlangs(2*time.Hour, 210*time.Second); late >= early {
		t.Errorf("load rises from %d to %d after its peak", early, late)
	}
}

// FuzzLoad: no input panics; a load is never negative, never rises with time,
// never exceeds the peak, and never falls when more people come.
func FuzzLoad(f *testing.F) {
	f.Add(int64(410_000), 62, 10, 20, int64(5*time.Minute), 30, int64(time.Hour))
	f.Add(int64(-1), -1, 101, 0, int64(-1), -1, int64(-1))
	f.Add(int64(math.MaxInt64), 100, 100, 95, int64(math.MaxInt64), math.MaxInt32, int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, people int64, share, hour, minute int, length int64, requests int, after int64) {
		forecast := Forecast{People: people, SharePercent: share, FirstHourPercent: hour, FirstMinutePercent: minute}
		session := Session{Length: time.Duration(length), Requests: requests}
		at := time.Duration(after)
		load, peak := forecast.Load(at, session), forecast.PeakLoad(session)
		if load < 0 || load > peak {
			t.Errorf("load %d outside 0..peak %d", load, peak)
		}
		if later := forecast.Load(at/2+math.MaxInt64/4, session); at < math.MaxInt64/4 && later > forecast.Load(min(at, at/2+math.MaxInt64/4), session) {
			t.Errorf("load rises to %d after %v", later, at)
		}
		if people > 0 && people < math.MaxInt64/2 {
			more := forecast
			more.People *= 2
			if more.PeakLoad(session) < peak {
				t.Errorf("twice the people, less load")
			}
		}
	})
}

func BenchmarkPeakLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = overSeventies.PeakLoad(webSession)
	}
}
