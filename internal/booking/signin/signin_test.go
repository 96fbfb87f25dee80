/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestPassword(t *testing.T) {
	w := newWorld(t, nil)
	for name, test := range map[string]struct {
		name, password string
		agent          string
	}{
		"right":                  {"anna", annas, "anna"},
		"in capitals, by phones": {" Anna ", annas, "anna"},
		"another's":              {"anna", brunos, ""},
		"none":                   {"anna", "", ""},
		"longer":                 {"anna", annas + "x", ""},
		"endless":                {"anna", strings.Repeat("x", longestPassword+1), ""},
		"of nobody":              {"carla", annas, ""},
		"of no name":             {"", annas, ""},
		"of an endless name":     {strings.Repeat("a", 1000), annas, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := jar{}
			agent, err := w.password(b, test.name, test.password)
			if agent != test.agent || (err == nil) != (test.agent != "") || err != nil && !errors.Is(err, ErrWrong) {
				t.Errorf("got %q, %v, want %q", agent, err, test.agent)
			}
			if got := w.agent(b); got != test.agent {
				t.Errorf("%q has signed in, want %q", got, test.agent)
			}
		})
	}
	said := w.log.String()
	for _, want := range []string{"msg=access agent=anna verb=sign-in outcome=done", "agent=anna verb=sign-in outcome=wrong-password", `agent="" verb=sign-in outcome=wrong-password`} {
		if !strings.Contains(said, want) {
			t.Errorf("the trail does not say %s: %s", want, said)
		}
	}
	for _, secret := range []string{"cavallo", "carla", "aaaa", "argon2id"} {
		if strings.Contains(said, secret) {
			t.Errorf("the log says %s: %s", secret, said)
		}
	}
}

// Response times do not reveal which names exist.
func TestUnknownNamesTakeAsLong(t *testing.T) {
	all, err := parseAgents(lines()["anna"])
	if err != nil {
		t.Fatal(err)
	}
	take := func(name string) int64 {
		return testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				if right, err := all.check(t.Context(), []byte("s"), name, "something wrong"); right || err != nil {
					t.Fatal(right, err)
				}
			}
		}).NsPerOp()
	}
	known, unknown := take("anna"), take("carla")
	if unknown < known/3 || known < unknown/3 || known < 1_000_000 {
		t.Errorf("a known name takes %d ns, an unknown one %d", known, unknown)
	}
}

// However many guess, from wherever, an agent signs in at their own browser.
func TestGuesses(t *testing.T) {
	w := newWorld(t, nil)
	own, b := jar{}, jar{}
	for _, each := range [][2]string{{"anna", annas}, {"bruno", brunos}} {
		if _, err := w.password(own, each[0], each[1]); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.guesses(b, func(n int) string { w.from = fmt.Sprint("192.0.2.", n); return "anna" }); n != 10 {
		t.Errorf("%d guesses from as many addresses", n)
	}
	if _, err := w.password(b, "anna", annas); !errors.As(err, &RateLimitError{}) {
		t.Errorf("the eleventh, right by chance: %v", err)
	}
	if _, err := w.password(own, "anna", annas); err != nil {
		t.Errorf("the agent, at their own browser: %v", err)
	}
	if n := w.guesses(own, func(int) string { return "anna" }); n != 10 {
		t.Errorf("%d guesses at the agent's own browser", n)
	}
	w.later(time.Minute)
	if _, err := w.password(b, "anna", annas); err != nil {
		t.Errorf("a minute later: %v", err)
	}

	w.from = "198.51.100.1"
	if n := w.guesses(jar{}, func(n int) string { return fmt.Sprint("name", n) }); n != 50 {
		t.Errorf("%d names from one address", n)
	}
	if _, err := w.password(own, "bruno", brunos); err != nil {
		t.Errorf("an agent behind the same address, at their own browser: %v", err)
	}
}

// guesses returns the number of wrong passwords before a guess is refused.
func (w *world) guesses(b jar, name func(n int) string) int {
	w.t.Helper()
	for n := range 100 {
		_, err := w.password(b, name(n), "something wrong")
		var often RateLimitError
		if errors.As(err, &often) {
			if often.After <= 0 || often.After > time.Minute {
				w.t.Errorf("told to wait %v", often.After)
			}
			return n
		}
	}
	return -1
}

// A call centre begins its day from one address.
func TestRightPasswordsAreNoGuesses(t *testing.T) {
	w := newWorld(t, nil)
	for range 60 {
		if _, err := w.password(jar{}, "anna", annas); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*world, jar)
		agent  string
	}{
		"at once":               {func(*world, jar) {}, "anna"},
		"not used for a while":  {func(w *world, _ jar) { w.later(Idle) }, "anna"},
		"not used for too long": {func(w *world, _ jar) { w.later(Idle + time.Second) }, ""},
		"used all along": {func(w *world, b jar) {
			for range 19 {
				w.later(Idle)
				w.agent(b)
			}
		}, "anna"},
		"longer than a shift": {func(w *world, b jar) {
			for range 21 {
				w.later(Idle)
				w.agent(b)
			}
		}, ""},
		"signed out": {func(w *world, b jar) {
			answer := httptest.NewRecorder()
			w.SignOut(answer, b.request("POST", "/sign-out"))
			b.keep(w.t, answer)
		}, ""},
		"taken out of the file": {func(w *world, _ jar) { w.write(agentsFile, lines()["bruno"]); w.later(lookEvery) }, ""},
		"another in the file": {func(w *world, _ jar) {
			w.write(agentsFile, lines()["anna"]+"\n"+lines()["bruno"])
			w.later(lookEvery)
		}, "anna"},
		"another password": {func(w *world, _ jar) {
			line, err := NewLine("anna", "something else 9")
			if err != nil {
				t.Fatal(err)
			}
			w.write(agentsFile, line)
			w.later(lookEvery)
		}, ""},
		"the file broken": {func(w *world, _ jar) { w.write(agentsFile, "anna"); w.later(lookEvery) }, "anna"},
		"changed": {func(_ *world, b jar) {
			c := b["__Host-agent"]
			c.Value = c.Value[:40] + "A" + c.Value[41:]
		}, ""},
		"another cookie of ours": {func(_ *world, b jar) { b["__Host-agent"].Value = b["__Host-agent-browser"].Value }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w, b := newWorld(t, nil), jar{}
			if _, err := w.password(b, "anna", annas); err != nil {
				t.Fatal(err)
			}
			test.change(w, b)
			if got := w.agent(b); got != test.agent {
				t.Errorf("%q sits there, want %q", got, test.agent)
			}
			if strings.Contains(w.log.String(), "argon2id") {
				t.Errorf("the log says a hash: %s", w.log.String())
			}
		})
	}
}
