package simulation

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestStagesAreTheGoldenOnes(t *testing.T) {
	const golden = "testdata/stages.yaml"
	got, err := Stages(Pace{Earliest: 5 * time.Second, Latest: 8 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the stages differ from %s; look at the difference and run the test with -update:\n%s", golden, got)
	}
}

func TestDelayUntilReady(t *testing.T) {
	tests := map[string]struct {
		pace                     Pace
		wantEarliest, wantLatest string
	}{
		"a range":                     {Pace{5 * time.Second, 8 * time.Second}, "durationMilliseconds: 5000", "jitterDurationMilliseconds: 8000"},
		"at once":                     {Pace{0, 0}, "durationMilliseconds: 0", "jitterDurationMilliseconds: 0"},
		"latest is never before that": {Pace{20 * time.Second, 8 * time.Second}, "durationMilliseconds: 20000", "jitterDurationMilliseconds: 20000"},
		"less than a second":          {Pace{1500 * time.Millisecond, 1500 * time.Millisecond}, "durationMilliseconds: 1500", "jitterDurationMilliseconds: 1500"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text, err := Stages(test.pace)
			if err != nil {
				t.Fatal(err)
			}
			_, ready, _ := strings.Cut(text, "name: pod-ready")
			ready, _, _ = strings.Cut(ready, "\n---")
			for _, want := range []string{test.wantEarliest, test.wantLatest} {
				if !strings.Contains(ready, "    "+want+"\n") {
					t.Errorf("stage pod-ready has no line %q", want)
				}
			}
		})
	}
}

func TestPaceCannotBeNegative(t *testing.T) {
	if err := (Pace{Earliest: -time.Second}).Valid(); err == nil {
		t.Error("a negative delay was accepted")
	}
	if err := (Pace{}).Valid(); err != nil {
		t.Errorf("no delay was refused: %v", err)
	}
}

func TestNodesDiffer(t *testing.T) {
	names, addresses := map[string]bool{}, map[string]bool{}
	for i := range MostNodes {
		names[NodeName(i)] = true
		addresses[nodeAddress(i)] = true
	}
	if len(names) != MostNodes || len(addresses) != MostNodes {
		t.Errorf("%d nodes have %d names and %d addresses", MostNodes, len(names), len(addresses))
	}
}

func TestNodesAreBigAndNotTainted(t *testing.T) {
	text, err := json.Marshal(Node(4, "v1.37.2"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"cpu":"64"`, `"pods":"1000"`, `"zone-b"`, `"node-005"`, `"v1.37.2"`, `"198.18.128.5"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if strings.Contains(string(text), "taint") {
		t.Error("a simulated node is tainted: ordinary pods would find no room")
	}
}
