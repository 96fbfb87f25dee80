/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package stage

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// ReadAudit reads the lines of an audit log, each into a Request.
func ReadAudit[Request any](log io.Reader) ([]Request, error) {
	var found []Request
	lines := bufio.NewReader(log)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return found, nil // a last line without an end is still being written
		}
		if err != nil {
			return found, err
		}
		var r Request
		if err := json.Unmarshal(line, &r); err != nil {
			return found, fmt.Errorf("read the audit log: %w", err)
		}
		found = append(found, r)
	}
}
