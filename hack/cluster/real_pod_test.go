//go:build node

package main

import (
	"bytes"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// testWitness checks that a pod gets what it is promised.
func testWitness(t *testing.T, c cli) {
	c.t = t
	kubectl := []string{"kubectl", "--name", real, "--"}
	ask := func(words ...string) string { return c.run(append(kubectl, words...)...) }
	ask("apply", "--filename", "testdata/witness.yaml")
	ask("wait", "pod/witness", "--for=condition=Ready", "--timeout=60s")
	address := "http://" + ask("get", "pod", "witness", "-o", "jsonpath={.status.podIP}") + ":8080"
	says := []struct{ what, path, want string }{
		{"its ConfigMap", "/read?path=/settings/word", "settings"},
		{"its Secret", "/read?path=/sealed/word", "sealed"},
		{"a folder of its own", "/keep?path=/room/word&text=kept", "kept"},
		{"what is kept there", "/read?path=/room/word", "kept"},
		{"who calls", "/caller", c.state(real).Real.Network.Machine.String()},
		{"who it is", "/api", "system:serviceaccount:default:default"},
	}
	for _, say := range says {
		if got := get(t, address+say.path); !strings.Contains(got, say.want) {
			t.Errorf("%s: %q, want %q", say.what, got, say.want)
		}
	}
	// A quarter of a processor for a second, and a moment's grace.
	if got, err := strconv.Atoi(get(t, address+"/burn")); err != nil || got > 400 {
		t.Errorf("with 250 ms a second it got %d ms, %v", got, err)
	}
	if restarts := ask("get", "pod", "witness", "-o", "jsonpath={.status.containerStatuses[0].restartCount}"); restarts != "0" {
		t.Errorf("its probes restarted it %s times", restarts)
	}

	var log bytes.Buffer
	follow := exec.Command(c.program, append(kubectl, "logs", "--follow", "witness")...)
	follow.Stdout = &log
	if err := follow.Start(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	ask("delete", "pod", "witness")
	took := time.Since(began)
	_ = follow.Wait() // it may end with the pod, or be told that there is none
	if took < 3*time.Second || took > 9*time.Second {
		t.Errorf("it ended after %s, not after its sleep of 3 s and before its grace of 10 s", took)
	}
	if got, want := log.String(), "greeting\ntold to end\n"; got != want {
		t.Errorf("its log says %q, want %q", got, want)
	}
}
