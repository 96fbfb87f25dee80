/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package smtp

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is a real mail server, in this process.
type server struct {
	// What it says, where it is not to take everything.
	mail, data func() error
	rcpt       func(to string) error

	mu       sync.Mutex
	password string // "": it asks nobody who they are
	received []mail
	logins   int
	secure   int // messages over an encrypted connection
}

// mail is a message that the server accepted.
type mail struct {
	from, to string
	content  []byte
}

func (s *server) mails() []mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]mail{}, s.received...)
}

// conversation with one client.
type conversation struct {
	*server
	conn     *smtp.Conn
	from, to string
	known    bool
}

func (s *conversation) Reset()        { s.from, s.to = "", "" }
func (s *conversation) Logout() error { return nil }

func (s *conversation) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.password != "" && !s.known {
		return smtp.ErrAuthRequired
	}
	s.from = from
	if s.mail == nil {
		return nil
	}
	return s.mail()
}

func (s *conversation) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	if s.rcpt == nil {
		return nil
	}
	return s.rcpt(to)
}

func (s *conversation) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.data != nil {
		if err := s.data(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, mail{s.from, s.to, content})
	if _, secure := s.conn.TLSConnectionState(); secure {
		s.secure++
	}
	return nil
}

func (s *conversation) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *conversation) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if username != "lazio" || password != s.password {
			return smtp.ErrAuthFailed
		}
		s.known = true
		s.logins++
		return nil
	}), nil
}

// start runs the server, with TLS as clients want it, and returns the directory of
// settings for it.
func (s *server) start(t *testing.T, encryption encryption) (dir string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	certificate, authority := selfMade(t)
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	running := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &conversation{server: s, conn: c}, nil
	}))
	running.Domain, running.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	serving := listener
	switch encryption {
	case startTLS:
		running.TLSConfig = config
	case implicit:
		serving = tls.NewListener(listener, config)
	case none:
	}
	ended := make(chan error, 1)
	go func() { ended <- running.Serve(serving) }()
	t.Cleanup(func() {
		if err := errors.Join(running.Close(), <-ended); err != nil {
			t.Error(err)
		}
	})
	settings := settingsOf(listener, encryption)
	settings["ca.crt"] = authority
	if s.password != "" {
		settings["username"], settings["password"] = "lazio\n", s.password+"\n"
	}
	return directory(t, settings)
}

func settingsOf(listener net.Listener, encryption encryption) map[string]string {
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return map[string]string{
		"host": "127.0.0.1\n", "port": port + "\n", "tls": string(encryption) + "\n",
		"from": "Prenotazioni Città di Prova <bookings@example.org>\n",
	}
}

// directory has files with these contents.
func directory(t testing.TB, contents map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range contents {
		write(t, filepath.Join(dir, name), content)
	}
	return dir
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// selfMade returns a self-signed certificate for 127.0.0.1.
func selfMade(t testing.TB) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail for tests"},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, string(authority)
}

// script runs a server that says what a server should not: answer gives its reply to
// each line, where "" is none, and whether it hangs up then. "" is the first line, and
// "." the end of a message.
func script(t *testing.T, answer func(line string) (reply string, hangUp bool)) (dir string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait()
	})
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { converse(conn, answer) })
		}
	})
	return directory(t, settingsOf(listener, none))
}

func converse(conn net.Conn, answer func(string) (string, bool)) {
	defer func() { _ = conn.Close() }()
	lines := bufio.NewScanner(conn)
	inMessage := false
	for line := ""; ; line = lines.Text() {
		if !inMessage || line == "." {
			reply, hangUp := answer(line)
			if reply != "" {
				_, _ = fmt.Fprintf(conn, "%s\r\n", reply)
			}
			if hangUp {
				return
			}
			inMessage = strings.HasPrefix(reply, "354")
		}
		if !lines.Scan() {
			return
		}
	}
}

// polite returns a server's reply to a line when all is well.
func polite(line string) string {
	switch line {
	case "":
		return "220 here"
	case "DATA":
		return "354 go on"
	case "QUIT":
		return "221 bye"
	}
	return "250 fine"
}

// header returns the part before the text.
func (m mail) header() string {
	head, _, _ := bytes.Cut(m.content, []byte("\r\n\r\n"))
	return string(head)
}
