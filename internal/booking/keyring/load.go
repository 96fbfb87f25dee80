/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keyring

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const (
	longestName = 40
	// longestFile is more than a valid file has: 44 characters and a line end.
	longestFile = 64
)

const (
	rightName = "name it with small letters, digits and dashes, at most 40, such as 2026-12-01"
	rightFile = "write 32 random bytes as base64, 44 characters, as openssl rand -base64 32 does"
)

var errNone = errors.New("there is no identifier key: add a file with 32 random bytes as base64, named by its date, such as 2026-12-01")

// Load reads the keys of a directory. It ignores files whose names begin with a dot: a
// mounted Secret has some. Its errors name the file and what to write instead, but never
// repeat its content.
func Load(dir string) (*Keys, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read identifier keys: %w", err)
	}
	keys := &Keys{}
	from := map[[size]byte]string{}
	for _, file := range files { // by name
		name := file.Name()
		if strings.HasPrefix(name, ".") {
			continue
		}
		secret, err := read(dir, name)
		if err != nil {
			return nil, fmt.Errorf("identifier key %s: %w", filepath.Join(dir, name), err)
		}
		// Two keys with one secret would give everybody the same hash twice.
		if other, known := from[secret]; known {
			return nil, fmt.Errorf("identifier key %s is the same as %s: write a new one, or remove it", filepath.Join(dir, name), other)
		}
		from[secret] = name
		derived, err := derive(name, secret[:])
		if err != nil {
			return nil, fmt.Errorf("identifier key %s: %w", filepath.Join(dir, name), err)
		}
		keys.keys = append(keys.keys, derived)
	}
	if len(keys.keys) == 0 {
		return nil, fmt.Errorf("%s: %w", dir, errNone)
	}
	return keys, nil
}

// read returns the secret in a file.
func read(dir, name string) (secret [size]byte, err error) {
	if !isName(name) {
		return secret, errors.New("this is not the name of a key; " + rightName)
	}
	path := filepath.Join(dir, name)
	switch info, err := os.Stat(path); { // opening a pipe would block
	case err != nil:
		return secret, err
	case !info.Mode().IsRegular():
		return secret, errors.New("is not a regular file; " + rightFile)
	}
	file, err := os.Open(path)
	if err != nil {
		return secret, err
	}
	content, err := io.ReadAll(io.LimitReader(file, longestFile+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return secret, err
	}
	return decode(content)
}

// decode reads a file's content.
func decode(content []byte) (secret [size]byte, err error) {
	if len(content) > longestFile {
		return secret, errors.New("is too long; " + rightFile)
	}
	text := bytes.TrimSuffix(bytes.TrimSuffix(content, []byte("\n")), []byte("\r"))
	// The decoder ignores line ends.
	if len(text) != base64.StdEncoding.EncodedLen(size) || bytes.ContainsAny(text, "\r\n") {
		return secret, fmt.Errorf("has %d characters; %s", len(text), rightFile)
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(string(text))
	if err != nil || len(decoded) != size { // the decoder's error repeats the content
		return secret, errors.New("is not 32 bytes as base64; " + rightFile)
	}
	return [size]byte(decoded), nil
}

// isName reports whether a key may have this name.
func isName(name string) bool {
	if name == "" || len(name) > longestName {
		return false
	}
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
		default:
			return false
		}
	}
	return true
}

// Generate returns the content of a new key's file. The bytes must be random.
func Generate(random [32]byte) string {
	return base64.StdEncoding.EncodeToString(random[:]) + "\n"
}
