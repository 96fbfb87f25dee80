/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keyring

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const code = "RSSMRA85T10A562S"

// random returns bytes that differ by seed and are the same in each run.
func random(seed byte) (out [32]byte) {
	for i := range out {
		out[i] = seed ^ byte(i*37+11)
	}
	return out
}

// directory has one key for each name; its secret depends on the name alone.
func directory(t testing.TB, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		seed := byte(0)
		for i := range len(name) {
			seed = seed*31 + name[i]
		}
		write(t, filepath.Join(dir, name), Generate(random(seed)))
	}
	return dir
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func load(t testing.TB, dir string) *Keys {
	t.Helper()
	keys, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func seal(t testing.TB, keys *Keys, plain, purpose string) []byte {
	t.Helper()
	sealed, err := keys.Seal([]byte(plain), purpose)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealedOpens(t *testing.T) {
	keys := load(t, directory(t, "2026-12-01"))
	for name, plain := range map[string]string{
		"an identifier": code,
		"nothing":       "",
		"a long text":   strings.Repeat("x", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			sealed := seal(t, keys, plain, "identifier")
			if plain != "" && bytes.Contains(sealed, []byte(plain)) {
				t.Error("what was sealed can be read")
			}
			got, err := keys.Open(sealed, "identifier")
			if err != nil || string(got) != plain {
				t.Errorf("opened %d bytes, error %v; want the %d that were sealed", len(got), err, len(plain))
			}
			if again := seal(t, keys, plain, "identifier"); bytes.Equal(again, sealed) {
				t.Error("sealed the same way twice: who has the database sees who is the same")
			}
			if got := SealedWith(sealed); got != "2026-12-01" {
				t.Errorf("sealed with %q", got)
			}
		})
	}
}

// keptSealed returns a value that the first version sealed.
func keptSealed(t testing.TB) []byte {
	t.Helper()
	sealed, err := hex.DecodeString("010a323032362d31322d30310c09ef3c774f85e2f39b81459b953696e398be0735ad3a41760dcaaf96bc875bc24aeda74dcdde2b431adb8b")
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// What is in databases must be found and opened for ever.
func TestKeptForEver(t *testing.T) {
	const wantHash = "e4a4f32a32772a2da4085b1556f194a86145edb0128c82ca602b9e637adfaedd"
	keys := load(t, directory(t, "2026-12-01"))
	if got := hex.EncodeToString(keys.Hashes(code)[0].Sum); got != wantHash {
		t.Errorf("hash %s, was %s: nobody's booking would be found any more", got, wantHash)
	}
	got, err := keys.Open(keptSealed(t), "identifier")
	if err != nil || string(got) != code {
		t.Errorf("opened %q, error %v; want %q", got, err, code)
	}
}

func TestChangedIsNotOpened(t *testing.T) {
	keys := load(t, directory(t, "2026-11-01", "2026-12-01"))
	sealed := seal(t, keys, code, "identifier")
	check := func(what string, changed []byte, purpose string) {
		t.Helper()
		plain, err := keys.Open(changed, purpose)
		var missing *MissingError
		if err == nil || !errors.Is(err, ErrChanged) && !errors.As(err, &missing) {
			t.Errorf("%s: opened %d bytes, error %v; want ErrChanged or a MissingError", what, len(plain), err)
		}
		if err != nil && strings.Contains(err.Error(), code) {
			t.Errorf("%s: the error says what was sealed: %v", what, err)
		}
	}
	check("another purpose", sealed, "contact")
	check("a longer purpose", sealed, "identifier ")
	check("no purpose", sealed, "")
	for n := range sealed {
		check(fmt.Sprintf("the first %d bytes", n), sealed[:n], "identifier")
	}
	check("one byte more", append(bytes.Clone(sealed), 0), "identifier")
	for bit := range len(sealed) * 8 {
		changed := bytes.Clone(sealed)
		changed[bit/8] ^= 1 << (bit % 8)
		check(fmt.Sprintf("bit %d flipped", bit), changed, "identifier")
	}
	// The name of the other key, which is as long, and is held.
	check("named for another key", bytes.Replace(sealed, []byte("2026-12-01"), []byte("2026-11-01"), 1), "identifier")
}

// Bytes may not go over from the purpose to the header or back.
func TestPurposeAndHeaderAreApart(t *testing.T) {
	one := load(t, directory(t, "a"))
	sealed := seal(t, one, code, "bc")
	longer := append([]byte{version, 2, 'a', 'b'}, sealed[3:]...)
	dir := t.TempDir()
	content, err := os.ReadFile(filepath.Join(directory(t, "a"), "a"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "ab"), string(content))
	if _, err := load(t, dir).Open(longer, "c"); !errors.Is(err, ErrChanged) {
		t.Errorf("error %v, want ErrChanged", err)
	}
}

func TestRotation(t *testing.T) {
	before := load(t, directory(t, "2026-11-01"))
	during := load(t, directory(t, "2026-11-01", "2026-12-01"))
	after := load(t, directory(t, "2026-12-01"))
	old, renewed := seal(t, before, code, "identifier"), seal(t, during, code, "identifier")

	if diff := cmp.Diff([]string{"2026-11-01", "2026-12-01"}, during.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if got := during.Newest(); got != "2026-12-01" || SealedWith(renewed) != got {
		t.Errorf("newest %q, sealed with %q", got, SealedWith(renewed))
	}
	both := []Hash{before.Hashes(code)[0], after.Hashes(code)[0]}
	if diff := cmp.Diff(both, during.Hashes(code)); diff != "" {
		t.Errorf("hashes (-want +got):\n%s", diff)
	}
	if bytes.Equal(both[0].Sum, both[1].Sum) || len(both[0].Sum) != 32 {
		t.Errorf("hashes %x and %x", both[0].Sum, both[1].Sum)
	}
	for name, tc := range map[string]struct {
		keys    *Keys
		sealed  []byte
		missing string
	}{
		"old by the old":         {before, old, ""},
		"old by both":            {during, old, ""},
		"old by the new":         {after, old, "2026-11-01"},
		"new by the old":         {before, renewed, "2026-12-01"},
		"new by both":            {during, renewed, ""},
		"new by the new":         {after, renewed, ""},
		"new by no key, not one": {&Keys{}, renewed, "2026-12-01"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tc.keys.Open(tc.sealed, "identifier")
			var missing *MissingError
			switch {
			case tc.missing == "" && (err != nil || string(got) != code):
				t.Errorf("opened %q, error %v", got, err)
			case tc.missing != "" && (!errors.As(err, &missing) || missing.Key != tc.missing || !strings.Contains(err.Error(), tc.missing)):
				t.Errorf("error %v, want that %s is missing", err, tc.missing)
			}
		})
	}
}

func TestHashes(t *testing.T) {
	keys := load(t, directory(t, "2026-12-01"))
	if a, b := keys.Hashes(code), keys.Hashes(code); !cmp.Equal(a, b) {
		t.Error("one person, two hashes")
	}
	if a, b := keys.Hashes(code)[0], keys.Hashes("CNTCHR83T41D969D")[0]; cmp.Equal(a, b) {
		t.Error("two persons, one hash")
	}
}

func TestNoKeys(t *testing.T) {
	keys := &Keys{}
	if _, err := keys.Seal([]byte(code), "identifier"); err == nil {
		t.Error("sealed without a key")
	}
	if keys.Newest() != "" || len(keys.Names()) != 0 || len(keys.Hashes(code)) != 0 {
		t.Error("no keys, and yet some")
	}
}

func TestKeysAreNotPrinted(t *testing.T) {
	keys := load(t, directory(t, "2026-11-01"))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("loaded", "keys", keys, "value", *keys)
	hidden := struct{ keys Keys }{*keys} // of which fmt asks no method
	printed := log.String() + keys.String() + keys.GoString()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed += fmt.Sprintf(verb, keys) + fmt.Sprintf(verb, *keys) + fmt.Sprintf(verb, hidden)
	}
	content, err := os.ReadFile(filepath.Join(directory(t, "2026-11-01"), "2026-11-01"))
	if err != nil {
		t.Fatal(err)
	}
	secret, err := decode(content)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{
		string(content[:20]), hex.EncodeToString(secret[:8]), fmt.Sprintf("%d %d %d", secret[0], secret[1], secret[2]),
		fmt.Sprintf("0x%x, 0x%x", secret[0], secret[1]),
	} {
		if strings.Contains(printed, form) {
			t.Errorf("printed: %s in\n%s", form, printed)
		}
	}
	if len(printed) > 2500 || strings.Count(printed, unprinted) < 18 {
		t.Errorf("printed more than that there are keys:\n%s", printed)
	}
}

func FuzzOpen(f *testing.F) {
	keys := load(f, directory(f, "2026-11-01", "2026-12-01"))
	sealed := keptSealed(f) // the same in each of the processes that look
	f.Add(sealed, "identifier")
	f.Add(sealed, "contact")
	f.Add(sealed[:5], "identifier")
	f.Add([]byte{}, "")
	f.Add([]byte{version, 255, 'a'}, "")
	f.Add([]byte{version, 0}, "")
	f.Fuzz(func(t *testing.T, data []byte, purpose string) {
		plain, err := keys.Open(data, purpose)
		genuine := bytes.Equal(data, sealed) && purpose == "identifier"
		if genuine != (err == nil) {
			t.Fatalf("opened %q, error %v", plain, err)
		}
		var missing *MissingError
		if errors.As(err, &missing) && (!isName(missing.Key) || missing.Key != SealedWith(data)) {
			t.Fatalf("missing %q, sealed with %q", missing.Key, SealedWith(data))
		}
	})
}
