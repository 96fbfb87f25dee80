/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

// TestHoldingPage: what a proxy shows when nothing behind it answers.
func TestHoldingPage(t *testing.T) {
	t.Parallel()
	holding := must(os.ReadFile("../../config/holding/index.html"))(t)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write(holding)
	}))
	defer proxy.Close()
	newWindow(t, proxy.URL, look{width: phone}).open(proxy.URL + "/it/find").check("phone")
	newWindow(t, proxy.URL, look{width: desk}).open(proxy.URL + "/").check("desk")
}
