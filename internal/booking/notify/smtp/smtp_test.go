/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package smtp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/notify"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

var now = time.Date(2026, 12, 1, 23, 0, 5, 0, time.UTC)

var rome = zone("Europe/Rome")

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

var hubs = map[string]catalog.Hub{
	"fiera-di-roma": {Name: "fiera-di-roma", DisplayName: "Hub Fiera di Roma", Address: "Via Portuense 1645, Roma"},
	"rieti":         {Name: "rieti", DisplayName: "Hub «Rieti»; centro", Address: "Via Flavio Sabino 27,\nRieti"},
}

// hub looks a hub up.
func hub(name string) (catalog.Hub, bool) {
	hub, ok := hubs[name]
	return hub, ok
}

// sender sends by the settings in a directory.
func sender(dir string) notify.Sender {
	return notify.Sender{Carriers: []notify.Carrier{Carrier{dir}}, Zone: rome, Hub: hub}
}

func notice(m booking.Message) notify.Notice {
	return notify.Notice{Message: m, Now: now, Zone: rome, Hub: hub}
}

// message tells of a booking of two doses.
func message(id int64, verb, email string) booking.Message {
	return booking.Message{
		ID: id, Verb: verb, At: now,
		Booking: booking.Booking{
			Number: number.New([8]byte{1, 2, 3, 4, 5, 6, 7, 8}), Service: "Vaccination", Campaign: "born-1946-1950",
			State: booking.Booked, MadeAt: now,
			Appointments: []booking.Appointment{
				{Dose: 1, Place: booking.Place{Hub: "fiera-di-roma", StartsAt: time.Date(2026, 12, 14, 14, 24, 0, 0, time.UTC)}, Minutes: 8},
				{Dose: 2, Place: booking.Place{Hub: "rieti", StartsAt: time.Date(2027, 1, 10, 23, 0, 0, 0, time.UTC)}, Minutes: 10},
			},
		},
		Contact: booking.Contact{Email: email, Language: "it"},
	}
}

// outbox is one without a database.
type outbox struct {
	mu       sync.Mutex
	messages []booking.Message
	told     []int64
	failed   map[int64]int // attempts
	counts   notify.Counts // of the last batch
	broken   error         // what it says to MarkSent and RetryLater
}

func box(messages ...booking.Message) *outbox {
	return &outbox{messages: messages, failed: map[int64]int{}}
}

func (o *outbox) ClaimDue(ctx context.Context, limit int) ([]booking.Message, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken := o.messages[:min(limit, len(o.messages))]
	o.messages = o.messages[len(taken):]
	return taken, ctx.Err()
}

func (o *outbox) MarkSent(ctx context.Context, id int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, id)
	return errors.Join(o.broken, ctx.Err())
}

func (o *outbox) RetryLater(ctx context.Context, id int64, attempts int) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.failed[id] = attempts
	return errors.Join(o.broken, ctx.Err())
}

func (o *outbox) want(t *testing.T, told []int64, failed map[int64]int) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if failed == nil {
		failed = map[int64]int{}
	}
	if diff := cmp.Diff(told, o.told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(failed, o.failed); diff != "" {
		t.Errorf("failed, after attempts (-want +got):\n%s", diff)
	}
}

func deliver(t *testing.T, s notify.Sender, o *outbox) (err error) {
	t.Helper()
	o.counts, err = s.Deliver(t.Context(), o, now)
	return err
}

func TestDeliver(t *testing.T) {
	for _, encryption := range []encryption{startTLS, implicit, none} {
		t.Run(string(encryption), func(t *testing.T) {
			mails := &server{}
			if encryption != none {
				mails.password = "päss word "
			}
			o := box(message(1, "book", "maria@example.org"), message(2, "move", "ugo@example.com"), message(3, "cancel", "a+b@example.it"))
			s := sender(mails.start(t, encryption))
			if err := deliver(t, s, o); err != nil {
				t.Fatal(err)
			}
			o.want(t, []int64{1, 2, 3}, nil)
			var to []string
			for _, m := range mails.mails() {
				to = append(to, m.from+" "+m.to)
			}
			want := []string{"bookings@example.org maria@example.org", "bookings@example.org ugo@example.com", "bookings@example.org a+b@example.it"}
			if diff := cmp.Diff(want, to); diff != "" {
				t.Errorf("envelopes (-want +got):\n%s", diff)
			}
			if wantSecure, wantLogins := 3, 1; encryption != none && (mails.secure != wantSecure || mails.logins != wantLogins) {
				t.Errorf("%d mails encrypted, %d logins; want %d and %d", mails.secure, mails.logins, wantSecure, wantLogins)
			}
			if diff := cmp.Diff(notify.Counts{Sent: 3}, o.counts); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingToDeliver(t *testing.T) {
	dials := 0
	s := sender(script(t, func(string) (string, bool) { dials++; return "", true }))
	if err := deliver(t, s, box()); err != nil {
		t.Error(err)
	}
	if dials > 0 {
		t.Errorf("%d connections for nothing", dials)
	}
}

func TestMoreThanABatch(t *testing.T) {
	const batch = 50
	mails := &server{}
	var messages []booking.Message
	for id := range int64(batch + 3) {
		messages = append(messages, message(id, "book", "maria@example.org"))
	}
	o, s := box(messages...), sender(mails.start(t, none))
	for _, want := range []int{batch, batch + 3} {
		if err := deliver(t, s, o); err != nil {
			t.Fatal(err)
		}
		if got := len(mails.mails()); got != want {
			t.Fatalf("%d mails, want %d", got, want)
		}
	}
}

// A crash between the server's answer and MarkSent: the mail is sent again, and mailboxes
// know it for the same.
func TestSentAgainIsKnownForTheSame(t *testing.T) {
	mails := &server{}
	s := sender(mails.start(t, none))
	o := box(message(7, "book", "maria@example.org"), message(8, "book", "maria@example.org"))
	o.broken = errors.New("the database is away")
	if err := deliver(t, s, o); err == nil || !strings.Contains(err.Error(), "the database is away") {
		t.Errorf("error %v", err)
	}
	if got := len(mails.mails()); got != 1 {
		t.Fatalf("%d mails sent when none could be noted as sent; want 1", got)
	}
	if err := deliver(t, s, box(message(7, "book", "maria@example.org"), message(8, "book", "maria@example.org"))); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range mails.mails() {
		_, after, _ := strings.Cut(m.header(), "Message-ID: ")
		id, _, _ := strings.Cut(after, "\r\n")
		ids = append(ids, id)
	}
	if len(ids) != 3 || ids[0] != ids[1] || ids[1] == ids[2] || ids[0] != "<7.680afce4@example.org>" {
		t.Errorf("Message-IDs %q", ids)
	}
}

func says(code int, enhanced smtp.EnhancedCode) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: "about maria@example.org: no"}
}

// Each row is about the second of three messages.
func TestRefused(t *testing.T) {
	const retried, givenUp = "retried", "given up"
	none := smtp.NoEnhancedCode
	for name, tc := range map[string]struct {
		at       string
		says     *smtp.SMTPError
		attempts int
		want     string
	}{
		"an unknown address":                      {"rcpt", says(550, smtp.EnhancedCode{5, 1, 1}), 0, givenUp},
		"a full mailbox":                          {"rcpt", says(552, smtp.EnhancedCode{5, 2, 2}), 0, givenUp},
		"an unknown address, without more":        {"rcpt", says(550, none), 0, givenUp},
		"an unknown address, at the end":          {"data", says(550, smtp.EnhancedCode{5, 1, 1}), 0, givenUp},
		"greylisting":                             {"rcpt", says(451, smtp.EnhancedCode{4, 7, 1}), 0, retried},
		"greylisting, without more":               {"rcpt", says(450, none), 0, retried},
		"too busy":                                {"mail", says(421, smtp.EnhancedCode{4, 3, 2}), 0, retried},
		"no space":                                {"data", says(452, smtp.EnhancedCode{4, 3, 1}), 0, retried},
		"no relay for us":                         {"rcpt", says(554, smtp.EnhancedCode{5, 7, 1}), 0, retried},
		"no relay for us, without more":           {"rcpt", says(554, none), 0, retried},
		"our own address":                         {"mail", says(550, smtp.EnhancedCode{5, 1, 0}), 0, retried},
		"our own address, said later":             {"rcpt", says(550, smtp.EnhancedCode{5, 1, 8}), 0, retried},
		"what it says":                            {"data", says(554, smtp.EnhancedCode{5, 6, 0}), 0, retried},
		"what it says, without more":              {"data", says(550, none), 0, retried},
		"what it says, for the ninth time":        {"data", says(554, smtp.EnhancedCode{5, 6, 0}), 8, retried},
		"what it says, for the tenth time":        {"data", says(554, smtp.EnhancedCode{5, 6, 0}), 9, givenUp},
		"greylisting, for the hundredth time":     {"rcpt", says(451, smtp.EnhancedCode{4, 7, 1}), 99, retried},
		"an unknown address, tried a few times":   {"rcpt", says(550, smtp.EnhancedCode{5, 1, 1}), 3, givenUp},
		"greylisting, tried more than a refusal":  {"rcpt", says(451, smtp.EnhancedCode{4, 7, 1}), 50, retried},
		"a code that is about nothing that we do": {"rcpt", says(500, none), 0, retried},
	} {
		t.Run(name, func(t *testing.T) {
			mails := &server{}
			seen := map[string]int{}
			refuse := func(at string) error {
				if seen[at]++; at == tc.at && seen[at] == 2 {
					return tc.says
				}
				return nil
			}
			mails.mail = func() error { return refuse("mail") }
			mails.rcpt = func(string) error { return refuse("rcpt") }
			mails.data = func() error { return refuse("data") }
			second := message(2, "book", "maria@example.org")
			second.Attempts = tc.attempts
			o, s := box(message(1, "book", "a@example.org"), second, message(3, "book", "c@example.org")), sender(mails.start(t, startTLS))

			err := deliver(t, s, o)
			if err == nil || !strings.Contains(err.Error(), "1 of 3 confirmations were not delivered, the first: ") ||
				!strings.Contains(err.Error(), fmt.Sprint(tc.says.Code)) {
				t.Errorf("error %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "maria") {
				t.Errorf("the error has an address: %v", err)
			}
			counts := notify.Counts{Sent: 2, Retried: 1}
			if tc.want == givenUp {
				counts = notify.Counts{Sent: 2, GivenUp: 1}
				o.want(t, []int64{1, 2, 3}, nil)
			} else {
				o.want(t, []int64{1, 3}, map[int64]int{2: tc.attempts + 1})
			}
			if diff := cmp.Diff(counts, o.counts); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
			if got := len(mails.mails()); got != 2 {
				t.Errorf("%d mails, want 2", got)
			}
		})
	}
}

// What cannot be written to is given up without asking a server.
func TestNoAddress(t *testing.T) {
	for name, email := range map[string]string{
		"no address":       "maria",
		"another header":   "maria@example.org\r\nBcc: ugo@example.org",
		"another receiver": "maria@example.org>\r\nRCPT TO:<ugo@example.org",
		"two addresses":    "maria@example.org, ugo@example.org",
		"two dots":         "maria..rossi@example.org",
	} {
		t.Run(name, func(t *testing.T) {
			dials := 0
			o, s := box(message(1, "book", email)), sender(script(t, func(string) (string, bool) { dials++; return "", true }))
			err := deliver(t, s, o)
			if err == nil || strings.Contains(err.Error(), "maria") {
				t.Errorf("error %v, want one without an address", err)
			}
			o.want(t, []int64{1}, nil)
			if diff := cmp.Diff(notify.Counts{GivenUp: 1}, o.counts); diff != "" || dials > 0 {
				t.Errorf("%d connections; counts (-want +got):\n%s", dials, diff)
			}
		})
	}
}

// The server hangs up at each line of the second message in turn.
func TestServerDiesInTheMiddle(t *testing.T) {
	for name, tc := range map[string]struct {
		at        string
		reply     string
		delivered bool
	}{
		"when it begins":           {at: "MAIL FROM"},
		"at the address":           {at: "RCPT TO"},
		"before the text":          {at: "DATA"},
		"after the text":           {at: "."},
		"when it has it":           {at: ".", reply: "250 taken", delivered: true},
		"after it has it":          {at: "RSET", delivered: true},
		"with a word of apology":   {at: "RCPT TO", reply: "421 4.3.0 going down"},
		"with nonsense":            {at: "RCPT TO", reply: "maria@example.org"},
		"with nonsense at the end": {at: ".", reply: "5"},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			seen := 0
			s := sender(script(t, func(line string) (string, bool) {
				mu.Lock()
				defer mu.Unlock()
				if strings.HasPrefix(line, tc.at) {
					if seen++; seen == 2 {
						return tc.reply, true
					}
				}
				return polite(line), line == "QUIT"
			}))
			o := box(message(1, "book", "a@example.org"), message(2, "book", "maria@example.org"), message(3, "book", "c@example.org"))
			err := deliver(t, s, o)
			if tc.delivered {
				if err != nil {
					t.Error(err)
				}
				o.want(t, []int64{1, 2, 3}, nil)
				return
			}
			if err == nil || strings.Contains(err.Error(), "maria") {
				t.Errorf("error %v, want one without an address", err)
			}
			o.want(t, []int64{1, 3}, map[int64]int{2: 1})
		})
	}
}

func TestServerHangs(t *testing.T) {
	for _, at := range []string{"", "EHLO", "MAIL FROM", "RCPT TO", "DATA", "."} {
		t.Run("at "+at, func(t *testing.T) {
			hangs := make(chan struct{})
			s := sender(script(t, func(line string) (string, bool) {
				if at == "" && line == "" || at != "" && strings.HasPrefix(line, at) {
					close(hangs)
					return "", false
				}
				return polite(line), false
			}))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				<-hangs
				cancel()
			}()
			o := box(message(1, "book", "maria@example.org"), message(2, "book", "ugo@example.org"))
			var err error
			if o.counts, err = s.Deliver(ctx, o, now); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want that the context was cancelled", err)
			}
			o.want(t, nil, nil) // hidden, and come again
			if diff := cmp.Diff(notify.Counts{}, o.counts); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
		})
	}
}

// What was sent is noted as sent, though the process is about to end.
func TestEndsWhileSending(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	box := box(message(1, "book", "maria@example.org"), message(2, "book", "ugo@example.org"))
	sent := &server{rcpt: func(to string) error {
		if to == "ugo@example.org" {
			cancel()
		}
		return nil
	}}
	counts, err := sender(sent.start(t, none)).Deliver(ctx, box, now)
	n := counts.Sent
	if got := len(sent.mails()); n < 1 || n > got || len(box.told) != n {
		t.Errorf("%d mails, %d sent, told %v, error %v", got, n, box.told, err)
	}
}

func TestServerIsAway(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := sender(directory(t, settingsOf(listener, startTLS)))
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	o := box(message(1, "book", "maria@example.org"), message(2, "book", "ugo@example.org"))
	if err := deliver(t, s, o); err == nil || !strings.Contains(err.Error(), "2 of 2 confirmations were not delivered, the first: reach the mail server: ") {
		t.Errorf("error %v", err)
	}
	o.want(t, nil, map[int64]int{1: 1, 2: 1})
}

// Neither a password nor a confirmation is sent to a server with a wrong certificate.
func TestServerIsAnother(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, dir string){
		"a certificate of nobody that we know": func(t *testing.T, dir string) {
			_, another := selfMade(t)
			write(t, filepath.Join(dir, "ca.crt"), another)
		},
		"a certificate of another name": func(t *testing.T, dir string) { write(t, filepath.Join(dir, "host"), "localhost") },
		"no certificate": func(t *testing.T, dir string) {
			plain := &server{password: "secret"}
			port, err := os.ReadFile(filepath.Join(plain.start(t, none), "port"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "port"), string(port))
		},
	} {
		t.Run(name, func(t *testing.T) {
			mails := &server{password: "secret"}
			dir := mails.start(t, startTLS)
			change(t, dir)
			o := box(message(1, "book", "maria@example.org"))
			if err := deliver(t, sender(dir), o); err == nil {
				t.Error("delivered")
			}
			o.want(t, nil, map[int64]int{1: 1})
			if mails.logins > 0 || len(mails.mails()) > 0 {
				t.Errorf("%d logins, %d mails", mails.logins, len(mails.mails()))
			}
		})
	}
}

func TestPasswordChanges(t *testing.T) {
	mails := &server{password: "old"}
	dir := mails.start(t, startTLS)
	s := sender(dir)
	if err := deliver(t, s, box(message(1, "book", "maria@example.org"))); err != nil {
		t.Fatal(err)
	}
	mails.mu.Lock()
	mails.password = "new"
	mails.mu.Unlock()
	o := box(message(2, "book", "maria@example.org"))
	err := deliver(t, s, o)
	if err == nil || !strings.Contains(err.Error(), "535") || strings.Contains(err.Error(), "old") {
		t.Errorf("error %v, want that the login is wrong", err)
	}
	o.want(t, nil, map[int64]int{2: 1})
	write(t, filepath.Join(dir, "password"), "new\n")
	if err := deliver(t, s, box(message(2, "book", "maria@example.org"))); err != nil {
		t.Error(err)
	}
}

// Without settings nothing is taken out of the outbox.
func TestWrongSettings(t *testing.T) {
	o := box(message(1, "book", "maria@example.org"))
	s := sender(directory(t, map[string]string{"host": "smtp.example.org"}))
	if err := deliver(t, s, o); err == nil || !strings.Contains(err.Error(), "from is not a sender") {
		t.Errorf("error %v", err)
	}
	if len(o.messages) != 1 {
		t.Errorf("%d messages left", len(o.messages))
	}
}
