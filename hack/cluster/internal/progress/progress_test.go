package progress

import (
	"strings"
	"testing"
	"time"
)

func TestRender(t *testing.T) {
	tests := map[string]struct {
		elapsed time.Duration
		detail  string
		want    string
	}{
		"minutes in whole seconds": {195*time.Second + 700*time.Millisecond, "812 packages compiled", "building: 3m15s, 812 packages compiled"},
		"seconds in tenths":        {7249 * time.Millisecond, "done", "building: 7.2s, done"},
		"nothing to add":           {12 * time.Second, "", "building: 12s"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := render("building", test.elapsed, test.detail); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWithoutATerminalALineIsWrittenOnce(t *testing.T) {
	var out strings.Builder
	line := Start(&out, "starting")
	line.Set("waiting for etcd")
	line.Stop("done")
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.HasSuffix(got, ", done\n") || strings.Contains(got, "\r") {
		t.Errorf("wrote %q", got)
	}
}
