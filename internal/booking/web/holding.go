/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"bytes"
	"fmt"
)

// holdingPart is the holding page in one language.
type holdingPart struct{ Language, Site, Title, Kept, Again string }

// Holding is the page that whatever stands before the servers shows when none of them
// answers: one file, in all languages, that asks for nothing.
func Holding() ([]byte, error) {
	languages, err := newLanguages(&files{})
	if err != nil {
		return nil, err
	}
	var parts []holdingPart
	for _, l := range languages {
		parts = append(parts, holdingPart{
			Language: l.tag, Site: l.say("site"), Title: l.say("holding.title"), Kept: l.say("holding.kept"), Again: l.say("holding.again"),
		})
	}
	var text bytes.Buffer
	if err := languages[0].templates["holding"].ExecuteTemplate(&text, "layout", parts); err != nil {
		return nil, fmt.Errorf("write the holding page: %w", err)
	}
	return text.Bytes(), nil
}
