/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	gosmtp "github.com/wneessen/go-mail/smtp"

	"github.com/mezzanotte/mezzanotte/internal/booking/contact"
	"github.com/mezzanotte/mezzanotte/internal/booking/notify"
)

// patience is the time limit of the server for one message.
const patience = 30 * time.Second

// line is a connection to the mail server.
type line struct {
	client *gomail.Client
	smtp   *gosmtp.Client
}

// dial connects. The connection ends with the context, even if the server hangs.
func (s settings) dial(ctx context.Context) (*line, error) {
	config := &tls.Config{ServerName: s.host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(patience), gomail.WithHELO(contact.Domain(s.from.Address)),
		gomail.WithTLSConfig(config), gomail.WithTLSPolicy(gomail.NoTLS),
		gomail.WithoutNoop(), gomail.WithoutSMTPUTF8(), // all addresses are ASCII
		gomail.WithDialContextFunc(func(dialing context.Context, network, _ string) (net.Conn, error) {
			return s.connect(ctx, dialing, network, config)
		}),
	}
	if s.tls == startTLS {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.username != "" { // and so encrypted
		options = append(options, gomail.WithUsername(s.username), gomail.WithPassword(s.password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	client, err := gomail.NewClient(s.host, options...)
	if err != nil {
		return nil, fmt.Errorf("prepare for the mail server: %w", err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("reach the mail server: %w", err)
	}
	return &line{client: client, smtp: connection}, nil
}

// connect opens a connection that ends with the context living.
func (s settings) connect(living, dialing context.Context, network string, config *tls.Config) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(dialing, network, net.JoinHostPort(s.host, strconv.Itoa(s.port)))
	if err != nil {
		return nil, err
	}
	context.AfterFunc(living, func() { _ = conn.Close() })
	if s.tls != implicit {
		return conn, nil
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(dialing); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

// hangUp ends the session. It ignores errors: the server has confirmed each message.
func (l *line) hangUp() { _ = l.client.CloseWithSMTPClient(l.smtp) }

// send sends one message. After an error the connection should be closed, even where the
// message was delivered, unless the address was unreachable. The error contains the
// server's codes, but not its text, which often contains addresses.
func (l *line) send(m *gomail.Msg) (notify.Verdict, error) {
	err := l.client.SendWithSMTPClient(l.smtp, m)
	if err == nil {
		return notify.Delivered, nil
	}
	if m.IsDelivered() {
		return notify.Delivered, errors.New("the connection to the mail server was lost after a message")
	}
	var wrong *gomail.SendError
	if !errors.As(err, &wrong) {
		return notify.Failed, errors.New("the mail server's answer cannot be read")
	}
	code, enhanced := wrong.ErrorCode(), wrong.EnhancedStatusCode()
	refusal := fmt.Errorf("%s: the mail server answered %s", wrong.Reason, strings.TrimSpace(fmt.Sprint(code, " ", enhanced)))
	switch {
	case code == 0:
		return notify.Failed, fmt.Errorf("%s: the connection to the mail server was lost", wrong.Reason)
	case code < 500:
		return notify.Failed, refusal
	case isAboutAddress(wrong):
		return notify.Unreachable, refusal
	}
	return notify.Refused, refusal
}

// isAboutAddress reports whether a permanent refusal concerns the recipient's address. A
// relay that does not accept our mail refuses every address. RFC 3463 lists the codes.
func isAboutAddress(e *gomail.SendError) bool {
	if e.Reason == gomail.ErrSMTPMailFrom {
		return false
	}
	switch enhanced := e.EnhancedStatusCode(); {
	case enhanced == "5.1.7", enhanced == "5.1.8": // the sender's address
		return false
	case enhanced != "":
		return strings.HasPrefix(enhanced, "5.1.") || strings.HasPrefix(enhanced, "5.2.")
	}
	return e.Reason == gomail.ErrSMTPRcptTo && e.ErrorCode() >= 550 && e.ErrorCode() <= 553
}
