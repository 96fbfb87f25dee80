/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"
	"net/netip"
)

// Client gives the address of whoever asks, as the limits see it: see [Options].Proxies,
// of which nil are [Private] too. There is none where only proxies are seen.
func Client(r *http.Request, trusted []netip.Prefix) netip.Prefix {
	if trusted == nil {
		trusted = Private
	}
	return proxies(trusted).client(r)
}
