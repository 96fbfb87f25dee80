/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
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

func hub(name string) (catalog.Hub, bool) {
	hub, ok := hubs[name]
	return hub, ok
}

func notice(m booking.Message) Notice {
	return Notice{Message: m, Now: now, Zone: rome, Hub: hub}
}

func sender(carriers ...Carrier) Sender {
	return Sender{Carriers: carriers, Zone: rome, Hub: hub}
}

// carrier is one in memory, and its only session.
type carrier struct {
	phone    bool // it calls, and writes no e-mail
	settings error
	send     func(n Notice) (Verdict, error) // nil: everything is delivered

	sent   []int64 // whatever was tried
	closed int
}

func (c *carrier) Address(to booking.Contact) string {
	if c.phone {
		return to.Phone
	}
	return to.Email
}

func (c *carrier) Open() (Session, error) { return c, c.settings }
func (c *carrier) Close()                 { c.closed++ }

func (c *carrier) Send(_ context.Context, address string, n Notice) (Verdict, error) {
	if address != c.Address(n.Contact) {
		return Refused, errors.New("another address")
	}
	c.sent = append(c.sent, n.ID)
	if c.send == nil {
		return Delivered, nil
	}
	return c.send(n)
}

// outbox is one in memory.
type outbox struct {
	due    []booking.Message
	marked []int64
	later  map[int64]int // attempts
	broken error
}

func box(messages ...booking.Message) *outbox {
	return &outbox{due: messages, later: map[int64]int{}}
}

func (o *outbox) ClaimDue(ctx context.Context, limit int) ([]booking.Message, error) {
	claimed := o.due[:min(limit, len(o.due))]
	o.due = o.due[len(claimed):]
	return claimed, errors.Join(o.broken, ctx.Err())
}

func (o *outbox) MarkSent(ctx context.Context, id int64) error {
	o.marked = append(o.marked, id)
	return ctx.Err()
}

func (o *outbox) RetryLater(ctx context.Context, id int64, attempts int) error {
	o.later[id] = attempts
	return ctx.Err()
}

func (o *outbox) want(t *testing.T, marked []int64, later map[int64]int) {
	t.Helper()
	if later == nil {
		later = map[int64]int{}
	}
	if diff := cmp.Diff(marked, o.marked); diff != "" {
		t.Errorf("marked as sent (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(later, o.later); diff != "" {
		t.Errorf("to be retried, after attempts (-want +got):\n%s", diff)
	}
}

func TestVerdicts(t *testing.T) {
	for name, tc := range map[string]struct {
		verdict  Verdict
		attempts int
		want     Counts
	}{
		"delivered":                      {Delivered, 0, Counts{Sent: 1}},
		"delivered in the end":           {Delivered, 99, Counts{Sent: 1}},
		"nobody there":                   {Unreachable, 0, Counts{GivenUp: 1}},
		"refused":                        {Refused, 0, Counts{Retried: 1}},
		"refused for the ninth time":     {Refused, 8, Counts{Retried: 1}},
		"refused for the tenth time":     {Refused, 9, Counts{GivenUp: 1}},
		"failed":                         {Failed, 0, Counts{Retried: 1}},
		"failed for the hundredth time ": {Failed, 99, Counts{Retried: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			m := message(7, "book", "maria@example.org")
			m.Attempts = tc.attempts
			c := &carrier{send: func(Notice) (Verdict, error) {
				if tc.verdict == Delivered {
					return Delivered, nil
				}
				return tc.verdict, errors.New("no")
			}}
			o := box(m)
			counts, err := sender(c).Deliver(t.Context(), o, now)
			if (err == nil) != (tc.verdict == Delivered) {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(tc.want, counts); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
			if tc.want.Retried > 0 {
				o.want(t, nil, map[int64]int{7: tc.attempts + 1})
			} else {
				o.want(t, []int64{7}, nil)
			}
			if c.closed != 1 {
				t.Errorf("closed %d times", c.closed)
			}
		})
	}
}

func TestOvertaken(t *testing.T) {
	cancelled := message(1, "book", "maria@example.org")
	cancelled.Booking.State, cancelled.Booking.Appointments = booking.Cancelled, nil
	known := message(2, "move", "maria@example.org")
	known.Booking.State = booking.Cancelled
	over := message(3, "book", "maria@example.org")
	over.Booking.Appointments = []booking.Appointment{{Dose: 1, Place: booking.Place{Hub: "rieti", StartsAt: now}}}
	half := message(4, "book", "maria@example.org")
	half.Booking.Appointments[0].StartsAt = now.Add(-time.Hour)
	cancel := message(5, "cancel", "maria@example.org")
	cancel.Booking.State, cancel.Booking.Appointments = booking.Cancelled, nil

	past := message(6, "cancel", "maria@example.org")
	past.Booking.State, past.Booking.Appointments = booking.Cancelled, over.Booking.Appointments
	recent := message(7, "book", "maria@example.org")
	recent.At = now.Add(-oldest)
	old := message(8, "cancel", "maria@example.org")
	old.At = now.Add(-oldest - time.Second)
	phoneOnly := message(9, "book", "")
	phoneOnly.Contact.Phone = "+39 06 12345678"

	c := &carrier{}
	o := box(cancelled, known, over, half, cancel, past, recent, old, phoneOnly)
	counts, err := sender(c).Deliver(t.Context(), o, now)
	if err != nil {
		t.Fatal(err)
	}
	o.want(t, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9}, nil)
	if diff := cmp.Diff([]int64{4, 5, 7}, c.sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Counts{Sent: 3, Overtaken: 6}, counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// The second carrier sends to people who have no address for the first.
func TestCarriersInTurn(t *testing.T) {
	mail, calls := &carrier{}, &carrier{phone: true}
	both, phone, neither := message(1, "book", "maria@example.org"), message(2, "book", ""), message(3, "book", "")
	both.Contact.Phone, phone.Contact.Phone = "0612345678", "0612345678"
	o := box(both, phone, neither)
	counts, err := sender(mail, calls).Deliver(t.Context(), o, now)
	if err != nil {
		t.Error(err)
	}
	o.want(t, []int64{1, 2, 3}, nil)
	if diff := cmp.Diff([][]int64{{1}, {2}}, [][]int64{mail.sent, calls.sent}); diff != "" {
		t.Errorf("by mail and by phone (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Counts{Sent: 2, Overtaken: 1}, counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// With wrong settings no message is claimed, and open sessions are closed.
func TestWrongSettings(t *testing.T) {
	first, second := &carrier{}, &carrier{phone: true, settings: errors.New("host is missing")}
	o := box(message(1, "book", "maria@example.org"))
	if _, err := sender(first, second).Deliver(t.Context(), o, now); err == nil || !strings.Contains(err.Error(), "host is missing") {
		t.Errorf("error %v", err)
	}
	if len(o.due) != 1 || first.closed != 1 || second.closed != 0 {
		t.Errorf("%d messages left, closed %d and %d times", len(o.due), first.closed, second.closed)
	}
}

func TestOutboxIsBroken(t *testing.T) {
	o := box()
	o.broken = errors.New("the database is away")
	if _, err := sender(&carrier{}).Deliver(t.Context(), o, now); err == nil || !strings.Contains(err.Error(), "read the outbox: the database is away") {
		t.Errorf("error %v", err)
	}
}

// What fails because the process ends is not the message's fault: it stays claimed. What
// was sent by then is marked as sent.
func TestEndsInTheMiddle(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := &carrier{send: func(n Notice) (Verdict, error) {
		switch n.ID {
		case 1:
			return Delivered, nil
		case 2:
			cancel()
			return Delivered, nil
		}
		return Failed, errors.New("cut off")
	}}
	o := box(message(1, "book", "maria@example.org"), message(2, "book", "ugo@example.org"), message(3, "book", "anna@example.org"))
	if counts, err := sender(c).Deliver(ctx, o, now); counts != (Counts{Sent: 2}) || !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, error %v", counts, err)
	}
	o.want(t, []int64{1, 2}, nil)
}
