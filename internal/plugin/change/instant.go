/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"fmt"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// parse reads an instant as a person writes it: a date and a time of day in the
// campaign's zone, where 24:00 ends the day, or RFC 3339. It comes back as it
// will stand in spec.opening.
func parse(text string, zone *time.Location) (opening.Civil, time.Time, error) {
	const right = `write a day and a time in the campaign's zone, such as "2026-12-02 24:00", or RFC 3339, such as 2026-12-03T00:00:00+01:00`
	text = strings.TrimSpace(text)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return civilOf(at, zone)
	}
	words := strings.Fields(text)
	if len(words) != 2 {
		return opening.Civil{}, time.Time{}, fmt.Errorf("%q is not a time: %s", text, right)
	}
	civil := opening.Civil{Date: words[0], Time: words[1], Zone: zone.String()}
	at, err := civil.Instant()
	if err != nil {
		return opening.Civil{}, time.Time{}, fmt.Errorf("%w; %s", err, right)
	}
	return civil, at, nil
}

// civilOf writes an exact instant as clocks in the zone show it. Some instants
// cannot be written so: those with seconds, and the second coming of a time that
// comes twice.
func civilOf(at time.Time, zone *time.Location) (opening.Civil, time.Time, error) {
	local := at.In(zone)
	civil := opening.Civil{Date: local.Format(time.DateOnly), Time: local.Format("15:04"), Zone: zone.String()}
	means, err := civil.Instant()
	if err != nil {
		return opening.Civil{}, time.Time{}, err
	}
	if !means.Equal(at) {
		return opening.Civil{}, time.Time{}, fmt.Errorf("%s cannot be announced as a time of day in %s: %s %s means %s; "+
			"give a whole minute, and not the second of two equal times", at.Format(time.RFC3339), zone, civil.Date, civil.Time, opening.Words(means, zone))
	}
	return civil, at.UTC(), nil
}
