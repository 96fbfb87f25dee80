/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Instants outside these years, in UTC, are mistakes. Days are declared from 1900 to
// 2099, and somewhere the first of them begins and the last one ends in another year.
const (
	firstYear = 1899
	lastYear  = 2100
)

var services = []string{"Vaccination", "Test"}

// check returns the first error in c.
func (c Catalog) check() error {
	switch {
	case c.Platform == "":
		return fmt.Errorf("platform is empty: name the platform")
	case c.TimeZone == "":
		return fmt.Errorf("timeZone is empty: write an IANA name such as Europe/Rome")
	case c.Revision < 0:
		return fmt.Errorf("revision %d is wrong: revisions begin at 1", c.Revision)
	case len(c.Hubs) > MaxHubs:
		return &TooLargeError{What: "hubs", Got: len(c.Hubs), Max: MaxHubs}
	case len(c.Campaigns) > MaxCampaigns:
		return &TooLargeError{What: "campaigns", Got: len(c.Campaigns), Max: MaxCampaigns}
	}
	if err := c.CallCentrePlaces.check(); err != nil {
		return err
	}
	if err := each("hub", c.Hubs, func(h Hub) string { return h.Name }, Hub.check); err != nil {
		return err
	}
	return each("campaign", c.Campaigns, func(c Campaign) string { return c.Name }, Campaign.check)
}

// each checks a list of named members.
func each[T any](kind string, list []T, name func(T) string, check func(T) error) error {
	seen := map[string]bool{}
	for i, v := range list {
		n := name(v)
		switch {
		case n == "":
			return fmt.Errorf("%s %d has no name", kind, i)
		case seen[n]:
			return fmt.Errorf("%s %s is there twice: a name is given once", kind, n)
		}
		seen[n] = true
		if err := check(v); err != nil {
			return fmt.Errorf("%s %s: %w", kind, n, err)
		}
	}
	return nil
}

func (h Hub) check() error {
	switch {
	case len(h.Services) == 0:
		return fmt.Errorf("services is empty: write at least one of %v", services)
	case h.Stations < 1:
		return fmt.Errorf("stations is %d: write at least 1", h.Stations)
	case h.MinutesPerAppointment < 1:
		return fmt.Errorf("minutesPerAppointment is %d: write at least 1", h.MinutesPerAppointment)
	}
	for _, s := range h.Services {
		if err := checkService(s); err != nil {
			return err
		}
	}
	for _, hours := range h.OpeningHours {
		if err := hours.check(); err != nil {
			return err
		}
	}
	for _, day := range h.ClosedOn {
		if err := checkDate("closedOn", day); err != nil {
			return err
		}
	}
	return nil
}

func (h Hours) check() error {
	for _, day := range h.Days {
		if !slices.Contains(weekdays, day) {
			return fmt.Errorf("openingHours: %q is no day: write one of %v", day, weekdays)
		}
	}
	for _, clock := range []string{h.Opens, h.Closes} {
		if !isClock(clock) {
			return fmt.Errorf("openingHours: %q is no time of day: write HH:MM from 00:00 to 24:00", clock)
		}
	}
	if h.Opens >= h.Closes {
		return fmt.Errorf("openingHours: closes %s is not after opens %s", h.Closes, h.Opens)
	}
	return nil
}

func (c Campaign) check() error {
	if err := checkService(c.Service); err != nil {
		return err
	}
	if y := c.OpensAt.Year(); c.OpensAt.IsZero() || y < firstYear || y > lastYear {
		return fmt.Errorf("opensAt %s is no opening: write an instant such as 2026-12-01T23:00:00Z", c.OpensAt)
	}
	if c.ClosesAt != nil && (!c.ClosesAt.After(c.OpensAt) || c.ClosesAt.Year() > lastYear) {
		return fmt.Errorf("closesAt %s is not after opensAt %s", c.ClosesAt, c.OpensAt)
	}
	if err := c.AgeBand.check(); err != nil {
		return err
	}
	if err := c.Doses.check(); err != nil {
		return err
	}
	for _, r := range c.HubSelector.MatchExpressions {
		if err := r.check(); err != nil {
			return err
		}
	}
	return nil
}

func (a *AgeBand) check() error {
	if a == nil {
		return nil
	}
	if err := checkDate("ageBand.bornFrom", a.BornFrom); err != nil {
		return err
	}
	if err := checkDate("ageBand.bornTo", a.BornTo); err != nil {
		return err
	}
	if a.BornFrom > a.BornTo {
		return fmt.Errorf("ageBand: bornFrom %s is after bornTo %s: the older birth date comes first", a.BornFrom, a.BornTo)
	}
	return nil
}

func (d Doses) check() error {
	switch {
	case d.Count < 1:
		return fmt.Errorf("doses: count is %d: write at least 1", d.Count)
	case d.Count == 1 && (d.MinIntervalDays != 0 || d.MaxIntervalDays != 0):
		return fmt.Errorf("doses: one dose has no interval")
	case d.Count > 1 && (d.MinIntervalDays < 1 || d.MaxIntervalDays < d.MinIntervalDays):
		return fmt.Errorf("doses: an interval of %d to %d days is wrong: write 1 ≤ minIntervalDays ≤ maxIntervalDays", d.MinIntervalDays, d.MaxIntervalDays)
	}
	return nil
}

// check rejects unknown operators: a misspelt one would choose no hub, or every hub.
func (r Requirement) check() error {
	switch {
	case r.Key == "":
		return fmt.Errorf("hubSelector: a requirement has no key")
	case r.Operator == In || r.Operator == NotIn:
		if len(r.Values) == 0 {
			return fmt.Errorf("hubSelector: %s %s needs values", r.Key, r.Operator)
		}
	case r.Operator == Exists || r.Operator == DoesNotExist:
		if len(r.Values) != 0 {
			return fmt.Errorf("hubSelector: %s %s takes no values", r.Key, r.Operator)
		}
	default:
		return fmt.Errorf("hubSelector: %s has the operator %q: write one of %v", r.Key, r.Operator, []Operator{In, NotIn, Exists, DoesNotExist})
	}
	return nil
}

func checkService(service string) error {
	if !slices.Contains(services, service) {
		return fmt.Errorf("%q is no service: write one of %v", service, services)
	}
	return nil
}

func checkDate(field, date string) error {
	if _, err := time.Parse(time.DateOnly, date); err != nil || date < "1900-01-01" || date > "2099-12-31" {
		return fmt.Errorf("%s: %q is no day: write YYYY-MM-DD, from 1900 to 2099", field, date)
	}
	return nil
}

// weekdays in the order in which they are written.
var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// byWeekday compares days by their place in the week; unknown days come first.
func byWeekday(a, b string) int {
	return cmp.Or(cmp.Compare(slices.Index(weekdays, a), slices.Index(weekdays, b)), cmp.Compare(a, b))
}

// isClock reports whether clock is a time of day, 00:00 to 24:00.
func isClock(clock string) bool {
	if clock == "24:00" {
		return true
	}
	_, err := time.Parse("15:04", clock)
	return err == nil && len(clock) == len("15:04")
}
