/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package schedule

import (
	"fmt"
	"sort"
	"time"
)

// settled is the time for which clocks must have run unchanged, so that they show a
// reading for the first time. No offset reaches 26 h either way.
const settled = 2 * 26 * time.Hour

// Calendar is a range of days in one zone, computed once for many hubs: which days are
// plain, so that a time of day is the distance from the day's start. It is not safe for
// concurrent use.
type Calendar struct {
	loc   *time.Location
	dates []string
	index map[string]int
	// weekdays of the days; starts has one more, the end of the last.
	weekdays []time.Weekday
	starts   []time.Time
	plain    []bool
	// resolved and offsets cache the meaning of times of day, on days that are not
	// plain and on plain ones: hubs have few different hours.
	resolved map[civil]time.Time
	offsets  map[string]time.Duration
}

// civil is a time of day on one of the days.
type civil struct {
	day   int
	clock string
}

// NewCalendar returns the calendar of a number of days, from the first one
// (YYYY-MM-DD).
func NewCalendar(first string, days int, loc *time.Location) (*Calendar, error) {
	start, err := instant(first, "00:00", time.UTC)
	if err != nil {
		return nil, err
	}
	c := &Calendar{loc: loc, index: map[string]int{}, resolved: map[civil]time.Time{}, offsets: map[string]time.Duration{}}
	for i := range days + 1 {
		day := start.AddDate(0, 0, i)
		begins, err := dayStart(day, loc)
		if err != nil {
			return nil, err
		}
		c.starts = append(c.starts, begins)
		if i == days {
			break
		}
		date := day.Format(time.DateOnly)
		c.index[date] = i
		c.dates = append(c.dates, date)
		c.weekdays = append(c.weekdays, day.Weekday())
	}
	for i := range c.dates {
		c.plain = append(c.plain, plain(c.starts[i], c.starts[i+1], loc))
	}
	return c, nil
}

// Days returns the number of days.
func (c *Calendar) Days() int { return len(c.dates) }

// Date returns the date of a day.
func (c *Calendar) Date(day int) string { return c.dates[day] }

// Start returns the start of a day; for the number of days, the end of the last.
func (c *Calendar) Start(day int) time.Time { return c.starts[day] }

// DayOf returns the day of an instant, limited to the calendar. If clocks go back over
// midnight, the new day begins at the first midnight.
func (c *Calendar) DayOf(t time.Time) int {
	after := sort.Search(len(c.starts), func(i int) bool { return c.starts[i].After(t) })
	return min(max(after-1, 0), len(c.dates)-1)
}

// dayStart returns T(00:00) of a day of the calendar, given as if it were in UTC.
func dayStart(day time.Time, loc *time.Location) (time.Time, error) {
	year, month, d := day.Date()
	start := time.Date(year, month, d, 0, 0, 0, 0, loc)
	since, _ := start.ZoneBounds()
	// Where clocks skip midnight, time.Date gives something else.
	exact := start.Day() == d && start.Hour() == 0 && start.Minute() == 0 && start.Second() == 0
	if exact && (since.IsZero() || start.Sub(since) > settled) {
		return start.UTC(), nil
	}
	return instant(day.Format(time.DateOnly), "00:00", loc)
}

// plain reports whether clocks run unchanged through a whole day of 24 hours.
func plain(start, end time.Time, loc *time.Location) bool {
	_, until := start.In(loc).ZoneBounds()
	return end.Sub(start) == 24*time.Hour && (until.IsZero() || !until.Before(end))
}

// instant resolves a time of day.
func (c *Calendar) instant(day int, clock string) (time.Time, error) {
	if c.plain[day] {
		offset, err := c.offset(clock)
		return c.starts[day].Add(offset), err
	}
	key := civil{day, clock}
	at, known := c.resolved[key]
	if known {
		return at, nil
	}
	at, err := instant(c.dates[day], clock, c.loc)
	if err == nil {
		c.resolved[key] = at
	}
	return at, err
}

// offset returns the distance of a time of day from the start of a plain day.
func (c *Calendar) offset(clock string) (time.Duration, error) {
	offset, known := c.offsets[clock]
	if known {
		return offset, nil
	}
	at, err := instant("1970-01-01", clock, time.UTC)
	if err != nil {
		return 0, err
	}
	offset = time.Duration(at.Unix()) * time.Second
	c.offsets[clock] = offset
	return offset, nil
}

// Agenda holds one hub's appointments over a calendar.
type Agenda struct {
	hub      Hub
	calendar *Calendar
	// days are the appointments of each day.
	days []int64
	week [7]ordinary
}

// ordinary holds what all plain days of one weekday have in common.
type ordinary struct {
	known        bool
	appointments int64
	// spans returns the hours of a day, even if the hub is closed on it.
	start time.Time
	spans []span
}

// Agenda counts a hub's appointments on each day of a calendar: plain days once for
// each weekday, days on which clocks change one by one.
func (h Hub) Agenda(c *Calendar) (Agenda, error) {
	a := Agenda{hub: h, calendar: c, days: make([]int64, c.Days())}
	if err := h.check(); err != nil {
		return Agenda{}, err
	}
	for day, weekday := range c.weekdays {
		if same := a.week[weekday]; same.known && c.plain[day] {
			a.days[day] = same.appointments
			continue
		}
		spans, err := a.spans(day)
		if err != nil {
			return Agenda{}, fmt.Errorf("on %s: %w", c.dates[day], err)
		}
		a.days[day] = h.places(spans)
		if c.plain[day] {
			a.week[weekday] = ordinary{true, a.days[day], c.starts[day], spans}
		}
	}
	for date, closed := range h.ClosedOn {
		if day, there := c.index[date]; there && closed {
			a.days[day] = 0
		}
	}
	return a, nil
}

// Day returns the number of appointments on a day.
func (a Agenda) Day(day int) int64 { return a.days[day] }

// Between returns the number of a day's appointments that begin in [from, to).
func (a Agenda) Between(day int, from, to time.Time) (int64, error) {
	if a.days[day] == 0 {
		return 0, nil
	}
	c := a.calendar
	var spans []span
	if same := &a.week[c.weekdays[day]]; same.known && c.plain[day] {
		shift := same.start.Sub(c.starts[day])
		spans, from, to = same.spans, from.Add(shift), to.Add(shift)
	} else {
		var err error
		if spans, err = a.spans(day); err != nil {
			return 0, fmt.Errorf("on %s: %w", c.dates[day], err)
		}
	}
	length, slots := a.hub.length(), int64(0)
	for _, s := range spans {
		slots += s.before(to, length) - s.before(from, length)
	}
	return max(0, slots) * int64(a.hub.Stations), nil
}

// spans of a day, whether the hub is closed on it or not.
func (a Agenda) spans(day int) ([]span, error) {
	return a.hub.spansOn(a.calendar.weekdays[day], func(clock string) (time.Time, error) { return a.calendar.instant(day, clock) })
}

// before returns the number of appointments of s that begin before an instant.
func (s span) before(t time.Time, length time.Duration) int64 {
	if !t.After(s.from) {
		return 0
	}
	begun := int64((t.Sub(s.from)-1)/length) + 1
	return min(begun, s.fit(length))
}
