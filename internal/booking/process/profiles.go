/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"net/http"
	"net/http/pprof"
	"time"
)

// Profiles returns the HTTP server of net/http/pprof. It belongs on a listener that only
// operators reach: people who can read profiles can also slow the process down.
func Profiles() *http.Server {
	mux := http.NewServeMux()
	for path, handler := range map[string]http.HandlerFunc{
		"/debug/pprof/": pprof.Index, "/debug/pprof/cmdline": pprof.Cmdline, "/debug/pprof/profile": pprof.Profile,
		"/debug/pprof/symbol": pprof.Symbol, "/debug/pprof/trace": pprof.Trace,
	} {
		mux.HandleFunc("GET "+path, handler)
	}
	return &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second} // requests for profiles set their own duration
}
