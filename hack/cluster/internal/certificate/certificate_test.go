package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCertificates(t *testing.T) {
	dir := t.TempDir()
	authority, err := NewAuthority(dir, "ca")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewAuthority(dir, "other"); err != nil {
		t.Fatal(err)
	}
	if err := authority.Issue(Leaf{File: "server", Name: "kubernetes", Hosts: []string{"localhost", "127.0.0.1"}}); err != nil {
		t.Fatal(err)
	}
	if err := authority.Issue(Leaf{File: "admin", Name: "kubernetes-admin", Groups: []string{"system:masters"}}); err != nil {
		t.Fatal(err)
	}
	server := x509.VerifyOptions{KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, DNSName: "127.0.0.1"}
	client := x509.VerifyOptions{KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	tests := map[string]struct {
		file, authority string
		as              x509.VerifyOptions
		want            bool
	}{
		"the server is one":                {"server", "ca", server, true},
		"the administrator is a client":    {"admin", "ca", client, true},
		"but not a server":                 {"admin", "ca", server, false},
		"and nobody to another authority":  {"admin", "other", client, false},
		"which does not know the server":   {"server", "other", server, false},
		"the authority signed for itself":  {"ca", "ca", x509.VerifyOptions{}, true},
		"but not for the other authority":  {"ca", "other", x509.VerifyOptions{}, false},
		"the server may speak as a client": {"server", "ca", client, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.as.Roots = x509.NewCertPool()
			test.as.Roots.AddCert(load(t, dir, test.authority))
			if _, err := load(t, dir, test.file).Verify(test.as); (err == nil) != test.want {
				t.Errorf("verifying: %v", err)
			}
		})
	}
	if subject := load(t, dir, "admin").Subject.String(); subject != "CN=kubernetes-admin,O=system:masters" {
		t.Errorf("the administrator is %s", subject)
	}
}

func load(t *testing.T, dir, file string) *x509.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, file+".crt"), filepath.Join(dir, file+".key"))
	if err != nil {
		t.Fatal(err)
	}
	return pair.Leaf
}

func TestKubeconfigStandsAlone(t *testing.T) {
	dir := t.TempDir()
	authority, err := NewAuthority(dir, "ca")
	if err != nil {
		t.Fatal(err)
	}
	if err := authority.Issue(Leaf{File: "admin", Name: "kubernetes-admin"}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "admin.kubeconfig")
	config := Kubeconfig{Cluster: "night", Server: "https://127.0.0.1:1", Authority: "ca", User: "admin"}
	if err := config.Write(path, dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"server: https://127.0.0.1:1\n", "current-context: night\n", "client-key-data: L"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if strings.Contains(string(text), dir) {
		t.Error("it refers to files beside it")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("it may be read by others: %v, %v", info.Mode(), err)
	}
	config.User = "nobody"
	if err := config.Write(path, dir); err == nil {
		t.Error("a kubeconfig was written for a user without a certificate")
	}
}
