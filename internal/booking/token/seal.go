/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package seal seals what travels by way of somebody's browser, so that they can
// neither read nor change it, and no process needs to remember it. Each text has a key
// of its own:
//
//	vault's key ──HMAC of a room's name──▶ room's key ──HKDF, 16 random bytes──▶ AES-256-GCM
//
// Invariants:
//
//   - What was sealed in one room, or for one purpose, opens in no other.
//   - No identifier is written like the name of a room, so a room's key is no one's
//     hash; and however much is sealed, no key is used up.
//   - Whatever is sealed is good until a time that it says itself.
//   - What one process sealed opens in every other at once, also while keys are rotated:
//     every key opens, and the one seals that all of them have ([vault.Keys.Shared]).
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

// Sealer seals in one room.
type Sealer struct {
	Keys func() *keyring.Keys // as they are now
	Room string
}

const (
	saltSize = 16
	keySize  = 32

	longest = 24 << 10 // is looked at
)

// ErrChanged is that a text was changed, is too old, or was sealed for something else.
var ErrChanged = errors.New("what travelled was changed, is too old, or was sealed for something else")

// aead gives the cipher of one salt.
func (s Sealer) aead(key, salt []byte) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, key, salt, "mezzanotte/booking/"+s.Room+"/1/seal/aes-256-gcm", keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// keys are those of the room, by each key of the vault, the oldest first.
func (s Sealer) keys(of *keyring.Keys) []keyring.Hash {
	return of.Hashes("mezzanotte/booking/" + s.Room + "/1 key")
}

// sealed is what travels, and until when it may.
type sealed struct {
	Until   int64           `json:"u"` // seconds of Unix
	Content json.RawMessage `json:"c"`
}

// Close seals a content for a purpose.
func (s Sealer) Close(content any, purpose string, until time.Time) (string, error) {
	text, err := s.close(content, purpose, until)
	if err != nil {
		return "", fmt.Errorf("seal a %s: %w", purpose, err)
	}
	return text, nil
}

func (s Sealer) close(content any, purpose string, until time.Time) (string, error) {
	inner, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(sealed{until.Unix(), inner})
	if err != nil {
		return "", err
	}
	all := s.Keys()
	keys := s.keys(all)
	shared := slices.IndexFunc(keys, func(h keyring.Hash) bool { return h.Key == all.Shared() })
	if shared < 0 {
		return "", errors.New("there are no keys")
	}
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails
	c, err := s.aead(keys[shared].Sum, salt)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(c.Seal(salt, nil, plain, []byte(purpose))), nil
}

// Open gives back what was sealed for a purpose.
func (s Sealer) Open(text, purpose string, now time.Time, content any) error {
	if len(text) > longest {
		return ErrChanged
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < saltSize {
		return ErrChanged
	}
	for _, key := range s.keys(s.Keys()) {
		c, err := s.aead(key.Sum, raw[:saltSize])
		if err != nil {
			return fmt.Errorf("open a %s: %w", purpose, err)
		}
		if plain, err := c.Open(nil, nil, raw[saltSize:], []byte(purpose)); err == nil {
			return unpacked(plain, now, content)
		}
	}
	return ErrChanged
}

func unpacked(plain []byte, now time.Time, content any) error {
	var out sealed
	if json.Unmarshal(plain, &out) != nil || now.Unix() > out.Until || json.Unmarshal(out.Content, content) != nil {
		return ErrChanged
	}
	return nil
}
