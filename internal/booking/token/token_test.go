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

// keys returns a keyring with one key for each byte, in the order of their names.
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
	scope := Codec{keys(t, 1), "desk"}
	text, err := scope.Seal(content{"CNTCHR83T41D969D"}, "form", now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "CNT") {
		t.Error("it can be read")
	}
	changed := []byte(text)
	changed[len(changed)/2] ^= 1
	for name, test := range map[string]struct {
		by      Codec
		text    string
		purpose string
		now     time.Time
		opens   bool
	}{
		"the same":            {scope, text, "form", now, true},
		"at its last second":  {scope, text, "form", now.Add(time.Hour), true},
		"too late":            {scope, text, "form", now.Add(time.Hour + time.Second), false},
		"for another purpose": {scope, text, "cookie", now, false},
		"in another scope":    {Codec{scope.Keys, "sign-in"}, text, "form", now, false},
		"by another keyring":  {Codec{keys(t, 2), "desk"}, text, "form", now, false},
		"after a rotation":    {Codec{keys(t, 1, 2), "desk"}, text, "form", now, true},
		"changed":             {scope, string(changed), "form", now, false},
		"cut short":           {scope, text[:30], "form", now, false},
		"nothing":             {scope, "", "form", now, false},
		"no base64":           {scope, "!" + text, "form", now, false},
		"far too long":        {scope, strings.Repeat("A", longest+1), "form", now, false},
	} {
		t.Run(name, func(t *testing.T) {
			var got content
			err := test.by.Open(test.text, test.purpose, test.now, &got)
			if opened := err == nil && got.Text == "CNTCHR83T41D969D"; opened != test.opens || !opened && !errors.Is(err, ErrInvalid) {
				t.Errorf("got %q and %v", got.Text, err)
			}
		})
	}
}

// During a rotation, tokens from processes with the new key open in processes that lack it,
// and later in processes that have only the new one.
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
			text, err := Codec{sealing, "desk"}.Seal(content{"x"}, "form", now)
			if err != nil {
				t.Fatal(err)
			}
			var got content
			for _, by := range []func() *keyring.Keys{test.opens, sealing} {
				if err := (Codec{by, "desk"}).Open(text, "form", now, &got); err != nil {
					t.Error(err)
				}
			}
			if err := (Codec{test.not, "desk"}).Open(text, "form", now, &got); !errors.Is(err, ErrInvalid) {
				t.Errorf("opened by the other key: %v", err)
			}
		})
	}
}

// Equal contents give different tokens, so nobody can see that they are equal.
func TestSealDiffers(t *testing.T) {
	scope := Codec{keys(t, 1), "desk"}
	a, errA := scope.Seal(content{"x"}, "form", now)
	b, errB := scope.Seal(content{"x"}, "form", now)
	if err := errors.Join(errA, errB); err != nil || a == b {
		t.Errorf("%s and %s, %v", a, b, err)
	}
}

func FuzzOpen(f *testing.F) {
	scope := Codec{keys(f, 1), "desk"}
	text, err := scope.Seal(content{"x"}, "form", now)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text, uint(40), byte('A'))
	f.Add("", uint(0), byte('='))
	f.Fuzz(func(t *testing.T, given string, at uint, to byte) {
		var got content
		if err := scope.Open(given, "form", now, &got); err == nil && got.Text != "x" { // as another process sealed it
			t.Errorf("%q opens as %+v", given, got)
		}
		changed := []byte(text)
		changed[at%uint(len(changed))] = to
		if err := scope.Open(string(changed), "form", now, &got); err == nil && string(changed) != text {
			t.Errorf("%q opens, and was %q", changed, text)
		}
	})
}
