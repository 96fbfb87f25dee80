/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

func ExampleCivil_Instant() {
	instant, err := opening.Civil{Date: "2026-12-01", Time: "24:00", Zone: "Europe/Rome"}.Instant()
	fmt.Println(instant.Format(time.RFC3339), err)
	// Output: 2026-12-01T23:00:00Z <nil>
}

func ExampleError() {
	_, err := opening.Civil{Date: "2026-12-01", Time: "24:00", Zone: "Rome"}.Instant()
	var wrong *opening.Error
	if errors.As(err, &wrong) {
		fmt.Println("the wrong part:", wrong.Part)
	}
	fmt.Println(err)
	// Output:
	// the wrong part: zone
	// zone "Rome" is not in the IANA time zone database; write Europe/Rome if that is meant
}

func ExampleWords() {
	for _, c := range []opening.Civil{
		{Date: "2026-12-01", Time: "24:00", Zone: "Europe/Rome"},
		{Date: "2026-04-24", Time: "00:00", Zone: "Africa/Cairo"},
	} {
		instant, err := c.Instant()
		if err != nil {
			fmt.Println(err)
			return
		}
		loc, err := opening.Zone(c.Zone)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(opening.Words(instant, loc))
	}
	// Output:
	// Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December
	// Friday 24 April 2026 at 01:00 EEST, the first moment of Friday 24 April, because clocks skip from 00:00 to 01:00
}

func ExampleRemaining() {
	fmt.Println(opening.Remaining(76 * time.Hour))
	fmt.Println(opening.Remaining(5*time.Minute + 30*time.Second))
	fmt.Println(opening.Remaining(-2 * time.Minute))
	// Output:
	// in 3 days 4 hours
	// in 5 min 30 s
	// 2 min ago
}

func ExampleLater() {
	announced := time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	afterNewRules := announced.Add(-time.Hour) // a government keeps summer time
	fmt.Println(opening.Later(announced, afterNewRules).Format(time.RFC3339))
	// Output: 2026-12-01T23:00:00Z
}
