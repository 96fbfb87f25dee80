/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import "time"

// At reads an instant as RFC 3339 writes it.
func At(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err) // a mistake in the test
	}
	return t
}
