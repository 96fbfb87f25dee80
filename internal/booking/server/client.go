/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"
	"net/netip"
)

// Client returns the address of a client, as the limits use it: see [Options].Proxies, where
// nil is [Private] too. It returns none if all addresses are proxies.
func Client(r *http.Request, trusted []netip.Prefix) netip.Prefix {
	if trusted == nil {
		trusted = Private
	}
	return proxies(trusted).client(r)
}
