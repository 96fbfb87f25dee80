/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPublicAuthorities(t *testing.T) {
	text, err := certificates("")
	if err != nil {
		t.Fatal(err)
	}
	again, err := authorities(text)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(text) {
		t.Error("they change when they are read again")
	}
	if n := strings.Count(string(text), "BEGIN CERTIFICATE"); n < 80 {
		t.Errorf("they are %d, want about a hundred", n)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(text) {
		t.Error("Go does not read them")
	}
}

func TestCertificates(t *testing.T) {
	public, err := publicAuthorities()
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(public), "-----END CERTIFICATE-----\n")
	first += "-----END CERTIFICATE-----\n"
	tests := map[string]struct {
		text      string
		want      string
		wantError string
	}{
		"two with comments": {text: "# ours\n" + first + "# again\n" + first, want: first + first},
		"nothing":           {wantError: "holds no certificate in PEM"},
		"no PEM":            {text: "\x30\x82", wantError: "holds no certificate in PEM"},
		"with a key":        {text: first + "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n", wantError: "holds a PRIVATE KEY: it must hold certificates only"},
		"broken":            {text: "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", wantError: "x509: malformed certificate"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "roots.pem")
			if err := os.WriteFile(path, []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := certificates(path)
			if string(got) != test.want {
				t.Errorf("gives %s", got)
			}
			if test.wantError == "" && err != nil || test.wantError != "" && (err == nil || !strings.Contains(err.Error(), "--certificates="+path) || !strings.Contains(err.Error(), test.wantError)) {
				t.Errorf("error %v, want %s", err, test.wantError)
			}
		})
	}
	if _, err := certificates(filepath.Join(t.TempDir(), "missing")); err == nil || !strings.Contains(err.Error(), "--certificates: open") {
		t.Errorf("of a missing file: error %v", err)
	}
}
