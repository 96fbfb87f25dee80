/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// hash of a password by argon2id (RFC 9106).
type hash struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
	salt    []byte
	sum     []byte
}

// Parameters of new hashes: the minimum that OWASP recommends, about 20 ms.
const (
	newMemory  = 19 << 10
	newTime    = 2
	newThreads = 1
	saltSize   = 16
	sumSize    = 32
)

// Maximum parameters of a hash, so that no file stops a process.
const (
	mostMemory  = 128 << 10
	mostTime    = 8
	mostThreads = 4
)

// Lengths of passwords.
const (
	shortestPassword = 12
	longestPassword  = 256
)

// NewLine returns the line of an agent for the file.
func NewLine(name, password string) (string, error) {
	switch {
	case !isName(name):
		return "", errors.New("this is not a valid agent name: " + rightName)
	case utf8.RuneCountInString(password) < shortestPassword || len(password) > longestPassword:
		return "", fmt.Errorf("the password is too short or too long: write %d to %d characters", shortestPassword, longestPassword)
	}
	h := hash{memory: newMemory, time: newTime, threads: newThreads, salt: make([]byte, saltSize)}
	_, _ = rand.Read(h.salt) // never fails
	h.sum = h.of(password, sumSize)
	return name + ":" + h.String(), nil
}

// of hashes a password.
func (h hash) of(password string, size uint32) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, size)
}

// matches reports whether the hash is of a password.
func (h hash) matches(password string) bool {
	if len(password) > longestPassword {
		password = "" // nobody's
	}
	return subtle.ConstantTimeCompare(h.of(password, uint32(len(h.sum))), h.sum) == 1
}

// String returns the hash in the form that argon2's own program prints.
func (h hash) String() string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads, text(h.salt), text(h.sum))
}

// parseHash reads a hash. Its errors do not repeat it.
func parseHash(text string) (hash, error) {
	parts := strings.Split(text, "$")
	switch {
	case !strings.HasPrefix(text, "$"):
		return hash{}, errors.New("is perhaps the password itself: " + rightLine)
	case parts[1] != "argon2id":
		return hash{}, errors.New("is not an argon2id hash: " + rightLine)
	case len(parts) != 6:
		return hash{}, errors.New("is cut short: " + rightLine)
	case parts[2] != fmt.Sprintf("v=%d", argon2.Version):
		return hash{}, fmt.Errorf("is not of argon2 version %d: %s", argon2.Version, rightLine)
	}
	var h hash
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.threads); err != nil || !h.affordable() {
		return hash{}, fmt.Errorf("has parameters that are too high or zero: use at most m=%d,t=%d,p=%d", mostMemory, mostTime, mostThreads)
	}
	var errSalt, errSum error
	h.salt, errSalt = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	h.sum, errSum = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	switch {
	case errSalt != nil || len(h.salt) < 8 || errSum != nil || len(h.sum) < 16 || len(h.sum) > 64:
		return hash{}, errors.New("is cut short: " + rightLine)
	case h.String() != text:
		return hash{}, errors.New("is not in the usual form: " + rightLine)
	}
	return h, nil
}

// affordable reports whether a process can check many such hashes.
func (h hash) affordable() bool {
	return h.time >= 1 && h.time <= mostTime && h.threads >= 1 && h.threads <= mostThreads &&
		h.memory >= 8*uint32(h.threads) && h.memory <= mostMemory
}
