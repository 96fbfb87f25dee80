/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClientAddress(t *testing.T) {
	for name, c := range map[string]struct {
		peer  string
		said  []string
		where proxies
		want  string
	}{
		"a citizen":                                  {peer: "203.0.113.7:4711", want: "203.0.113.7/32"},
		"a citizen who says to be another":           {peer: "203.0.113.7:4711", said: []string{"198.51.100.1"}, want: "203.0.113.7/32"},
		"through a proxy":                            {peer: "10.1.2.3:80", said: []string{"203.0.113.7"}, want: "203.0.113.7/32"},
		"through two proxies":                        {peer: "10.1.2.3:80", said: []string{"203.0.113.7, 192.168.0.4"}, want: "203.0.113.7/32"},
		"through a proxy, forged":                    {peer: "10.1.2.3:80", said: []string{"198.51.100.1, 203.0.113.7"}, want: "203.0.113.7/32"},
		"through a proxy, forged in another header":  {peer: "10.1.2.3:80", said: []string{"198.51.100.1", "203.0.113.7, 10.0.0.1"}, want: "203.0.113.7/32"},
		"with ports":                                 {peer: "10.1.2.3:80", said: []string{"203.0.113.7:1234"}, want: "203.0.113.7/32"},
		"one network of IPv6 is one subscriber":      {peer: "[fd00::1]:80", said: []string{"[2001:db8:1:2:3:4:5:6]:99"}, want: "2001:db8:1:2::/64"},
		"IPv4 in IPv6":                               {peer: "[::ffff:203.0.113.7]:80", want: "203.0.113.7/32"},
		"only proxies":                               {peer: "10.1.2.3:80", said: []string{"10.9.9.9, 100.64.3.2"}, want: "invalid Prefix"},
		"a proxy that says nothing":                  {peer: "127.0.0.1:80", want: "invalid Prefix"},
		"a proxy that does not know":                 {peer: "10.1.2.3:80", said: []string{"203.0.113.7, unknown"}, want: "invalid Prefix"},
		"no address at all":                          {peer: "@", want: "invalid Prefix"},
		"no network is trusted":                      {peer: "10.1.2.3:80", said: []string{"203.0.113.7"}, where: proxies{}, want: "10.1.2.3/32"},
		"a zone tells no subscriber":                 {peer: "[fe80::1%eth0]:80", want: "fe80::/64"},
		"a proxy in a network that was said instead": {peer: "192.0.2.5:80", said: []string{"10.1.1.1"}, where: proxies{netip.MustParsePrefix("192.0.2.0/24")}, want: "10.1.1.1/32"},
	} {
		t.Run(name, func(t *testing.T) {
			where := c.where
			if where == nil {
				where = Private
			}
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			r.Header["X-Forwarded-For"] = c.said
			if got := where.client(r).String(); got != c.want {
				t.Errorf("client is %s, want %s", got, c.want)
			}
		})
	}
}

func FuzzClientAddress(f *testing.F) {
	f.Add("10.0.0.1:80", "203.0.113.7, 10.0.0.2")
	f.Add("[::1]:1", "[2001:db8::1%eth0]:5,,, ,")
	f.Fuzz(func(t *testing.T, peer, said string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-For", said)
		got := proxies(Private).client(r)
		if got.IsValid() && proxies(Private).trust(got.Addr()) && got.Addr().Is4() {
			t.Errorf("the client is said to be the proxy %s", got)
		}
	})
}
