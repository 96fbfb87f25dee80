/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
)

// clients do the same thing again and again, each by itself.
type clients struct {
	number int
	do     func(context.Context, *rand.Rand) error
	before func(context.Context) error // or nil
}

func (c clients) start(ctx context.Context) (running, error) {
	if c.before != nil {
		if err := c.before(ctx); err != nil {
			return nil, err
		}
	}
	w := &working{done: make([][]done, c.number), errs: make([]error, c.number)}
	for i := range c.number {
		w.Go(func() {
			random := rand.New(rand.NewPCG(rand.Uint64(), uint64(i)))
			for at := time.Now(); !w.over.Load() && w.errs[i] == nil; {
				w.errs[i] = c.do(ctx, random)
				began := at
				at = time.Now()
				w.done[i] = append(w.done[i], done{at, at.Sub(began)})
			}
		})
	}
	return w, nil
}

type working struct {
	sync.WaitGroup
	over atomic.Bool
	done [][]done // of each client
	errs []error
}

func (w *working) cpu() (time.Duration, error) { return ourCPU() }

func (w *working) stop() (all []done, err error) {
	w.over.Store(true)
	w.Wait()
	for _, d := range w.done {
		all = append(all, d...)
	}
	return all, errors.Join(w.errs...)
}

// book books places of somebody's choice for somebody new.
func (s *scene) book(ctx context.Context, places []booking.Place) error {
	r, err := s.request(places)
	if err == nil {
		_, err = s.store.Book(ctx, r)
	}
	return err
}

// chosen books what a rule chooses.
func (s *scene) chosen(choose func(*rand.Rand) []booking.Place) func(context.Context, *rand.Rand) error {
	return func(ctx context.Context, random *rand.Rand) error { return s.book(ctx, choose(random)) }
}

// crowd is everybody who wants the same hub, and takes what the search offers.
type crowd struct {
	*scene
	round  int
	search *search.Search
	// How often a place was asked for that had been offered a moment before, and was gone.
	asked, gone atomic.Int64
}

// before has each round begin at a hub that nobody has looked at yet.
func (c *crowd) before(ctx context.Context) error {
	c.round++
	c.search = c.newSearch()
	return c.search.Refresh(ctx)
}

// take takes what is offered, as often as it is gone.
func (c *crowd) take(ctx context.Context, _ *rand.Rand) error {
	for {
		offers, err := c.search.Offers(ctx, c.snapshot, search.Query{Campaign: c.snapshot.Catalog.Campaigns[0], Hubs: []string{wanted(c.round)}, Offers: 1})
		if err != nil {
			return err
		}
		if len(offers) == 0 {
			return errors.New("no place is left at the hub that everybody wants")
		}
		c.asked.Add(1)
		err = c.book(ctx, offers[0].Places)
		var refusal *booking.Refusal
		if !errors.As(err, &refusal) || refusal.Outcome != booking.NoPlace {
			return err
		}
		c.gone.Add(1)
	}
}

// reader looks for places, and takes none.
type reader struct {
	*scene
	search *search.Search
}

func (r *reader) before(ctx context.Context) error {
	r.search = r.newSearch()
	return r.search.Refresh(ctx)
}

// free asks the store for the first free slots of a hub from a day on.
func (r *reader) free(ctx context.Context, random *rand.Rand) error {
	from := r.midnight.Add(time.Duration(random.IntN(days/2)) * 24 * time.Hour)
	found, err := r.store.Free(ctx, booking.Window{Hub: r.spread[random.IntN(spreadHubs)], From: from, To: from.Add(days * 24 * time.Hour), Limit: 64})
	if err == nil && len(found) == 0 {
		err = errors.New("no place is left at a hub that hardly anybody wants")
	}
	return err
}

// five asks the search for five offers of both doses, anywhere.
func (r *reader) five(ctx context.Context, random *rand.Rand) error {
	found, err := r.search.Offers(ctx, r.snapshot, search.Query{Campaign: r.catalog.Campaigns[0], Hubs: []string{r.spread[random.IntN(spreadHubs)]}, Offers: 5})
	if err == nil && len(found) < 5 {
		err = errors.New("no five offers, though hardly any place is taken")
	}
	return err
}

// naive books as most programs would: statement by statement, in a transaction, with
// one row that counts all places.
type naive struct {
	pool       *pgxpool.Pool
	statements []string
	hub        int32
	midnight   time.Time
}

func (n *naive) book(ctx context.Context, random *rand.Rand) error {
	first := n.midnight.Add(slot(random, crowdDays, slotsADay))
	row := pgx.NamedArgs{
		"person": random.Int64(), "key": random.Int64(), "number": 1<<44 + random.Int64N(1<<48-1<<44),
		"hub": n.hub, "first": float64(first.Unix()), "second": float64(first.Add(apart).Unix()),
	}
	return pgx.BeginFunc(ctx, n.pool, func(tx pgx.Tx) error {
		for _, statement := range n.statements {
			if _, err := tx.Exec(ctx, statement, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// newNaive sends the statements that pgbench sends.
func (s *scene) newNaive() (*naive, error) {
	values := s.copied(same)
	values.One = true
	body, err := text("book.sql", values)
	if err != nil {
		return nil, err
	}
	named := strings.NewReplacer(":person", "@person", ":key", "@key", ":number", "@number", ":hub", "@hub", ":first", "@first", ":second", "@second")
	n := &naive{pool: s.pool, hub: s.ids[wanted(1)], midnight: s.midnight}
	for statement := range strings.Lines(named.Replace(body)) {
		n.statements = append(n.statements, strings.TrimSpace(statement))
	}
	return n, nil
}
