/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestProfiles(t *testing.T) {
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/debug/pprof/":                  {http.StatusOK, "goroutine"},
		"/debug/pprof/goroutine?debug=1": {http.StatusOK, "goroutine profile: total"},
		"/debug/pprof/heap?debug=1":      {http.StatusOK, "heap profile"},
		"/debug/pprof/cmdline":           {http.StatusOK, "process.test"},
		"/debug/pprof/none":              {http.StatusNotFound, ""},
		"/readyz":                        {http.StatusNotFound, ""},
	} {
		t.Run(path, func(t *testing.T) {
			answer := httptest.NewRecorder()
			Profiles().Handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
			if answer.Code != want.status || !strings.Contains(answer.Body.String(), want.text) {
				t.Errorf("answers %d: %.200s", answer.Code, answer.Body)
			}
		})
	}
}
