// Package certificate makes the keys and certificates of a cluster. Each
// authority vouches for one thing only, so that a certificate for one door
// never opens another: clients of the API server, clients of etcd, and the API
// server towards aggregated APIs.
package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// A throw-away cluster may still be kept for a season.
const lifetime = 365 * 24 * time.Hour

// Authority signs certificates and writes them into a folder.
type Authority struct {
	dir         string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Leaf describes the holder of a certificate, which is valid for servers and clients.
type Leaf struct {
	File   string   // written as File.crt and File.key
	Name   string   // the user name, for a client
	Groups []string // the user's groups, for a client
	Hosts  []string // names and addresses, for a server
}

// NewAuthority makes an authority and writes file.crt and file.key into dir.
func NewAuthority(dir, file string) (*Authority, error) {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "mezzanotte " + file},
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	authority := &Authority{dir: dir}
	var err error
	authority.certificate, authority.key, err = authority.issue(template, file)
	return authority, err
}

// Issue makes one certificate.
func (a *Authority) Issue(leaf Leaf) error {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: leaf.Name, Organization: leaf.Groups},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if len(leaf.Hosts) > 0 {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	for _, host := range leaf.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	_, _, err := a.issue(template, leaf.File)
	return err
}

// issue signs a template, with its own key while there is no authority yet.
func (a *Authority) issue(template *x509.Certificate, file string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := NewKey(filepath.Join(a.dir, file+".key"))
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	template.SerialNumber = serial
	template.NotBefore = time.Now().Add(-time.Hour) // clocks may disagree
	template.NotAfter = time.Now().Add(lifetime)
	signer, signerKey := a.certificate, a.key
	if signer == nil {
		signer, signerKey = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer, &key.PublicKey, signerKey)
	if err != nil {
		return nil, nil, fmt.Errorf("signing %s: %w", file, err)
	}
	if err := writePEM(filepath.Join(a.dir, file+".crt"), "CERTIFICATE", der); err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return certificate, key, err
}

// NewKey makes a private key and writes it to path.
func NewKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writePEM(path, "EC PRIVATE KEY", der)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
