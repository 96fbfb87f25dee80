/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package identifier

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// No way to print, log or marshal an identifier reveals its code.
func TestNothingLeaks(t *testing.T) {
	const secret = "RSSMRA85T10A562S"
	id := parse(t, secret)
	type request struct {
		Who    Identifier
		hidden Identifier // fmt calls no methods here
		list   []Identifier
		keyed  map[string]*Identifier
	}
	r := request{id, id, []Identifier{id}, map[string]*Identifier{"who": &id}}
	said := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%T"} {
		for name, value := range map[string]any{
			"itself": id, "a pointer": &id, "a struct": r, "a pointer to a struct": &r, "a list": r.list, "a map": r.keyed,
			"an error": fmt.Errorf("book %v: %w", id, fmt.Errorf("no")),
		} {
			said[verb+" of "+name] = fmt.Sprintf(verb, value)
		}
	}
	for name, value := range map[string]any{"itself": id, "a struct": r, "a list": r.list, "a pointer": &id, "a value of a map": r.keyed} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		said["JSON of "+name] = string(text)
	}
	var log strings.Builder
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(handler).Info("asked", "who", id, "request", r, "pointer", &r, "group", slog.GroupValue(slog.Any("who", id)))
	}
	said["the log"] = log.String()

	for name, text := range said {
		if strings.Contains(text, secret) || strings.Contains(strings.ToUpper(text), fmt.Sprintf("%X", secret)) || strings.Contains(text, secret[6:]) {
			t.Errorf("%s says %s", name, text)
		}
	}
	for _, name := range []string{"%v of itself", "%#v of itself", "JSON of itself", "the log"} {
		if !strings.Contains(said[name], redacted) {
			t.Errorf("%s says %s, want %s", name, said[name], redacted)
		}
	}
	if id.Reveal() != secret {
		t.Errorf("revealed %s", id.Reveal())
	}
}

func TestKindsHaveNames(t *testing.T) {
	for kind, want := range map[Kind]string{
		FiscalCode: "codice fiscale", TemporaryFiscalCode: "temporary codice fiscale", STP: "STP code", ENI: "ENI code", 0: "no identifier",
	} {
		if got := kind.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
