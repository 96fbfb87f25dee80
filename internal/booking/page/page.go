/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package page holds the parts that the citizens' pages, the app and the agents' desk share:
// languages and texts, files, forms and their problems, places and bookings in words, refusals in
// words, and the headers of every answer.
//
// Every page keeps to these invariants:
//
//   - It works without JavaScript.
//   - It loads nothing from other servers, and has no inline script or style.
//   - What people write travels in bodies of requests, never in an address.
package page

import (
	"net/http"
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
)

// Catalog returns the catalog in force and the store's clock: *[binding.Binding].
type Catalog interface {
	Current() (*binding.Snapshot, error)
	Now() time.Time
}

// Soon is the Retry-After of failures whose end is unknown.
const Soon = 5 * time.Second

// OwnFiles is the Content-Security-Policy that every channel starts from: styles, scripts,
// images and fonts are our own files, and nothing comes from other servers.
const OwnFiles = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "

// security has the headers of every answer.
var security = map[string]string{
	"Content-Security-Policy":      OwnFiles + "form-action 'self'; trusted-types 'none'",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
}

// Secure sets the security headers of an answer; plain leaves out the one that demands TLS.
func Secure(w http.ResponseWriter, plain bool) {
	for name, value := range security {
		w.Header()[name] = []string{value}
	}
	if !plain {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// Report passes the error behind an answer to the server, which counts answers. It does
// nothing for another http.ResponseWriter.
func Report(w http.ResponseWriter, why error) {
	if observer, ok := w.(interface{ Observe(error) }); ok && why != nil {
		observer.Observe(why)
	}
}

// RetryAfter sets the header Retry-After, in whole seconds; none for 0.
func RetryAfter(w http.ResponseWriter, after time.Duration) {
	if after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((after+time.Second-1)/time.Second)))
	}
}
