/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import "slices"

// Selector chooses hubs by their labels, exactly as a Kubernetes label
// selector does. The zero selector chooses every hub.
type Selector struct {
	MatchLabels      map[string]string `json:"matchLabels,omitempty"`
	MatchExpressions []Requirement     `json:"matchExpressions,omitempty"`
}

// Requirement is one condition on one label.
type Requirement struct {
	Key      string   `json:"key"`
	Operator Operator `json:"operator"`
	Values   []string `json:"values,omitempty"`
}

// Operator relates a label to values.
type Operator string

// The operators.
const (
	In           Operator = "In"
	NotIn        Operator = "NotIn"
	Exists       Operator = "Exists"
	DoesNotExist Operator = "DoesNotExist"
)

// Matches reports whether labels satisfy all of s.
func (s Selector) Matches(labels map[string]string) bool {
	for key, want := range s.MatchLabels {
		if value, found := labels[key]; !found || value != want {
			return false
		}
	}
	for _, r := range s.MatchExpressions {
		if !r.holds(labels) {
			return false
		}
	}
	return true
}

// holds reports whether labels satisfy r. An absent label is not in any values; an
// unknown operator matches nothing.
func (r Requirement) holds(labels map[string]string) bool {
	value, found := labels[r.Key]
	switch r.Operator {
	case In:
		return found && slices.Contains(r.Values, value)
	case NotIn:
		return !found || !slices.Contains(r.Values, value)
	case Exists:
		return found
	case DoesNotExist:
		return !found
	default:
		return false
	}
}
