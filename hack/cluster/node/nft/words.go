//go:build linux

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/google/nftables"
	"golang.org/x/sys/unix"
)

// words are what is left of a line. Reading past the end gives "".
type words []string

// split cuts a line into words: braces, commas and semicolons are words of their
// own, a quoted text is one, and an @ belongs to the name behind it.
func split(line string) (words, error) {
	var all words
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		end := 1
		switch {
		case line[0] == '"':
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, fmt.Errorf("a text does not end: %s", line)
			}
			end = len(quoted)
		case !strings.ContainsRune("{},;", rune(line[0])):
			if end = strings.IndexAny(line, " \t{},;\""); end < 0 {
				end = len(line)
			}
		}
		all = append(all, line[:end])
		line = line[end:]
	}
	return all, nil
}

func (w *words) peek() string {
	if len(*w) == 0 {
		return ""
	}
	return (*w)[0]
}

func (w *words) next() string {
	word := w.peek()
	if len(*w) > 0 {
		*w = (*w)[1:]
	}
	return word
}

// skip takes the given words if they come next.
func (w *words) skip(expected ...string) bool {
	if len(*w) < len(expected) {
		return false
	}
	for i, word := range expected {
		if (*w)[i] != word {
			return false
		}
	}
	*w = (*w)[len(expected):]
	return true
}

func (w *words) expect(expected ...string) error {
	if !w.skip(expected...) {
		return fmt.Errorf("%q should be %q", strings.Join(*w, " "), strings.Join(expected, " "))
	}
	return nil
}

// number reads a whole number, decimal or hexadecimal.
func (w *words) number() (uint32, error) {
	word := w.next()
	number, err := strconv.ParseUint(word, 0, 32)
	if err != nil {
		return 0, fmt.Errorf("%q should be a number", word)
	}
	return uint32(number), nil
}

var protocols = map[string]byte{"tcp": unix.IPPROTO_TCP, "udp": unix.IPPROTO_UDP, "sctp": unix.IPPROTO_SCTP}

// value is an address, a protocol or a port, as it stands in a packet.
func value(word string) ([]byte, error) {
	if protocol, found := protocols[word]; found {
		return []byte{protocol}, nil
	}
	if port, err := strconv.ParseUint(word, 10, 16); err == nil {
		return binary.BigEndian.AppendUint16(nil, uint16(port)), nil
	}
	address, err := netip.ParseAddr(word)
	if err != nil || !address.Is4() {
		return nil, fmt.Errorf("%q should be an IPv4 address, a protocol or a port", word)
	}
	return address.AsSlice(), nil
}

// key reads values joined by dots, each padded as registers are: to 4 bytes.
// A key of one value is not padded.
func (w *words) key() ([]byte, error) {
	first, err := value(w.next())
	if err != nil || w.peek() != "." {
		return first, err
	}
	key := padded(first)
	for w.skip(".") {
		part, err := value(w.next())
		if err != nil {
			return nil, err
		}
		key = append(key, padded(part)...)
	}
	return key, nil
}

func padded(value []byte) []byte {
	return append(value, make([]byte, (4-len(value)%4)%4)...)
}

var typesByName = map[string]nftables.SetDatatype{
	"ipv4_addr": nftables.TypeIPAddr, "inet_proto": nftables.TypeInetProto,
	"inet_service": nftables.TypeInetService, "verdict": nftables.TypeVerdict,
}

// datatype reads the types of a key or of a value, joined by dots.
func (w *words) datatype() (datatype nftables.SetDatatype, parts int, err error) {
	var types []nftables.SetDatatype
	for {
		word := w.next()
		named, found := typesByName[word]
		if !found {
			return datatype, 0, fmt.Errorf("the type %q is not known here", word)
		}
		types = append(types, named)
		if !w.skip(".") {
			break
		}
	}
	if len(types) == 1 {
		return types[0], 1, nil
	}
	datatype, err = nftables.ConcatSetType(types...)
	return datatype, len(types), err
}

// text reads a quoted text.
func (w *words) text() (string, error) {
	text, err := strconv.Unquote(w.next())
	if err != nil {
		return "", errors.New("a comment should be in quotes")
	}
	return text, nil
}
