/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
)

// The sender is made once. It knows the hubs of the catalog that is in force when it asks,
// or of the first where none is.
func TestSendConfirmations(t *testing.T) {
	first, second := revision(t, 7), revision(t, 8)
	var in *binding.Snapshot
	var none, fails error
	made, sent := 0, 0
	var platform Platform
	send := SendConfirmations(func() (*binding.Snapshot, error) { return in, none }, func(of Platform) func(context.Context) error {
		made++
		platform = of
		return func(context.Context) error {
			sent++
			return fails
		}
	})
	for _, step := range []struct {
		name     string
		in       *binding.Snapshot
		none     error
		fails    error
		sent     int
		stations int
	}{
		{name: "no catalog", none: binding.ErrNone},
		{name: "the first", in: first, sent: 1, stations: 7},
		{name: "another", in: second, sent: 2, stations: 8},
		{name: "one that cannot be read", none: errDown, sent: 2, stations: 7},
		{name: "a mail server that is away", in: second, fails: errDown, sent: 3, stations: 8},
	} {
		in, none, fails = step.in, step.none, step.fails
		if err := send(t.Context()); !errors.Is(err, step.fails) {
			t.Errorf("%s: got %v, want %v", step.name, err, step.fails)
		}
		if sent != step.sent || made != min(sent, 1) {
			t.Errorf("%s: sent %d times by %d senders, want %d", step.name, sent, made, step.sent)
		}
		if made == 0 {
			continue
		}
		if hub, known := platform.Hub("fiera-di-roma"); !known || hub.Stations != step.stations || platform.Zone.String() != "Europe/Rome" {
			t.Errorf("%s: the hub has %d stations, in %s, want %d", step.name, hub.Stations, platform.Zone, step.stations)
		}
	}
}
