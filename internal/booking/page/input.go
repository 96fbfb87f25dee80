/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/
package page

import (
	"html/template"
	"strings"
)

// Input is one field of a form and what is wrong with it, as parts/parts.html shows it.
type Input struct {
	Name        string
	Label, Hint string // keys of their texts; Hint may be ""
	Problem     string // in words, or ""
	Value       any
	More        template.HTMLAttr // further attributes
}

// newInput is the template function "input". The field is "NAME LABEL HINT", such as "day
// find.day find.day.hint": its name and the keys of its label and its hint, which may be
// absent. It ignores empty attributes.
func newInput(form interface{ Problem(string) string }, field string, value any, attributes ...string) Input {
	words := append(strings.Fields(field), "", "")
	i := Input{Name: words[0], Label: words[1], Hint: words[2], Problem: form.Problem(words[0]), Value: value}
	for _, each := range attributes {
		if each != "" {
			i.More += template.HTMLAttr(" " + each)
		}
	}
	return i
}

// attribute is the template function "when": it returns an attribute if it applies.
func attribute(holds bool, text string) string {
	if holds {
		return text
	}
	return ""
}

// Description returns the attribute that refers to the hint and the problem.
func (i Input) Description() template.HTMLAttr {
	var ids []string
	if i.Hint != "" {
		ids = append(ids, i.Name+"-hint")
	}
	if i.Problem != "" {
		ids = append(ids, i.Name+"-problem")
	}
	if len(ids) == 0 {
		return ""
	}
	return template.HTMLAttr(` aria-describedby="` + strings.Join(ids, " ") + `"`)
}

// Invalid returns the attribute of a field that has a problem.
func (i Input) Invalid() template.HTMLAttr {
	return template.HTMLAttr(attribute(i.Problem != "", ` aria-invalid="true"`))
}

// Described returns both.
func (i Input) Described() template.HTMLAttr { return i.Description() + i.Invalid() }
