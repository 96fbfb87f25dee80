/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package smtp

import (
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// good settings, but for changes; an empty change leaves a file out.
func good(changes map[string]string) map[string]string {
	out := map[string]string{
		"host": "smtp.example.org\n", "username": "lazio", "password": " pass word\n", "from": "Bookings <bookings@example.org>\n",
	}
	for name, content := range changes {
		out[name] = content
		if content == "" {
			delete(out, name)
		}
	}
	return out
}

func TestRead(t *testing.T) {
	for name, tc := range map[string]struct {
		changes map[string]string
		want    func(*settings)
	}{
		"as little as may be":       {nil, func(*settings) {}},
		"implicit TLS":              {map[string]string{"tls": "implicit\n"}, func(s *settings) { s.tls, s.port = implicit, 465 }},
		"STARTTLS, said":            {map[string]string{"tls": "starttls"}, func(*settings) {}},
		"another port":              {map[string]string{"port": "2525\n"}, func(s *settings) { s.port = 2525 }},
		"an address":                {map[string]string{"host": "2001:db8::25"}, func(s *settings) { s.host = "2001:db8::25" }},
		"a sender without a name":   {map[string]string{"from": "a@example.org"}, func(s *settings) { s.from = netmail.Address{Address: "a@example.org"} }},
		"a line of help":            {map[string]string{"help": "https://prenota.example.org\n"}, func(s *settings) { s.help = "https://prenota.example.org" }},
		"nobody asks":               {map[string]string{"username": "", "password": ""}, func(s *settings) { s.username, s.password = "", "" }},
		"nobody asks, nor encrypts": {map[string]string{"username": "", "password": "", "tls": "none"}, func(s *settings) { s.username, s.password, s.tls, s.port = "", "", none, 25 }},
		"hidden files":              {map[string]string{".hidden": "x", "..data": "x"}, func(*settings) {}},
	} {
		t.Run(name, func(t *testing.T) {
			want := settings{
				host: "smtp.example.org", port: 587, username: "lazio", password: " pass word",
				from: netmail.Address{Name: "Bookings", Address: "bookings@example.org"}, tls: startTLS,
			}
			tc.want(&want)
			got, err := read(directory(t, good(tc.changes)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(settings{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	const secret = "hunter2"
	for name, tc := range map[string]struct {
		changes map[string]string
		want    string
	}{
		"no host":                 {map[string]string{"host": ""}, "host is missing: write the mail server's name"},
		"an empty host":           {map[string]string{"host": " \n"}, "host is missing"},
		"a port in the host":      {map[string]string{"host": "smtp.example.org:" + secret}, "host is not a host: "},
		"a host in the web":       {map[string]string{"host": "https://" + secret}, "host is not a host: "},
		"no number":               {map[string]string{"port": secret}, "port is not a port: write a number from 1 to 65535, or leave it out for 587"},
		"no port, implicit":       {map[string]string{"port": "0", "tls": "implicit"}, "or leave it out for 465"},
		"a port too high":         {map[string]string{"port": "65536"}, "port is not a port"},
		"no encryption that is":   {map[string]string{"tls": secret}, "tls is not one of starttls, implicit and none"},
		"no sender":               {map[string]string{"from": ""}, "from is not a sender: write an address such as Bookings <bookings@example.org>"},
		"a sender without domain": {map[string]string{"from": secret + "@localhost"}, "from is not a sender"},
		"two senders":             {map[string]string{"from": "a@example.org, b@example.org"}, "from is not a sender"},
		"a sender and a header":   {map[string]string{"from": "a@example.org\r\nBcc: b@example.org"}, "from is not a sender"},
		"no password":             {map[string]string{"password": ""}, "write username and password, or neither"},
		"no username":             {map[string]string{"username": ""}, "write username and password, or neither"},
		"a password in the clear": {map[string]string{"tls": "none"}, "username would be sent, with the password, for everybody to read"},
		"no certificate":          {map[string]string{"ca.crt": secret}, "ca.crt has no certificate"},
		"two lines of help":       {map[string]string{"help": "one\ntwo"}, "help is not one line"},
		"much help":               {map[string]string{"help": strings.Repeat("x", 301)}, "help is not one line"},
		"a slip":                  {map[string]string{"user": "lazio"}, "user is unknown: there are host, port, username"},
		"a file without an end":   {map[string]string{"ca.crt": strings.Repeat("x", 1<<20+1)}, "ca.crt: is longer than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := directory(t, good(tc.changes))
			_, err := read(dir)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), dir) {
				t.Fatalf("error %v, want %q of %s", err, tc.want, dir)
			}
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "pass word") {
				t.Errorf("the error says what is in a file: %v", err)
			}
		})
	}
}

func TestReadWhatIsNotThere(t *testing.T) {
	if _, err := read(filepath.Join(t.TempDir(), "nowhere")); err == nil || !strings.Contains(err.Error(), "read mail settings: ") {
		t.Errorf("error %v", err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "host"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := read(dir); err == nil || !strings.Contains(err.Error(), "host: is not a file") {
		t.Errorf("error %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("smtp.example.org", "587", "Bookings <bookings@example.org>", "help")
	f.Add("::1", "", "=?utf-8?q?a=0d=0aBcc:x?= <a@example.org>", "\x00")
	f.Add("a b", "-1", "\"x\r\n\" <a@example.org>", "")
	f.Fuzz(func(t *testing.T, host, port, from, help string) {
		var s settings
		if s.readTLS("") != nil || s.readHost(host) != nil || s.readPort(port) != nil || s.readFrom(from) != nil || s.readHelp(help) != nil {
			return
		}
		if strings.ContainsAny(s.host+s.from.Address+s.help, "\r\n\x00") || s.host == "" || s.port < 1 || s.port > 65535 {
			t.Fatalf("read %+v", s)
		}
		letter, err := notice(message(1, "book", "a@example.org")).Letter(s.help)
		if err != nil {
			t.Fatal(err)
		}
		sent, err := s.message(letter, "a@example.org")
		if err != nil {
			t.Fatal(err)
		}
		sent.SetDateWithValue(now)
		var out strings.Builder
		if _, err := sent.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		got, err := netmail.ReadMessage(strings.NewReader(out.String()))
		if err != nil || len(got.Header) != 8 {
			t.Fatalf("error %v, headers of %q", err, out.String())
		}
	})
}
