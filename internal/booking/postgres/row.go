/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// What a sealed text is, so that none can be taken for another.
const (
	sealedPerson  = "person"
	sealedContact = "contact"
)

// row is a request as the store takes it.
type row struct {
	hashes       [][]byte
	keys         []string
	sealed       []byte
	sealedWith   string
	number       number.Number
	hubs         []int32
	starts       []time.Time
	contact      []byte
	key, request []byte
}

// sealedText is what is kept of a person, sealed.
type sealedText struct {
	Identifier string `json:"identifier"`
	Born       string `json:"born,omitempty"`
}

func (s *Store) newRow(ctx context.Context, r booking.Request) (row, error) {
	if r.Person.Identifier.IsZero() {
		return row{}, errors.New("book: nobody's identifier: a booking is somebody's")
	}
	var out row
	var err error
	if out.hubs, out.starts, err = s.split(ctx, r.Places); err != nil {
		return row{}, err
	}
	keys := s.keys()
	code := r.Person.Identifier.Reveal()
	for _, h := range keys.Hashes(code) {
		out.hashes = append(out.hashes, h.Sum)
		out.keys = append(out.keys, h.Key)
	}
	text, err := json.Marshal(sealedText{Identifier: code, Born: r.Person.Born.String()})
	if err != nil {
		return row{}, fmt.Errorf("seal the person: %w", err)
	}
	if out.sealed, err = keys.Seal(text, sealedPerson); err != nil {
		return row{}, fmt.Errorf("seal the person: %w", err)
	}
	out.sealedWith = keys.Newest()
	if out.contact, err = s.sealContact(r.Contact); err != nil {
		return row{}, err
	}
	// The key names the request, not the person: that is in the request.
	out.key, out.request = digests(r.By, func(h hash.Hash) {
		write(h, "take", out.hashes[0], r.Campaign.Service, r.Campaign.Name)
		for _, p := range r.Places {
			write(h, p.Hub, p.StartsAt.UTC().Format(time.RFC3339))
		}
	})
	return out, nil
}

// changeRow is a change as the store takes it.
type changeRow struct {
	hashes       [][]byte
	contact      []byte
	key, request []byte
}

func (s *Store) changeRow(verb string, what target) (changeRow, error) {
	out := changeRow{hashes: s.sums(what.Identifier)}
	var err error
	if out.contact, err = s.sealContact(what.Contact); err != nil {
		return changeRow{}, err
	}
	out.key, out.request = digests(what.By, func(h hash.Hash) {
		write(h, verb, out.hashes[0], what.Number.Symbols())
		for _, p := range what.Places {
			write(h, p.Hub, p.StartsAt.UTC().Format(time.RFC3339))
		}
	})
	return out, nil
}

// sums are the hashes under which a person may be known.
func (s *Store) sums(who identifier.Identifier) [][]byte {
	var sums [][]byte
	for _, h := range s.keys().Hashes(who.Reveal()) {
		sums = append(sums, h.Sum)
	}
	return sums
}

func (s *Store) sealContact(c booking.Contact) ([]byte, error) {
	if c.Email == "" && c.Phone == "" {
		return nil, nil
	}
	text, err := json.Marshal(c)
	if err == nil {
		text, err = s.keys().Seal(text, sealedContact)
	}
	if err != nil {
		return nil, fmt.Errorf("seal the contact: %w", err)
	}
	return text, nil
}

// digests give a request's key, and what was asked under it; none without a key.
func digests(b booking.By, ask func(hash.Hash)) (key, request []byte) {
	if b.Key == "" {
		return nil, nil
	}
	sum := sha256.Sum256([]byte(b.Key))
	h := sha256.New()
	ask(h)
	return sum[:], h.Sum(nil)
}

// write adds parts to a digest so that their ends are known.
func write(h hash.Hash, parts ...any) {
	for _, part := range parts {
		var text []byte
		switch part := part.(type) {
		case string:
			text = []byte(part)
		case []byte:
			text = part
		}
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(text))))
		h.Write(text)
	}
}

// newNumber draws a booking number.
func newNumber() (number.Number, error) {
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		return number.Number{}, fmt.Errorf("draw a booking number: %w", err)
	}
	return number.New(random), nil
}

// collided tells whether somebody else did the same at the same moment, so that to
// try again is all it takes: two first requests of one person, one key twice, a
// number that was drawn before.
func collided(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	const serialization, deadlock, unique = "40001", "40P01", "23505"
	return pg.Code == serialization || pg.Code == deadlock || pg.Code == unique
}

// hidden keeps out of an error what PostgreSQL quotes of the rows, and the database's
// password out of a connection's.
func hidden(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return &hiddenError{fmt.Sprintf("the database says %s: %s %s", pg.Code, pg.Message, pg.ConstraintName), err}
	}
	return err
}

type hiddenError struct {
	text  string
	cause error
}

func (e *hiddenError) Error() string { return e.text }
func (e *hiddenError) Unwrap() error { return e.cause }

// undefinedTable tells whether there is no such table yet.
func undefinedTable(err error) bool {
	const code = "42P01"
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == code
}
