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

// parse parses a date and a time of day in the campaign's zone, where 24:00 ends the day,
// or RFC 3339. It returns the value for spec.opening.
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

// civilOf converts an exact time to a civil one in the zone. Some times have no civil form:
// those with seconds, and the second of two equal clock readings.
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
