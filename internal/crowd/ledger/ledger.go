/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package ledger records every write that servers acknowledged, one line of JSON each, to
// compare with the database afterwards. Lines reach the disk in batches, a moment after the
// answers: a ledger may miss the newest writes, but never contains one that was not
// acknowledged.
//
// It contains identifiers, of people who do not exist.
package ledger

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// Entry is one acknowledged write.
type Entry struct {
	At           time.Time     `json:"at"` // that the answer was there
	Channel      string        `json:"channel"`
	Verb         string        `json:"verb"` // hold, book, cancel, move
	Number       string        `json:"number"`
	Identifier   string        `json:"identifier"`
	Key          string        `json:"key"`
	Person       int           `json:"person"`
	Appointments []Appointment `json:"appointments,omitempty"`
}

// Appointment is one dose, from the answer.
type Appointment struct {
	Hub   string    `json:"hub"`
	Start time.Time `json:"start"`
}

// Ledger is a file of entries.
type Ledger struct {
	file    *os.File
	entries chan Entry
	written chan error
}

// pause between two batches.
const pause = 200 * time.Millisecond

// New creates the file, or truncates it. A ledger without a name records nothing.
func New(name string, sleep func(context.Context, time.Duration) error) (*Ledger, error) {
	if name == "" {
		return &Ledger{}, nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the file of what is acknowledged: %w", err)
	}
	l := &Ledger{file: file, entries: make(chan Entry, 10_000), written: make(chan error, 1)}
	go func() { l.written <- l.write(sleep) }()
	return l, nil
}

// Add queues an entry. It must not be called after Close.
func (l *Ledger) Add(e Entry) {
	if l.entries != nil {
		l.entries <- e
	}
}

// Close writes what is left.
func (l *Ledger) Close() error {
	if l.entries == nil {
		return nil
	}
	close(l.entries)
	if err := errors.Join(<-l.written, l.file.Close()); err != nil {
		return fmt.Errorf("write what was acknowledged: %w", err)
	}
	return nil
}

// write writes batches until the ledger is closed. After an error it only drains the queue,
// so that the crowd goes on; Close returns the error.
func (l *Ledger) write(sleep func(context.Context, time.Duration) error) error {
	out := bufio.NewWriter(l.file)
	encoder := json.NewEncoder(out)
	var failed error
	for e := range l.entries {
		failed = errors.Join(failed, encoder.Encode(e))
		for more := true; more && failed == nil; {
			select {
			case e, open := <-l.entries:
				if more = open; open {
					failed = encoder.Encode(e)
				}
			default:
				more = false
			}
		}
		if failed == nil {
			failed = errors.Join(out.Flush(), l.file.Sync(), sleep(context.Background(), pause))
		}
	}
	return failed
}
