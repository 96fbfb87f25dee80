/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package smtp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/mezzanotte/mezzanotte/internal/booking/contact"
)

// settings configures the connection to the mail server, and the sender.
type settings struct {
	host     string
	port     int
	username string // "" if the server needs none
	password string
	from     netmail.Address
	tls      encryption
	roots    *x509.CertPool // nil: the system's
	help     string         // a line on where to move or cancel
}

// encryption is the way in which the connection is encrypted.
type encryption string

const (
	startTLS encryption = "starttls" // after the server's greeting; never without
	implicit encryption = "implicit" // from the start
	none     encryption = "none"
)

// ports are the defaults for handing mail in.
var ports = map[encryption]int{startTLS: 587, implicit: 465, none: 25}

// files are the names of the files that may be in the directory.
var files = []string{"host", "port", "username", "password", "from", "tls", "ca.crt", "help"}

const (
	longestFile = 1 << 20 // a bundle of certificates may be long
	longestHelp = 300
)

// read reads the settings in a directory. Its errors name the file and what to write instead,
// but never contain its content.
func read(dir string) (settings, error) {
	content, err := contents(dir)
	if err != nil {
		return settings{}, err
	}
	var s settings
	for _, each := range []struct {
		file string
		read func(text string) error
	}{
		{"tls", s.readTLS}, // first: port and username depend on it
		{"host", s.readHost},
		{"port", s.readPort},
		{"from", s.readFrom},
		{"username", s.readUsername},
		{"ca.crt", s.readRoots},
		{"help", s.readHelp},
	} {
		if err := each.read(strings.TrimSpace(content[each.file])); err != nil {
			return settings{}, fmt.Errorf("mail setting %s %w", filepath.Join(dir, each.file), err)
		}
	}
	s.password = strings.TrimRight(content["password"], "\r\n")
	if (s.username == "") != (s.password == "") {
		return settings{}, fmt.Errorf("mail settings in %s: write username and password, or neither if the server needs none", dir)
	}
	return s, nil
}

// contents returns the contents of a directory's files, by name.
func contents(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read mail settings: %w", err)
	}
	content := map[string]string{}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") { // as a mounted Secret has
			continue
		}
		path := filepath.Join(dir, name)
		if !slices.Contains(files, name) {
			return nil, fmt.Errorf("mail setting %s is unknown: there are %s", path, strings.Join(files, ", "))
		}
		if content[name], err = readFile(path); err != nil {
			return nil, fmt.Errorf("mail setting %s: %w", path, err)
		}
	}
	return content, nil
}

func readFile(path string) (string, error) {
	switch info, err := os.Stat(path); { // opening a pipe would block
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errors.New("is not a file")
	case info.Size() > longestFile:
		return "", errors.New("is longer than 1 MiB")
	}
	content, err := os.ReadFile(path)
	return string(content), err
}

func (s *settings) readTLS(text string) error {
	s.tls = encryption(text)
	if text == "" {
		s.tls = startTLS
	}
	if ports[s.tls] == 0 {
		return errors.New("is not one of starttls, implicit and none")
	}
	return nil
}

func (s *settings) readHost(text string) error {
	switch {
	case text == "":
		return errors.New("is missing: write the mail server's name, such as smtp.example.org")
	case net.ParseIP(text) == nil && !hostName.MatchString(text):
		return errors.New("is not a host: write a name such as smtp.example.org or an address, and the port into the file port")
	}
	s.host = text
	return nil
}

var hostName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

func (s *settings) readPort(text string) error {
	s.port = ports[s.tls]
	if text == "" {
		return nil
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return fmt.Errorf("is not a port: write a number from 1 to 65535, or leave it out for %d", s.port)
	}
	s.port = port
	return nil
}

func (s *settings) readFrom(text string) error {
	from, err := netmail.ParseAddress(text)
	if err == nil {
		from.Address, err = contact.ParseEmail(from.Address)
	}
	if err != nil || !strings.Contains(contact.Domain(from.Address), ".") {
		return errors.New("is not a sender: write an address such as Bookings <bookings@example.org>")
	}
	s.from = *from
	return nil
}

func (s *settings) readUsername(text string) error {
	if text != "" && s.tls == none {
		return errors.New("would be sent, with the password, for everybody to read: set tls to starttls or implicit, or remove both")
	}
	s.username = text
	return nil
}

func (s *settings) readRoots(text string) error {
	if text == "" {
		return nil
	}
	s.roots = x509.NewCertPool()
	if !s.roots.AppendCertsFromPEM([]byte(text)) {
		return errors.New("has no certificate: write those of the server's authority as PEM")
	}
	return nil
}

func (s *settings) readHelp(text string) error {
	if len(text) > longestHelp || strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("is not one line of at most %d bytes: write where to change a booking, such as an address of the web and a phone number", longestHelp)
	}
	s.help = text
	return nil
}
