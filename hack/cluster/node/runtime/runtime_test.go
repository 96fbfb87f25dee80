package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestBundleIsFound(t *testing.T) {
	tests := map[string]struct {
		args []string
		want string
	}{
		"as two words": {[]string{"--root", "/r", "create", "--bundle", "/b", "id"}, "/b"},
		"as one":       {[]string{"create", "--bundle=/b", "id"}, "/b"},
		"short":        {[]string{"run", "-b", "/b", "id"}, "/b"},
		"not at all":   {[]string{"kill", "id", "9"}, ""},
		"cut off":      {[]string{"create", "--bundle"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := bundle(test.args); got != test.want {
				t.Errorf("it is %q, want %q", got, test.want)
			}
		})
	}
}

func TestOnlySeccompIsLeftOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	before := `{"ociVersion":"1.2.0","process":{"oomScoreAdj":936},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ERRNO"},"cgroupsPath":"/a","big":12345678901234567890}}`
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := withoutSeccomp(path); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var compact map[string]json.RawMessage
	if err := json.Unmarshal(after, &compact); err != nil {
		t.Fatal(err)
	}
	if got, want := string(compact["linux"]), `{"big":12345678901234567890,"cgroupsPath":"/a"}`; got != want {
		t.Errorf("linux is %s, want %s", got, want)
	}
	if got, want := string(compact["process"]), `{"oomScoreAdj":936}`; got != want {
		t.Errorf("process is %s, want %s", got, want)
	}
}
