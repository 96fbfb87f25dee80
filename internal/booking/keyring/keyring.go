/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package keyring hashes and encrypts people's identifiers, so that the database alone
// reveals nobody's. Its keys are the files of a directory, such as a mounted Secret: one
// file per key, named like the key, with 32 random bytes as base64.
//
//	       one key ──HKDF-SHA-256──┬── HMAC-SHA-256   finds a person
//	                               └── AES-256-GCM    encrypts what is stored
//
//	sealed = version │ length of name │ key's name │ nonce │ ciphertext and tag
//	         └──────── authenticated, and the purpose too ─┘
//
// Keys are ordered by name, and the last is the newest: name them by date. The newest
// seals what is stored, and [Keys.Shared] seals tokens; every key opens and hashes. A
// nonce is 96 random bits, so one key should seal at most four thousand million times.
//
// Rotation, while everything runs:
//
//  1. add a file with a later name in every process: each process then finds people by
//     either key, and seals with the new one;
//  2. the store hashes and seals everything that needs the old key with the new one;
//  3. once nothing needs the old key, its file may go.
package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
)

// Keys hash and seal. They never change; any number of goroutines may use them.
type Keys struct {
	keys   []key  // by name
	shared string // see Shared
}

// key is derived from one file. Its secrets are inside functions, because fmt prints
// whatever a pointer leads to with some verbs.
type key struct {
	name string
	hash func(code string) []byte
	seal func(header, plain, authenticated []byte) []byte
	open func(rest, authenticated []byte) ([]byte, error)
}

// The purposes of the derived keys. They keep the package's first name, because changing
// either makes everything stored unreadable.
const (
	infoSeal = "mezzanotte/booking/vault/1/seal/aes-256-gcm"
	infoHash = "mezzanotte/booking/vault/1/hash/hmac-sha-256"
)

// size in bytes of a key, of each derived key and of a hash.
const size = 32

// derive makes a key from its name and its secret.
func derive(name string, secret []byte) (key, error) {
	sealing, err := hkdf.Key(sha256.New, secret, nil, infoSeal, size)
	if err != nil {
		return key{}, err
	}
	hashing, err := hkdf.Key(sha256.New, secret, nil, infoHash, size)
	if err != nil {
		return key{}, err
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return key{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return key{}, err
	}
	return key{
		name: name,
		hash: func(code string) []byte {
			mac := hmac.New(sha256.New, hashing)
			mac.Write([]byte(code))
			return mac.Sum(nil)
		},
		seal: func(header, plain, authenticated []byte) []byte {
			return aead.Seal(header, nil, plain, authenticated) // it draws the nonce
		},
		open: func(rest, authenticated []byte) ([]byte, error) {
			return aead.Open(nil, nil, rest, authenticated)
		},
	}, nil
}

// Names returns the names of all keys, oldest first.
func (k *Keys) Names() []string {
	names := make([]string, 0, len(k.keys))
	for _, each := range k.keys {
		names = append(names, each.name)
	}
	return names
}

// Newest returns the name of the key that seals.
func (k *Keys) Newest() string {
	if len(k.keys) == 0 {
		return ""
	}
	return k.keys[len(k.keys)-1].name
}

// Sharing returns the same keys, and notes that every process holds the named one.
func (k *Keys) Sharing(name string) *Keys { return &Keys{keys: k.keys, shared: name} }

// Shared returns the name of the key for what every other process must be able to open at
// once: the key that all of them hold, or the oldest if that key is not here.
func (k *Keys) Shared() string {
	for _, each := range k.keys {
		if each.name == k.shared {
			return k.shared
		}
	}
	if len(k.keys) == 0 {
		return ""
	}
	return k.keys[0].name
}

// Hash finds an identifier in the store.
type Hash struct {
	Key string // name of the key that made it
	Sum []byte // 32 bytes
}

// Hashes returns one hash of an identifier's canonical code for each key, oldest first.
func (k *Keys) Hashes(code string) []Hash {
	hashes := make([]Hash, 0, len(k.keys))
	for _, each := range k.keys {
		hashes = append(hashes, Hash{Key: each.name, Sum: each.hash(code)})
	}
	return hashes
}

// version of the sealed format. Another format needs another version.
const version = 1

// ErrChanged means that the key named in a sealed value did not seal it for this purpose:
// somebody changed it, or it belongs elsewhere.
var ErrChanged = errors.New("the sealed value was changed, or was sealed for another purpose")

// MissingError names the missing key of a sealed value.
type MissingError struct{ Key string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("identifier key %s is missing: put its file back, or values sealed with it cannot be opened", e.Key)
}

// Seal encrypts plain with the newest key. Only [Keys.Open] with that key and the same
// purpose can read it. Equal texts are sealed differently each time.
func (k *Keys) Seal(plain []byte, purpose string) ([]byte, error) {
	if len(k.keys) == 0 {
		return nil, errNone
	}
	newest := k.keys[len(k.keys)-1]
	header := append([]byte{version, byte(len(newest.name))}, newest.name...)
	return newest.seal(header, plain, authenticated(header, purpose)), nil
}

// Open decrypts a value that was sealed for a purpose. Its errors are [ErrChanged] and
// [*MissingError].
func (k *Keys) Open(sealed []byte, purpose string) ([]byte, error) {
	name := SealedWith(sealed)
	if name == "" {
		return nil, ErrChanged
	}
	header, rest := sealed[:2+len(name)], sealed[2+len(name):]
	for _, each := range k.keys {
		if each.name != name {
			continue
		}
		plain, err := each.open(rest, authenticated(header, purpose))
		if err != nil {
			return nil, ErrChanged
		}
		return plain, nil
	}
	return nil, &MissingError{Key: name}
}

// SealedWith returns the name of the key that sealed a value, or "" if it is not a sealed
// value.
func SealedWith(sealed []byte) string {
	if len(sealed) < 2 || sealed[0] != version || len(sealed) < 2+int(sealed[1]) {
		return ""
	}
	name := string(sealed[2 : 2+int(sealed[1])])
	if !isName(name) {
		return ""
	}
	return name
}

// authenticated returns the data that must be equal when a value is opened. The header
// contains its own length, so no other header and purpose give equal data.
func authenticated(header []byte, purpose string) []byte {
	return append(append(make([]byte, 0, len(header)+len(purpose)), header...), purpose...)
}

// unprinted replaces keys in anything that is printed or logged.
const unprinted = "[identifier keys]"

// String keeps keys out of what is printed.
func (Keys) String() string { return unprinted }

// GoString keeps keys out of what is printed.
func (Keys) GoString() string { return unprinted }

// Format keeps keys out of what is printed, with any verb.
func (Keys) Format(f fmt.State, _ rune) { fmt.Fprint(f, unprinted) }

// LogValue keeps keys out of logs.
func (Keys) LogValue() slog.Value { return slog.StringValue(unprinted) }
