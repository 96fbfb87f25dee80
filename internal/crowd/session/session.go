/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package session is what one person does: reads pages, looks for places, thinks,
// holds one, thinks, books it. They retry what fails, wait as long as they are told
// to, and give up when their patience is over. Nothing that a server does changes when
// a person comes; and each request has an instant at which it is due, the end of a
// pause, from which its latency is counted.
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

// Way is what all sessions of a crowd have in common.
type Way struct {
	Clock    clock.Clock
	Send     func(context.Context, *url.URL, protocol.Request) protocol.Answer
	Record   *tally.Recorder
	Ledger   func(ledger.Entry)
	Channels []target.Channel
	OpensAt  time.Time
	Campaign protocol.Campaign
	// Pages that people read, one after another.
	Pages []string
	// Requests of a session that goes well, on average.
	Requests int
	// Think is the pause between two requests, on average.
	Think time.Duration
	// PerAddress is how many people share an address; 0: nobody says theirs.
	PerAddress int
}

// Why a session ends.
var (
	errAgain    = errors.New("what was found is no longer free")
	errRefused  = errors.New("refused")
	errPatience = errors.New("out of patience")
)

// offers is how many a person asks for, to take one of them.
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

// Go is the session of a person who comes at an instant, which is over when Go returns.
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

// address is one of a network for documentation.
func (w *Way) address(person int) string {
	if w.PerAddress <= 0 {
		return ""
	}
	n := person / w.PerAddress
	return fmt.Sprintf("2001:db8:%x:%x::1", n>>16&0xffff, n&0xffff)
}

// book goes the whole way to a booking.
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

// attempt looks for places and takes one, reading so many pages before each decision.
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

// afterwards cancels or moves the booking. If that fails it stays as it is.
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

// find looks for places, and chooses one of those that are offered.
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

// key is a new one for each thing that is to happen once.
func (v *visit) key() string {
	return fmt.Sprintf("%016x%016x", v.chance().Uint64(), v.chance().Uint64())
}
