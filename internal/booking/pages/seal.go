/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pages

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
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/vault"
)

// sealer seals what travels between two pages, each time with a key of its own:
//
//	vault's key ──HMAC of a purpose──▶ pages' key ──HKDF, 16 random bytes──▶ AES-256-GCM
//
// No identifier is written like the purpose, so the pages' key is no one's hash; and
// however much is sealed, no key is used up.
type sealer struct{ keys func() *vault.Keys }

const (
	pagesPurpose = "mezzanotte/booking/pages/1 key"
	sealInfo     = "mezzanotte/booking/pages/1/seal/aes-256-gcm"
	saltSize     = 16
	keySize      = 32

	longestSealed = 24 << 10 // is looked at
)

// What a sealed text is, so that none can be taken for another.
const (
	inForm   = "form"
	inCookie = "cookie"
)

var errSeal = errors.New("what travelled was changed, is too old, or was sealed for something else")

// aead gives the cipher of one salt.
func aead(key, salt []byte) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, key, salt, sealInfo, keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// sealed is what travels, and until when it may.
type sealed struct {
	Until   int64   `json:"u"` // seconds of Unix
	Journey journey `json:"j"`
}

// close seals a journey.
func (s sealer) close(j journey, purpose string, until time.Time) (string, error) {
	plain, err := json.Marshal(sealed{until.Unix(), j})
	if err != nil {
		return "", fmt.Errorf("seal a journey: %w", err)
	}
	keys := s.keys().Hashes(pagesPurpose)
	if len(keys) == 0 {
		return "", errors.New("seal a journey: there are no keys")
	}
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("seal a journey: %w", err)
	}
	c, err := aead(keys[len(keys)-1].Sum, salt)
	if err != nil {
		return "", fmt.Errorf("seal a journey: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(c.Seal(salt, nil, plain, []byte(purpose))), nil
}

// open gives back what was sealed for a purpose.
func (s sealer) open(text, purpose string, now time.Time) (journey, error) {
	if len(text) > longestSealed {
		return journey{}, errSeal
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < saltSize {
		return journey{}, errSeal
	}
	for _, key := range s.keys().Hashes(pagesPurpose) {
		c, err := aead(key.Sum, raw[:saltSize])
		if err != nil {
			return journey{}, fmt.Errorf("open a journey: %w", err)
		}
		if plain, err := c.Open(nil, nil, raw[saltSize:], []byte(purpose)); err == nil {
			return unpacked(plain, now)
		}
	}
	return journey{}, errSeal
}

func unpacked(plain []byte, now time.Time) (journey, error) {
	var out sealed
	if json.Unmarshal(plain, &out) != nil || now.Unix() > out.Until {
		return journey{}, errSeal
	}
	return out.Journey, nil
}
