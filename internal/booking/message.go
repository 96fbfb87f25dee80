/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import "time"

// Message is what a person is to be told of a booking.
type Message struct {
	ID       int64
	Verb     string // book, move or cancel
	At       time.Time
	Booking  Booking
	Contact  Contact
	Attempts int // that have failed
}
