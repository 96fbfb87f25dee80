/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// Manager is the field manager under which changes are written.
const Manager = "kubectl-mezzanotte"

// field returns the spec's field that the verb changes.
func (r Request) field() string {
	if r.Verb == Postpone {
		return "opening"
	}
	return "pause"
}

// Owners lists the field managers other than kubectl that own the field, for example a
// pipeline that will write it again.
func (c *Change) Owners() ([]string, error) {
	var owners []string
	for _, entry := range c.Before.ManagedFields {
		if entry.FieldsV1 == nil || entry.Subresource != "" || strings.HasPrefix(entry.Manager, "kubectl") {
			continue
		}
		var fields struct {
			Spec map[string]json.RawMessage `json:"f:spec"`
		}
		if err := json.NewDecoder(entry.FieldsV1.GetRawReader()).Decode(&fields); err != nil {
			return nil, fmt.Errorf("read the fields of manager %s: %w", entry.Manager, err)
		}
		if _, owns := fields.Spec["f:"+c.field()]; owns && !slices.Contains(owners, entry.Manager) {
			owners = append(owners, entry.Manager)
		}
	}
	slices.Sort(owners)
	return owners, nil
}

// Record is the change in one line for the annotation and the event: who, when, what, why.
func (c *Change) Record(who string) string {
	text := fmt.Sprintf("%s %s: %s", c.Now.UTC().Format("2006-01-02T15:04:05Z"), who, c.Verb)
	if c.Verb == Postpone {
		text += fmt.Sprintf(" from %s to %s", civil(c.From.Opening), civil(c.To.Opening))
	}
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	return text
}

func civil(at v1alpha1.CivilTime) string {
	return fmt.Sprintf("%s %s %s", at.Date, at.Time, at.TimeZone)
}
