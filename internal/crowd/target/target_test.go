/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package target

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheck(t *testing.T) {
	cases := map[string]struct {
		address          string
		loopback, inTest bool // allowed on this machine, with --test-network
	}{
		"this machine":                          {"127.0.0.1", true, true},
		"all of this machine":                   {"127.255.3.4", true, true},
		"this machine by IPv6":                  {"::1", true, true},
		"this machine, IPv4 within IPv6":        {"::ffff:127.0.0.1", true, true},
		"a private network":                     {"10.1.2.3", false, true},
		"another":                               {"172.31.255.255", false, true},
		"a third":                               {"192.168.1.1", false, true},
		"a network for benchmarks":              {"198.19.255.255", false, true},
		"after it":                              {"198.20.0.0", false, false},
		"after a private network":               {"172.32.0.0", false, false},
		"a public address":                      {"93.184.215.14", false, false},
		"a public address within IPv6":          {"::ffff:93.184.215.14", false, false},
		"a public address by IPv6":              {"2606:2800:21f:cb07:6820:80da:af6b:8b2c", false, false},
		"a cloud's own address for its secrets": {"169.254.169.254", false, false},
		"any address":                           {"0.0.0.0", false, false},
		"any address by IPv6":                   {"::", false, false},
		"a private network by IPv6":             {"fd00::1", false, false},
		"a carrier's network":                   {"100.64.0.1", false, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			a := netip.MustParseAddr(c.address)
			if err := Loopback.Check(a); (err == nil) != c.loopback {
				t.Errorf("on this machine: %v", err)
			}
			err := TestNetworks.Check(a)
			if (err == nil) != c.inTest {
				t.Errorf("with --test-network: %v", err)
			}
			if hint := Loopback.Check(a); hint != nil && strings.Contains(hint.Error(), "--test-network if") != (err == nil) {
				t.Errorf("says %q", hint)
			}
		})
	}
}

type names map[string][]netip.Addr

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	return n[host], nil
}

// A name is as good as the worst of its addresses.
func TestCheckURL(t *testing.T) {
	here, there := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("203.0.113.9")
	known := names{"here": {here}, "both": {here, there}, "there": {there}}
	for host, want := range map[string]string{
		"here": "", "both": "both:80: 203.0.113.9 is neither", "there": "there:80: 203.0.113.9 is neither", "nowhere": "find nowhere: it has no address",
	} {
		err := Loopback.CheckURL(t.Context(), known, &url.URL{Scheme: "http", Host: host + ":80"})
		if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", host, err, want)
		}
	}
}

// What is not allowed is not connected to, whatever was checked before.
func TestDialer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	connection, err := Loopback.Dialer().DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = connection.Close()
	for _, address := range []string{"198.18.0.1:80", "203.0.113.9:80", "[2001:db8::1]:80"} {
		if _, err := Loopback.Dialer().DialContext(t.Context(), "tcp", address); err == nil || !strings.Contains(err.Error(), "not on this machine") && !strings.Contains(err.Error(), "neither on this machine") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestParseChannel(t *testing.T) {
	cases := map[string]struct {
		text        string
		wantServers []string
		wantPercent float64
		wantErr     string
	}{
		"a channel":            {text: "web=http://127.0.0.1:8081:62%", wantServers: []string{"http://127.0.0.1:8081"}, wantPercent: 62},
		"several processes":    {text: "web=http://127.0.0.1:8081,http://127.0.0.1:8082/:62%", wantServers: []string{"http://127.0.0.1:8081", "http://127.0.0.1:8082"}, wantPercent: 62},
		"half a percent":       {text: "app=http://localhost:1:0.5%", wantServers: []string{"http://localhost:1"}, wantPercent: 0.5},
		"IPv6":                 {text: "app=http://[::1]:8080:100%", wantServers: []string{"http://[::1]:8080"}, wantPercent: 100},
		"no share":             {text: "web=http://127.0.0.1:8081", wantErr: "write NAME=URL"},
		"no name":              {text: "http://127.0.0.1:8081:62%", wantErr: "write NAME=URL"},
		"an empty name":        {text: "=http://127.0.0.1:8081:62%", wantErr: "write NAME=URL"},
		"nothing":              {text: "", wantErr: "write NAME=URL"},
		"nothing of anything":  {text: "web=http://127.0.0.1:8081:0%", wantErr: "is no share"},
		"more than everything": {text: "web=http://127.0.0.1:8081:101%", wantErr: "is no share"},
		"not a number":         {text: "web=http://127.0.0.1:8081:NaN%", wantErr: "is no share"},
		"another scheme":       {text: "web=https://127.0.0.1:8081:62%", wantErr: "is no base URL"},
		"a query":              {text: "web=http://127.0.0.1:8081?x:62%", wantErr: "is no base URL"},
		"a password":           {text: "web=http://a:b@127.0.0.1:8081:62%", wantErr: "is no base URL"},
		"no port":              {text: "web=http://127.0.0.1:62%", wantErr: "names no port"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := ParseChannel(c.text)
			if c.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), c.wantErr) {
					t.Fatalf("error %v, want %q", err, c.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var servers []string
			for _, u := range got.Servers {
				servers = append(servers, u.String())
			}
			if diff := cmp.Diff(c.wantServers, servers); diff != "" || got.Percent != c.wantPercent {
				t.Errorf("%v %% of %s", got.Percent, diff)
			}
		})
	}
}
