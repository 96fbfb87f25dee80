/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// Invalid lists everything that is wrong with the manifests.
type Invalid []Problem

// Problem lists what is wrong with one object.
type Problem struct {
	at place
	// Causes name the field, what is wrong and what would be right.
	Causes []string
}

// place of an object.
type place struct {
	file     string
	document int
	// kind and name, as far as they are known.
	kind, name string
}

// Error lists every problem in the format of kubectl's validation errors.
func (i Invalid) Error() string {
	text := "the manifests are invalid"
	for _, problem := range i {
		text += "\n\n" + problem.String()
	}
	return text
}

func (p Problem) String() string {
	text := p.at.where() + ":"
	if p.at.kind != "" && p.at.name != "" {
		text = fmt.Sprintf("%s: The %s %q is invalid:", p.at.where(), p.at.kind, p.at.name)
	}
	for _, cause := range p.Causes {
		text += "\n* " + strings.ReplaceAll(cause, "\n", "\n  ")
	}
	return text
}

func (p place) where() string {
	return fmt.Sprintf("%s, document %d", p.file, p.document)
}

// complain adds a problem if there are errors. Equal errors are listed once.
func (r *reader) complain(at place, wrong ...error) {
	var causes []string
	for _, err := range wrong {
		if err != nil && !slices.Contains(causes, err.Error()) {
			causes = append(causes, err.Error())
		}
	}
	if len(causes) > 0 {
		r.wrong = append(r.wrong, Problem{at: at, Causes: causes})
	}
}
