/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// told is one acknowledgement that a crowd wrote down.
type told struct {
	Verb         string `json:"verb"`
	Number       string `json:"number"`
	Appointments []struct {
		Hub   string    `json:"hub"`
		Start time.Time `json:"start"`
	} `json:"appointments"`
}

// places formats hubs and times, in order.
func (t told) places() []string {
	var all []string
	for _, a := range t.Appointments {
		all = append(all, place(a.Hub, a.Start))
	}
	slices.Sort(all)
	return all
}

func place(hub string, at time.Time) string { return hub + " " + at.UTC().Format(time.RFC3339) }

// symbols returns a booking's number as the store keeps it.
func symbols(number string) string { return strings.ReplaceAll(number, "-", "") }

// acknowledged reads all acknowledged bookings, with their places.
func acknowledged(ledgers []string) (map[string][]string, error) {
	booked := map[string][]string{}
	for _, path := range ledgers {
		file, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			var t told
			if err := json.Unmarshal(lines.Bytes(), &t); err != nil {
				return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), file.Close())
			}
			if t.Verb == "book" {
				booked[symbols(t.Number)] = t.places()
			}
		}
		if err := errors.Join(lines.Err(), file.Close()); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	return booked, nil
}

// kept reads all bookings in the store, with their places.
func kept(ctx context.Context, uri string) (map[string][]string, error) {
	connection, err := pgx.Connect(ctx, uri)
	if err != nil {
		return nil, fmt.Errorf("count the bookings: %w", err)
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	rows, err := connection.Query(ctx, `SELECT b.number, h.name, a.starts_at
		FROM booking b JOIN appointment a ON a.booking_id = b.id JOIN hub h ON h.id = a.hub_id WHERE b.state = 'booked'`)
	if err != nil {
		return nil, fmt.Errorf("count the bookings: %w", err)
	}
	booked := map[string][]string{}
	var number, hub string
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&number, &hub, &at}, func() error {
		booked[number] = append(booked[number], place(hub, at))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the bookings: %w", err)
	}
	return booked, nil
}

// lost counts acknowledged bookings that the store does not have, or has differently.
func lost(acknowledged, kept map[string][]string) (n int64) {
	for number, places := range acknowledged {
		have, found := kept[number]
		slices.Sort(have)
		if !found || len(places) > 0 && !slices.Equal(places, have) {
			n++
		}
	}
	return n
}

// count counts everything from the rows.
func (n *nightly) count(ctx context.Context, uri string, ledgers []string) (night.Store, error) {
	keys, err := keyring.Load(n.path("keys"))
	if err != nil {
		return night.Store{}, err
	}
	s, err := postgres.Open(ctx, postgres.Options{URI: uri, Connections: 1, Keys: func() *keyring.Keys { return keys }})
	if err != nil {
		return night.Store{}, err
	}
	defer s.Close()
	a, err := s.Recount(ctx)
	if err != nil {
		return night.Store{}, err
	}
	told, err := acknowledged(ledgers)
	if err != nil {
		return night.Store{}, err
	}
	have, err := kept(ctx, uri)
	if err != nil {
		return night.Store{}, err
	}
	return night.Store{
		Oversold: a.Oversold, Duplicates: a.Duplicates, Early: a.Early, Broken: a.Broken, Astray: a.Astray, Booked: a.Booked,
		Acknowledged: int64(len(told)), Lost: lost(told, have),
	}, nil
}
