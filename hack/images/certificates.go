/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

const certificate = "CERTIFICATE"

// certificates returns the authorities that programs trust: from a file or, without one,
// those that Mozilla trusts, as Go's developers publish them. It does not use this
// machine's: another machine has others, and an authority that this machine's owner added
// would be trusted by everybody who runs the image.
func certificates(path string) ([]byte, error) {
	if path == "" {
		return publicAuthorities()
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--certificates: %w", err)
	}
	kept, err := authorities(text)
	if err != nil {
		return nil, fmt.Errorf("--certificates=%s: %w", path, err)
	}
	return kept, nil
}

func publicAuthorities() ([]byte, error) {
	var kept bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue // trusted up to a day, which the format cannot say
		}
		if err := pem.Encode(&kept, &pem.Block{Type: certificate, Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	return kept.Bytes(), nil
}

// authorities keeps only certificates. It refuses a private key: the file is the wrong
// one, and an image must not contain it.
func authorities(text []byte) ([]byte, error) {
	var kept bytes.Buffer
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type != certificate {
			return nil, fmt.Errorf("holds a %s: it must hold certificates only", block.Type)
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return nil, err
		}
		if err := pem.Encode(&kept, &pem.Block{Type: certificate, Bytes: block.Bytes}); err != nil {
			return nil, err
		}
	}
	if kept.Len() == 0 {
		return nil, errors.New("holds no certificate in PEM (-----BEGIN CERTIFICATE-----)")
	}
	return kept.Bytes(), nil
}
