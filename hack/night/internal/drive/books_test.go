/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLost(t *testing.T) {
	ledger := filepath.Join(t.TempDir(), "people.jsonl")
	lines := `{"verb":"hold","number":"AAAA-AAAA-AAAA"}
{"verb":"book","number":"AAAA-AAAA-AAAA","appointments":[{"hub":"termini","start":"2026-12-09T09:00:00Z"},{"hub":"latina","start":"2027-01-09T09:00:00Z"}]}
{"verb":"book","number":"BBBB-BBBB-BBBB","appointments":[{"hub":"termini","start":"2026-12-09T09:00:00Z"}]}
{"verb":"hold","number":"CCCC-CCCC-CCCC"}
`
	if err := os.WriteFile(ledger, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	told, err := acknowledged([]string{ledger, ledger + ".none"})
	if err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 {
		t.Fatalf("told: %v", told)
	}
	a := []string{"termini 2026-12-09T09:00:00Z", "latina 2027-01-09T09:00:00Z"}
	b := []string{"termini 2026-12-09T09:00:00Z"}
	tests := map[string]struct {
		kept map[string][]string
		want int64
	}{
		"all are there":      {map[string][]string{"AAAAAAAAAAAA": a, "BBBBBBBBBBBB": b, "DDDDDDDDDDDD": b}, 0},
		"one is not":         {map[string][]string{"AAAAAAAAAAAA": a}, 1},
		"one is elsewhere":   {map[string][]string{"AAAAAAAAAAAA": a, "BBBBBBBBBBBB": {"latina 2026-12-09T09:00:00Z"}}, 1},
		"one lacks a dose":   {map[string][]string{"AAAAAAAAAAAA": a[:1], "BBBBBBBBBBBB": b}, 1},
		"the store is empty": {nil, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := lost(told, test.kept); got != test.want {
				t.Errorf("lost %d, want %d", got, test.want)
			}
		})
	}
}
