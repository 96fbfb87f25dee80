/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package manifest_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/plugin/manifest"
)

// seeds are manifests, good and odd.
func seeds(tb testing.TB) []string {
	tb.Helper()
	samples, err := filepath.Glob("../../../config/samples/*.yaml")
	if err != nil || len(samples) == 0 {
		tb.Fatalf("no samples: %v", err)
	}
	all := []string{
		platform + next + campaign, "{}", "[", "null", "--- ---", "kind: List\nitems: [[], {}, 1]", "kind: [a]\napiVersion: {}",
		"apiVersion: booking.mezzanotte.dev/v1alpha1\nkind: Campaign\nmetadata: []\nspec: 1\nstatus: []",
		"a: &a [*a]", "&a a: *a", "\x00", "kind: CampaignList\nitems: {}", `{"items": [null], "kind": "List"}`,
	}
	for _, sample := range samples {
		content, err := os.ReadFile(sample)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, string(content))
	}
	return all
}

// FuzzRead: whatever a file holds, it is read or refused with a reason; nothing
// panics, and what is read belongs together. The API server's code is
// instrumented with it, so it is slow; TestMangled looks at more in less time.
func FuzzRead(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(readOrRefused)
}

// TestMangled does as FuzzRead, on manifests with some words in the wrong place.
func TestMangled(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := strings.FieldsFunc(strings.Join(seeds(t), "\n"), func(r rune) bool { return r == '\n' || r == ',' })
	for _, seed := range seeds(t) {
		for range 100 {
			readOrRefused(t, mangled(seed, words, random))
		}
	}
}

// mangled is a text in which a few places hold something else.
func mangled(text string, words []string, random *rand.Rand) string {
	for range 1 + random.IntN(4) {
		from := random.IntN(len(text) + 1)
		to := min(len(text), from+random.IntN(30))
		word := words[random.IntN(len(words))]
		switch random.IntN(4) {
		case 0: // something is gone
			word = ""
		case 1: // something comes twice
			word = text[from:to] + text[from:to]
		case 2: // another kind of value
			word = []string{"null", "[]", "{}", "-1", "1e400", "\"", "0x7fffffffffffffff", "&a", "*a", "\t", "\n---\n"}[random.IntN(11)]
		default:
		}
		text = text[:from] + word + text[to:]
	}
	return text
}

func readOrRefused(t *testing.T, text string) {
	objects, err := manifest.Read(t.Context(), manifest.Source{Paths: []string{"-"}, Stdin: strings.NewReader(text)})
	var invalid manifest.Invalid
	switch {
	case errors.As(err, &invalid):
		for _, problem := range invalid {
			if len(problem.Causes) == 0 || strings.TrimSpace(strings.Join(problem.Causes, "")) == "" {
				t.Errorf("refused for no reason:\n%s", text)
			}
		}
	case err != nil && strings.TrimSpace(err.Error()) == "":
		t.Errorf("refused without a word:\n%s", text)
	case err == nil && len(objects.Sets()) == 0:
		t.Errorf("accepted without a platform:\n%s", text)
	}
}
