package cluster

import (
	"strings"
	"testing"
)

func TestWhereNoRealNodeCanBe(t *testing.T) {
	tests := map[string]struct {
		system string
		user   int
		want   string
	}{
		"Linux and root":     {"linux", 0, ""},
		"Linux and a person": {"linux", 1000, "a real node needs Linux and root, and this is user 1000; simulated nodes need neither: cluster up --nodes 10"},
		"macOS":              {"darwin", 0, "a real node needs Linux and root, and this is darwin; simulated nodes need neither: cluster up --nodes 10"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := canBeReal(test.system, test.user)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

func TestFlagsAreReplacedWhole(t *testing.T) {
	before := []string{"--a=1", "--a-b=2", "--c"}
	after := instead(before, map[string]string{"a": "3", "c": "4", "d": "5"})
	if got, want := strings.Join(after, " "), "--a=3 --a-b=2 --c=4"; got != want {
		t.Errorf("they are %q, want %q", got, want)
	}
	if before[0] != "--a=1" {
		t.Error("the original was changed")
	}
}
