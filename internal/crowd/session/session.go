/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package session is one person's visit: read pages, find slots, think, hold one, think,
// book it. People retry what fails, respect Retry-After, and give up when their patience
// ends. Servers cannot change when people arrive. Latency counts from the instant at which
// a request is due, which is the end of a pause.
//
//	page … find ·think· hold ·think· book ·think· cancel or move
//	        ↑            │              │
//	        └────────────┴──────────────┘ no longer free: look again
package session

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/clock"
	"github.com/mezzanotte/mezzanotte/internal/crowd/ledger"
	"github.com/mezzanotte/mezzanotte/internal/crowd/people"
	"github.com/mezzanotte/mezzanotte/internal/crowd/protocol"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
	"github.com/mezzanotte/mezzanotte/internal/crowd/target"
)

// Way configures the sessions of a crowd.
type Way struct {
	Clock    clock.Clock
	Send     func(context.Context, *url.URL, protocol.Request) protocol.Answer
	Record   *tally.Recorder
	Ledger   func(ledger.Entry)
	Channels []target.Channel
	OpensAt  time.Time
	Campaign protocol.Campaign
	// Pages to read, one after another.
	Pages []string
	// Requests of a successful session, on average.
	Requests int
	// Think is the pause between two requests, on average.
	Think time.Duration
	// PerAddress is the number of people who share an address; 0: requests name no address.
	PerAddress int
}

// Reasons for the end of a session.
var (
	errAgain    = errors.New("what was found is no longer free")
	errRefused  = errors.New("refused")
	errPatience = errors.New("out of patience")
)

// offers is the number of offers that a person asks for.
const offers = 5

// visit is one person's session.
type visit struct {
	*Way
	person people.Person
	as     protocol.Person
	from   string
	server int       // of the channel
	due    time.Time // of the next request
	leaves time.Time // without a booking, at the latest
	page   int
	number string // of the booking
}

// Go runs the session of a person who arrives at an instant. It returns when the session is
// over.
func (w *Way) Go(ctx context.Context, p people.Person, due time.Time) tally.Ending {
	v := &visit{
		Way: w, person: p, as: protocol.Person{Code: p.Code, Born: p.Born.String()}, from: w.address(p.Index),
		server: p.Random.IntN(len(w.Channels[p.Channel].Servers)), due: due, page: p.Index,
	}
	v.leaves = due.Add(p.Patience)
	if due.Before(w.OpensAt) {
		v.leaves = w.OpensAt.Add(p.Patience) // they know that they have to wait
	}
	err := v.book(ctx)
	switch {
	case err == nil:
		v.afterwards(ctx)
		return tally.Booked
	case ctx.Err() != nil:
		return tally.CutOff
	case errors.Is(err, errRefused):
		return tally.TurnedOff
	default:
		return tally.Abandoned
	}
}

// address returns an address from a network for documentation.
func (w *Way) address(person int) string {
	if w.PerAddress <= 0 {
		return ""
	}
	n := person / w.PerAddress
	return fmt.Sprintf("2001:db8:%x:%x::1", n>>16&0xffff, n&0xffff)
}

// book runs a session up to the booking.
func (v *visit) book(ctx context.Context) error {
	pages := max(0, v.Requests-3)
	if err := v.read(ctx, pages-2*(pages/3)); err != nil {
		return err
	}
	for {
		if err := v.attempt(ctx, pages/3); !errors.Is(err, errAgain) {
			return err
		}
	}
}

// attempt finds an offer and books it, and reads pages before each decision.
func (v *visit) attempt(ctx context.Context, pages int) error {
	offer, err := v.find(ctx)
	if err != nil {
		return err
	}
	if err := v.read(ctx, pages); err != nil {
		return err
	}
	held, err := v.write(ctx, tally.Hold, protocol.Hold(v.Campaign, v.as, offer, v.key()))
	if err != nil {
		return err
	}
	if err := v.read(ctx, pages); err != nil {
		return err
	}
	wanted := v.due
	booked, err := v.write(ctx, tally.Book, protocol.Book(v.as, held.Number, v.key()))
	if err != nil {
		return err
	}
	v.number = booked.Number
	v.Record.Booked(tally.Booking{Channel: v.person.Channel, Wanted: wanted, At: booked.At})
	return nil
}

// afterwards cancels or moves the booking. If that fails, the booking stays.
func (v *visit) afterwards(ctx context.Context) {
	v.leaves = v.due.Add(v.person.Patience)
	switch v.person.Then {
	case people.Keeps:
	case people.Cancels:
		if _, err := v.write(ctx, tally.Cancel, protocol.Cancel(v.as, v.number, v.key())); err == nil {
			v.Record.Changed(tally.Cancel)
		}
	case people.Moves:
		v.move(ctx)
	}
}

func (v *visit) move(ctx context.Context) {
	for err := errAgain; errors.Is(err, errAgain); {
		var offer protocol.Offer
		if offer, err = v.find(ctx); err != nil {
			continue
		}
		if _, err = v.write(ctx, tally.Move, protocol.Move(v.as, v.number, offer, v.key())); err == nil {
			v.Record.Changed(tally.Move)
		}
	}
}

// read reads pages with a pause after each.
func (v *visit) read(ctx context.Context, pages int) error {
	if len(v.Pages) == 0 {
		return nil
	}
	for range pages {
		v.page++
		if _, err := v.ask(ctx, tally.Page, protocol.Page(v.Pages[v.page%len(v.Pages)])); err != nil {
			return err
		}
	}
	return nil
}

// find searches, and picks one of the offers.
func (v *visit) find(ctx context.Context) (protocol.Offer, error) {
	found, err := v.ask(ctx, tally.Find, protocol.Find(v.Campaign, v.as, offers))
	if err != nil {
		return protocol.Offer{}, err
	}
	if len(found.Offers) == 0 {
		return protocol.Offer{}, errAgain
	}
	return found.Offers[v.chance().IntN(len(found.Offers))], nil
}

func (v *visit) chance() *rand.Rand { return v.person.Random }

// key returns a new idempotency key.
func (v *visit) key() string {
	return fmt.Sprintf("%016x%016x", v.chance().Uint64(), v.chance().Uint64())
}
