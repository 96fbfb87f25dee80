/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package token makes encrypted tokens: small contents that travel through somebody's
// browser, which can neither read nor change them, so that no process needs to remember
// them. Each token has a key of its own:
//
//	keyring's key ──HMAC of a scope's name──▶ scope's key ──HKDF, 16 random bytes──▶ AES-256-GCM
//
// Invariants:
//
//   - A token opens only in the scope and for the purpose that it was sealed for.
//   - No identifier is written like a scope's name, so no scope's key equals a person's
//     hash. Each token has its own key, so no key is ever used too often.
//   - Each token carries its expiry time.
//   - A token opens in every process at once, even during a key rotation: every key
//     opens tokens, and a key that all processes hold seals them ([keyring.Keys.Shared]).
package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

// Codec seals and opens the tokens of one scope.
type Codec struct {
	Keys  func() *keyring.Keys // returns the current keys
	Scope string               // the part of the program that the tokens are for
}

const (
	saltSize = 16
	keySize  = 32

	longest = 24 << 10 // characters; longer tokens are rejected unread
)

// ErrInvalid means that a token was changed, has expired, or has another scope or purpose.
var ErrInvalid = errors.New("the token was changed, has expired, or was made for something else")

// aead returns the cipher for one salt.
func (c Codec) aead(key, salt []byte) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, key, salt, "mezzanotte/booking/"+c.Scope+"/1/seal/aes-256-gcm", keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// keys derives the scope's key from each key of the keyring, oldest first.
func (c Codec) keys(of *keyring.Keys) []keyring.Hash {
	return of.Hashes("mezzanotte/booking/" + c.Scope + "/1 key")
}

// claims are what a token holds.
type claims struct {
	Until   int64           `json:"u"` // Unix seconds
	Content json.RawMessage `json:"c"`
}

// Seal returns a token for content. No two tokens are equal, even for equal contents.
func (c Codec) Seal(content any, purpose string, until time.Time) (string, error) {
	text, err := c.seal(content, purpose, until)
	if err != nil {
		return "", fmt.Errorf("seal a %s token: %w", purpose, err)
	}
	return text, nil
}

func (c Codec) seal(content any, purpose string, until time.Time) (string, error) {
	inner, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(claims{until.Unix(), inner})
	if err != nil {
		return "", err
	}
	all := c.Keys()
	keys := c.keys(all)
	shared := slices.IndexFunc(keys, func(h keyring.Hash) bool { return h.Key == all.Shared() })
	if shared < 0 {
		return "", errors.New("there are no keys")
	}
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails
	aead, err := c.aead(keys[shared].Sum, salt)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(aead.Seal(salt, nil, plain, []byte(purpose))), nil
}

// Open decodes a token into content. It returns [ErrInvalid] for a bad token.
func (c Codec) Open(text, purpose string, now time.Time, content any) error {
	if len(text) > longest {
		return ErrInvalid
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < saltSize {
		return ErrInvalid
	}
	for _, key := range c.keys(c.Keys()) {
		aead, err := c.aead(key.Sum, raw[:saltSize])
		if err != nil {
			return fmt.Errorf("open a %s token: %w", purpose, err)
		}
		if plain, err := aead.Open(nil, nil, raw[saltSize:], []byte(purpose)); err == nil {
			return decode(plain, now, content)
		}
	}
	return ErrInvalid
}

func decode(plain []byte, now time.Time, content any) error {
	var out claims
	if json.Unmarshal(plain, &out) != nil || now.Unix() > out.Until || json.Unmarshal(out.Content, content) != nil {
		return ErrInvalid
	}
	return nil
}
