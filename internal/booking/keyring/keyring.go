/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package vault hashes and seals people's identifiers, so that who reads the
// database alone learns nobody's. Its keys are files of a directory, such as a
// mounted Secret: one file per key, the file's name is the key's, and its content is
// 32 random bytes as base64.
//
//	       one key ──HKDF-SHA-256──┬── HMAC-SHA-256   by which a person is found
//	                               └── AES-256-GCM    in which things are kept
//
//	sealed = version │ length of name │ key's name │ nonce │ ciphertext and tag
//	         └──────── authenticated, and the purpose too ─┘
//
// Keys are ordered by name, and the last is the newest: name them by date. The newest
// seals what is kept, and [Keys.Shared] what travels; every key opens and hashes. A
// nonce is 96 random bits, so one key should seal no more than four thousand million
// times.
//
// Rotation, while everything runs:
//
//  1. add a file with a later name, in every process: each of them then finds people
//     by either key, and seals with the new one;
//  2. the store hashes and seals again, with the new key, what has only the old one;
//  3. once nothing is left that needs the old key, its file may go.
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

// key is what is derived from one file. Its secrets are inside functions, out of
// reach of fmt, which with some verbs prints all that a pointer leads to.
type key struct {
	name string
	hash func(code string) []byte
	seal func(header, plain, authenticated []byte) []byte
	open func(rest, authenticated []byte) ([]byte, error)
}

// What the derived keys are for. Changing either loses everything sealed before.
const (
	infoSeal = "mezzanotte/booking/vault/1/seal/aes-256-gcm"
	infoHash = "mezzanotte/booking/vault/1/hash/hmac-sha-256"
)

// size of a key, of each that is derived from it, and of a hash.
const size = 32

// derive makes a key of its name and its secret.
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

// Names gives the names of all keys, oldest first.
func (k *Keys) Names() []string {
	names := make([]string, 0, len(k.keys))
	for _, each := range k.keys {
		names = append(names, each.name)
	}
	return names
}

// Newest gives the name of the key that seals.
func (k *Keys) Newest() string {
	if len(k.keys) == 0 {
		return ""
	}
	return k.keys[len(k.keys)-1].name
}

// Sharing gives the same keys, of which every process is known to hold the named one.
func (k *Keys) Sharing(name string) *Keys { return &Keys{keys: k.keys, shared: name} }

// Shared gives the name of the key for what any other process is to open at once: the
// one that they are known to hold, and the oldest where none of these is.
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

// Hash is what an identifier is found by.
type Hash struct {
	Key string // by which it was made
	Sum []byte // 32 bytes
}

// Hashes gives the hashes of an identifier's canonical code, by each key, oldest
// first.
func (k *Keys) Hashes(code string) []Hash {
	hashes := make([]Hash, 0, len(k.keys))
	for _, each := range k.keys {
		hashes = append(hashes, Hash{Key: each.name, Sum: each.hash(code)})
	}
	return hashes
}

// version of what is sealed. Another way to seal takes another version.
const version = 1

// ErrChanged says that what is to be opened was never sealed for this purpose by the
// key that it names: it was changed, or belongs elsewhere.
var ErrChanged = errors.New("what was sealed was changed, or was sealed for another purpose")

// MissingError names the key without which something cannot be opened.
type MissingError struct{ Key string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("identifier key %s is missing: put its file back, or what was sealed with it cannot be opened", e.Key)
}

// Seal keeps plain so that only who has the key and knows the purpose can read it.
// The same is sealed differently each time.
func (k *Keys) Seal(plain []byte, purpose string) ([]byte, error) {
	if len(k.keys) == 0 {
		return nil, errNone
	}
	newest := k.keys[len(k.keys)-1]
	header := append([]byte{version, byte(len(newest.name))}, newest.name...)
	return newest.seal(header, plain, authenticated(header, purpose)), nil
}

// Open gives what was sealed for a purpose. Its errors are [ErrChanged] and
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

// SealedWith gives the name of the key with which something was sealed, and nothing
// where it was not sealed here.
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

// authenticated is what must be the same when it is opened. The header tells its own
// length, so no other header and purpose give the same.
func authenticated(header []byte, purpose string) []byte {
	return append(append(make([]byte, 0, len(header)+len(purpose)), header...), purpose...)
}

// Whoever prints keys, in whatever way, sees none.
const unprinted = "[identifier keys]"

// String keeps keys out of what is printed.
func (Keys) String() string { return unprinted }

// GoString keeps keys out of what is printed.
func (Keys) GoString() string { return unprinted }

// Format keeps keys out of what is printed, with whatever verb.
func (Keys) Format(f fmt.State, _ rune) { fmt.Fprint(f, unprinted) }

// LogValue keeps keys out of logs.
func (Keys) LogValue() slog.Value { return slog.StringValue(unprinted) }
