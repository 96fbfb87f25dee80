/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// ask is a client's request to the store; slots are days on which the one hub has one slot
// each.
type ask struct {
	verb   string
	who    int
	number string
	days   [2]int
}

// reply is the store's answer.
type reply struct {
	outcome string // "", or why not
	number  string
}

// kept is a booking as the model keeps it.
type kept struct {
	who   int
	state booking.State
	days  [2]int
}

// model has the bookings as one client would make them, one after another: a number of
// places on each day, and the numbers of bookings.
type model struct {
	places   int
	bookings map[string]kept
}

func (m model) taken(day int) int {
	n := 0
	for _, b := range m.bookings {
		for _, d := range b.days {
			if d == day {
				n++
			}
		}
	}
	return n
}

// live returns a person's live booking in a state.
func (m model) live(who int, state booking.State) (string, bool) {
	for number, b := range m.bookings {
		if b.who == who && b.state == state {
			return number, true
		}
	}
	return "", false
}

// room reports whether both days have a place for a booking that gives up its own.
func (m model) room(days [2]int, gives string) bool {
	own := m.bookings[gives].days
	for _, d := range days {
		free := m.places - m.taken(d)
		if gives != "" && slices.Contains(own[:], d) {
			free++
		}
		if free < 1 {
			return false
		}
	}
	return true
}

// next reports whether a reply is right, and returns the state after it.
func (m model) next(a ask, r reply) (bool, model) {
	after := model{m.places, maps.Clone(m.bookings)}
	var want booking.Outcome
	switch b, known := m.bookings[a.number]; {
	case a.verb == "hold" || a.verb == "book":
		want = m.take(a, r.number, after.bookings)
	case a.verb == "expire":
		if known && b.who == a.who && b.state == booking.Held {
			after.bookings[a.number] = kept{who: a.who, state: booking.Lapsed}
		}
	case !known || b.who != a.who:
		want = booking.NotFound
	default:
		want, after.bookings[a.number] = m.change(a, b)
	}
	return r.outcome == string(want), after
}

// take holds or books; nothing says that it succeeds.
func (m model) take(a ask, number string, after map[string]kept) booking.Outcome {
	old, held := m.live(a.who, booking.Held)
	if _, booked := m.live(a.who, booking.Booked); booked {
		return booking.AlreadyBooked
	}
	if !m.room(a.days, old) {
		return booking.NoPlace
	}
	if held {
		after[old] = kept{who: a.who, state: booking.Cancelled}
	}
	after[number] = kept{a.who, map[string]booking.State{"hold": booking.Held, "book": booking.Booked}[a.verb], a.days}
	return ""
}

// change returns what a request makes of a person's booking.
func (m model) change(a ask, b kept) (booking.Outcome, kept) {
	live := b.state == booking.Held || b.state == booking.Booked
	switch {
	case a.verb == "confirm" && live:
		return "", kept{b.who, booking.Booked, b.days}
	case a.verb == "confirm":
		return booking.Expired, b
	case a.verb == "cancel" && live:
		return "", kept{who: b.who, state: booking.Cancelled}
	case a.verb == "cancel":
		return "", b
	case b.state != booking.Booked:
		return booking.Gone, b
	case !m.room(a.days, a.number):
		return booking.NoPlace, b
	}
	return "", kept{b.who, booking.Booked, a.days}
}

func (m model) String() string {
	var out strings.Builder
	for _, number := range slices.Sorted(maps.Keys(m.bookings)) {
		fmt.Fprintln(&out, number, m.bookings[number])
	}
	return out.String()
}

// TestHistoriesAreThoseOfOneClient lets clients hold, book, confirm, move, cancel and
// let lapse at random, all at once, and finds an order in which a single client
// would have had the same answers.
func TestHistoriesAreThoseOfOneClient(t *testing.T) {
	const rounds, clients, each, places, people = 25, 6, 8, 2, 5
	for round := range rounds {
		d := open(t, clients)
		c := d.MakeCatalog(places)
		d = d.with(c)
		h := &history{world: d}
		var all sync.WaitGroup
		for client := range clients {
			random := rand.New(rand.NewPCG(uint64(round), uint64(client)))
			all.Go(func() {
				number := ""
				for range each {
					number = h.do(client, random, random.IntN(people), number)
				}
			})
		}
		all.Wait()
		result, info := porcupine.CheckOperationsVerbose(bookings(places), h.operations, time.Minute)
		if result != porcupine.Ok {
			file := t.ArtifactDir() + "/history.html"
			_ = porcupine.VisualizePath(bookings(places), info, file)
			t.Fatalf("round %d: no single client would have had these answers (%v): see %s", round, result, file)
		}
		d.sound()
		d.Close()
	}
}

func bookings(places int) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return model{places, map[string]kept{}} },
		Step: func(state, input, output any) (bool, any) {
			return as[model](state).next(as[ask](input), as[reply](output))
		},
		Equal: func(a, b any) bool { return as[model](a).String() == as[model](b).String() },
		DescribeOperation: func(input, output any) string {
			return fmt.Sprintf("%+v → %+v", input, output)
		},
		DescribeState: func(state any) string { return as[model](state).String() },
	}
}

// as returns a value that porcupine keeps, with its type.
func as[T any](held any) T {
	t, ok := held.(T)
	if !ok {
		panic(fmt.Sprintf("a %T, want a %T", held, t))
	}
	return t
}

// history records requests and answers.
type history struct {
	world
	ticks      atomic.Int64 // the order in which things began and ended
	mutex      sync.Mutex
	operations []porcupine.Operation
}

// do asks one thing at random, and returns the number of the booking that the client
// now has in hand.
func (h *history) do(client int, random *rand.Rand, who int, number string) string {
	a := ask{verb: []string{"hold", "hold", "book", "confirm", "cancel", "move", "expire"}[random.IntN(7)], who: who, number: number}
	first := 1 + random.IntN(2)
	a.days = [2]int{first, first + 2 + random.IntN(2)}
	begun := h.ticks.Add(1)
	r := h.ask(a)
	ended := h.ticks.Add(1)
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.operations = append(h.operations, porcupine.Operation{ClientId: client, Input: a, Output: r, Call: begun, Return: ended})
	if r.number != "" {
		return r.number
	}
	return number
}

// ask asks the store.
func (h *history) ask(a ask) reply {
	ctx := h.tb.Context()
	places := []booking.Place{h.at(a.days[0], 9), h.at(a.days[1], 9)}
	n, _ := number.Parse(a.number) // none, at first
	mine := booking.Reference{Number: n, Identifier: person(h.tb, a.who).Identifier}
	var b booking.Booking
	var err error
	switch a.verb {
	case "hold":
		b, err = h.Hold(ctx, h.wants(a.who, places...))
	case "book":
		b, err = h.Book(ctx, h.wants(a.who, places...))
	case "confirm":
		b, err = h.Confirm(ctx, mine, booking.Change{Revision: 1})
	case "cancel":
		b, err = h.Cancel(ctx, mine, booking.Change{})
	case "move":
		b, err = h.Move(ctx, mine, booking.Change{Revision: 1, Places: places})
	case "expire":
		h.expire(a)
	}
	var r *booking.Refusal
	switch {
	case err == nil && a.verb == "expire":
		return reply{}
	case err == nil:
		return reply{number: b.Number.Symbols()}
	case errors.As(err, &r):
		return reply{outcome: string(r.Outcome)}
	}
	h.tb.Error(err)
	return reply{outcome: err.Error()}
}

// expire has a hold's time be over, as seen by everybody at once.
func (h *history) expire(a ask) {
	ctx := h.tb.Context()
	connection, err := pgx.Connect(ctx, h.uri)
	if err != nil {
		h.tb.Error(err)
		return
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	sealed := h.sum(a.who)
	err = pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE booking SET expires_at = clock_timestamp() WHERE number = $1 AND state = 'held'
			AND person_id = (SELECT person_id FROM person_hash WHERE hash = $2)`, a.number, sealed); err != nil {
			return err
		}
		var schema string
		if err := tx.QueryRow(ctx, "SELECT name FROM function_schema").Scan(&schema); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "SELECT "+schema+".expire_holds(100)")
		return err
	})
	if err != nil {
		h.tb.Errorf("let a hold lapse: %v", err)
	}
}

// sum returns the hash by which the store knows a person.
func (h *history) sum(who int) []byte {
	return makeKeys(h.tb, "2026-01").Hashes(person(h.tb, who).Identifier.Reveal())[0].Sum
}
