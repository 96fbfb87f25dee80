/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package stage

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestReadAudit(t *testing.T) {
	type request struct{ Verb string }
	tests := map[string]struct {
		log       string
		want      []request
		wantError string
	}{
		"nothing":                      {"", nil, ""},
		"two requests":                 {"{\"verb\":\"get\"}\n{\"verb\":\"patch\"}\n", []request{{"get"}, {"patch"}}, ""},
		"one that is still written":    {"{\"verb\":\"get\"}\n{\"verb\":\"pat", []request{{"get"}}, ""},
		"one that is no JSON":          {"{\"verb\":\"get\"}\nnonsense\n", []request{{"get"}}, "read the audit log: invalid character"},
		"a verb that is not a text":    {"{\"verb\":1}\n", nil, "read the audit log: json: cannot unmarshal number"},
		"more than a buffer in a line": {"{\"verb\":\"get\",\"user\":\"" + strings.Repeat("x", 1<<17) + "\"}\n", []request{{"get"}}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ReadAudit[request](strings.NewReader(test.log))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if (err == nil) != (test.wantError == "") || err != nil && !strings.HasPrefix(err.Error(), test.wantError) {
				t.Errorf("error %v, want %q", err, test.wantError)
			}
		})
	}
	broken := errors.New("the disk is gone")
	if _, err := ReadAudit[request](iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("of a log that cannot be read: %v", err)
	}
}
