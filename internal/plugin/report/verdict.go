/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"fmt"
	"strings"
)

// Infeasible lists the campaigns whose future openings are not feasible.
func (r Report) Infeasible() []string {
	return r.those(func(c Campaign) bool { return !c.Over && c.Feasible != nil && !*c.Feasible })
}

// Invalid lists the campaigns with an invalid opening or closing.
func (r Report) Invalid() []string {
	return r.those(func(c Campaign) bool { return c.Invalid != "" })
}

// unknown lists the campaigns of unknown feasibility.
func (r Report) unknown() []string {
	return r.those(func(c Campaign) bool { return !c.Over && c.Feasible == nil && c.Invalid == "" })
}

func (r Report) those(which func(Campaign) bool) []string {
	var names []string
	for _, p := range r.Platforms {
		for _, c := range p.Campaigns {
			if which(c) {
				names = append(names, c.Name)
			}
		}
	}
	return names
}

// summary is the report in one sentence.
func (r Report) summary() string {
	ahead := r.those(func(c Campaign) bool { return !c.Over })
	var parts []string
	say := func(what string, names []string) {
		if len(names) > 0 {
			parts = append(parts, what+" "+strings.Join(names, ", "))
		}
	}
	say("not feasible", r.Infeasible())
	say("invalid", r.Invalid())
	say("unknown", r.unknown())
	switch {
	case len(ahead) == 0 && len(parts) == 0:
		return "no opening lies ahead"
	case len(parts) == 0:
		parts = []string{"all feasible"}
	}
	noun := "openings"
	if len(ahead) == 1 {
		noun = "opening"
	}
	return fmt.Sprintf("%d %s ahead: %s", len(ahead), noun, strings.Join(parts, "; "))
}
