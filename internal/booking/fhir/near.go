/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"log/slog"
	"regexp"
	"strconv"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// Near is the position to search around. It is personal: it hides itself when it is printed
// or logged.
type Near struct {
	Latitude, Longitude float64 // degrees
	Kilometres          float64 // 0: no limit
}

// String hides the position.
func (Near) String() string { return "[position]" }

// GoString hides the position.
func (Near) GoString() string { return "[position]" }

// LogValue hides the position.
func (Near) LogValue() slog.Value { return slog.StringValue("[position]") }

var decimalForm = regexp.MustCompile(`^-?[0-9]{1,5}(\.[0-9]{1,12})?$`)

// near reads latitude|longitude|distance|km, as in FHIR's search parameter of Location; the
// distance may be missing.
func (e element) near() *Near {
	const right = "write latitude|longitude or latitude|longitude|distance|km, such as 41.89|12.51|20|km"
	name := e.value(right, "valueString")
	parts := strings.Split(e.text(name, 128), "|")
	if len(parts) < 2 || len(parts) > 4 || len(parts) == 4 && parts[3] != "km" && parts[3] != "" {
		e.wrong(name, booking.CodeWrongValue, "is no position", right)
		return nil
	}
	bounds := []float64{90, 180, 20_000}
	var numbers [3]float64
	for i, part := range parts[:min(len(parts), 3)] {
		if part == "" && i == 2 {
			continue
		}
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || !decimalForm.MatchString(part) || n < -bounds[i] || n > bounds[i] || i == 2 && n <= 0 {
			e.wrong(name, booking.CodeWrongValue, "is no position", right)
			return nil
		}
		numbers[i] = n
	}
	return &Near{Latitude: numbers[0], Longitude: numbers[1], Kilometres: numbers[2]}
}
