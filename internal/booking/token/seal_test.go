/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package token

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
)

var now = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

// keys of a vault, one for each byte, in the order in which they are named.
func keys(t testing.TB, of ...byte) func() *keyring.Keys {
	t.Helper()
	dir := t.TempDir()
	for i, each := range of {
		if err := os.WriteFile(filepath.Join(dir, "2026-01-0"+string(rune('1'+i))), []byte(keyring.Generate([32]byte{each})), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k, err := keyring.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return func() *keyring.Keys { return k }
}

type content struct{ Text string }

func TestOpen(t *testing.T) {
	room := Sealer{keys(t, 1), "desk"}
	text, err := room.Close(content{"CNTCHR83T41D969D"}, "form", now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "CNT") {
		t.Error("it can be read")
	}
	changed := []byte(text)
	changed[len(changed)/2] ^= 1
	for name, test := range map[string]struct {
		by      Sealer
		text    string
		purpose string
		now     time.Time
		opens   bool
	}{
		"the same":            {room, text, "form", now, true},
		"at its last second":  {room, text, "form", now.Add(time.Hour), true},
		"too late":            {room, text, "form", now.Add(time.Hour + time.Second), false},
		"for another purpose": {room, text, "cookie", now, false},
		"in another room":     {Sealer{room.Keys, "sign-in"}, text, "form", now, false},
		"by another vault":    {Sealer{keys(t, 2), "desk"}, text, "form", now, false},
		"after a rotation":    {Sealer{keys(t, 1, 2), "desk"}, text, "form", now, true},
		"changed":             {room, string(changed), "form", now, false},
		"cut short":           {room, text[:30], "form", now, false},
		"nothing":             {room, "", "form", now, false},
		"no base64":           {room, "!" + text, "form", now, false},
		"far too long":        {room, strings.Repeat("A", longest+1), "form", now, false},
	} {
		t.Run(name, func(t *testing.T) {
			var got content
			err := test.by.Open(test.text, test.purpose, test.now, &got)
			if opened := err == nil && got.Text == "CNTCHR83T41D969D"; opened != test.opens || !opened && !errors.Is(err, ErrChanged) {
				t.Errorf("got %q and %v", got.Text, err)
			}
		})
	}
}

// While a key file reaches processes one after another, what those seal that have it
// opens in those that have not; and later in those that have no other.
func TestRotation(t *testing.T) {
	old, both, renewed := keys(t, 1), keys(t, 1, 2)(), keys(t, 2)
	for name, test := range map[string]struct {
		shared string
		opens  func() *keyring.Keys
		not    func() *keyring.Keys
	}{
		"as long as nothing is known":   {"", old, renewed},
		"as long as not all have it":    {"2026-01-01", old, renewed},
		"once all have it":              {"2026-01-02", renewed, old},
		"once what all had was removed": {"2025-12-31", old, renewed},
	} {
		t.Run(name, func(t *testing.T) {
			sealing := func() *keyring.Keys { return both.Sharing(test.shared) }
			text, err := Sealer{sealing, "desk"}.Close(content{"x"}, "form", now)
			if err != nil {
				t.Fatal(err)
			}
			var got content
			for _, by := range []func() *keyring.Keys{test.opens, sealing} {
				if err := (Sealer{by, "desk"}).Open(text, "form", now, &got); err != nil {
					t.Error(err)
				}
			}
			if err := (Sealer{test.not, "desk"}).Open(text, "form", now, &got); !errors.Is(err, ErrChanged) {
				t.Errorf("opened by the other key: %v", err)
			}
		})
	}
}

// The same is never sealed the same way: nobody sees that it is.
func TestCloseDiffers(t *testing.T) {
	room := Sealer{keys(t, 1), "desk"}
	a, errA := room.Close(content{"x"}, "form", now)
	b, errB := room.Close(content{"x"}, "form", now)
	if err := errors.Join(errA, errB); err != nil || a == b {
		t.Errorf("%s and %s, %v", a, b, err)
	}
}

func FuzzOpen(f *testing.F) {
	room := Sealer{keys(f, 1), "desk"}
	text, err := room.Close(content{"x"}, "form", now)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text, uint(40), byte('A'))
	f.Add("", uint(0), byte('='))
	f.Fuzz(func(t *testing.T, given string, at uint, to byte) {
		var got content
		if err := room.Open(given, "form", now, &got); err == nil && got.Text != "x" { // as another process sealed it
			t.Errorf("%q opens as %+v", given, got)
		}
		changed := []byte(text)
		changed[at%uint(len(changed))] = to
		if err := room.Open(string(changed), "form", now, &got); err == nil && string(changed) != text {
			t.Errorf("%q opens, and was %q", changed, text)
		}
	})
}
