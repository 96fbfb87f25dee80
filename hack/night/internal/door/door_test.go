/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package door

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
)

// Each request comes over a connection of its own, with the address of whoever asks.
func TestDoor(t *testing.T) {
	var mu sync.Mutex
	peers := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		peers[r.RemoteAddr] = true
		fmt.Fprint(w, r.Header.Get("X-Forwarded-For"), " ", r.Header.Get("Cookie"))
	}))
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(to, "agent=1", "agent=2")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	ask := func() (status int, text string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL()+"/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Forwarded-For", "2001:db8::1")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	for _, cookie := range []string{"agent=2", "agent=1", "agent=2"} {
		if status, text := ask(); status != http.StatusOK || text != "2001:db8::1, 127.0.0.1 "+cookie {
			t.Errorf("answered %d %q", status, text)
		}
	}
	if len(peers) != 3 {
		t.Errorf("3 requests came over %d connections", len(peers))
	}
	server.Close()
	if status, _ := ask(); status != http.StatusBadGateway {
		t.Errorf("with nobody behind it the door says %d", status)
	}
}
