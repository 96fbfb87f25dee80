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

// The purposes of sealed texts: a text that is sealed for one cannot be used for another.
const (
	sealedPerson  = "person"
	sealedContact = "contact"
)

// row is a request as take_places takes it.
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

// sealedText holds the personal data that are kept sealed.
type sealedText struct {
	Identifier string `json:"identifier"`
	Born       string `json:"born,omitempty"`
}

func (s *Store) newRow(ctx context.Context, r booking.Request) (row, error) {
	if r.Person.Identifier.IsZero() {
		return row{}, errors.New("book: the request has no identifier")
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
	// The key names the request, not the person: the request says whose it is.
	out.key, out.request = digests(r.By, func(h hash.Hash) {
		write(h, "take", out.hashes[0], r.Campaign.Service, r.Campaign.Name)
		for _, p := range r.Places {
			write(h, p.Hub, p.StartsAt.UTC().Format(time.RFC3339))
		}
	})
	return out, nil
}

// common returns the arguments that the functions of all verbs have.
func (s *Store) common(v verb, what target) arguments {
	hashes := s.sums(what.Identifier)
	key, request := digests(what.By, func(h hash.Hash) {
		write(h, v.name, hashes[0], what.Number.Symbols())
		for _, p := range what.Places {
			write(h, p.Hub, p.StartsAt.UTC().Format(time.RFC3339))
		}
	})
	return arguments{
		"number": what.Number.Symbols(), "hashes": hashes,
		"channel": what.By.Channel, "actor": nullable(what.By.Agent), "key": key, "request": request,
	}
}

// sums returns the hashes under which a person may be known.
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

// digests returns the digest of a request's key and that of the request; nil without a
// key.
func digests(b booking.By, ask func(hash.Hash)) (key, request []byte) {
	if b.Key == "" {
		return nil, nil
	}
	sum := sha256.Sum256([]byte(b.Key))
	h := sha256.New()
	ask(h)
	return sum[:], h.Sum(nil)
}

// write adds parts to a digest, each after its length.
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

// conflicts reports whether a retry helps, because another request did the same at the same
// moment: two first requests of one person, one key twice, one booking number drawn twice.
func conflicts(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	const serialization, deadlock, unique = "40001", "40P01", "23505"
	return pg.Code == serialization || pg.Code == deadlock || pg.Code == unique
}

// hidden removes from an error the values that PostgreSQL quotes from rows, and the database's
// password.
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

// undefined reports whether a table or function does not exist yet.
func undefined(err error) bool {
	const table, function = "42P01", "42883"
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == table || pg.Code == function)
}
