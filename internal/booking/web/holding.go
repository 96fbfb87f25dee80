/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import "github.com/mezzanotte/mezzanotte/internal/booking/page"

// holdingPart is the holding page in one language.
type holdingPart struct{ Language, Site, Title, Kept, Again string }

// Holding returns the page that a proxy shows while no server answers: one file in all
// languages, which loads nothing.
func Holding() ([]byte, error) {
	languages, err := page.NewLanguages(page.Book{Templates: page.Folder(templates, "templates"), Files: &page.Files{}})
	if err != nil {
		return nil, err
	}
	var parts []holdingPart
	for _, l := range languages {
		parts = append(parts, holdingPart{
			Language: l.Tag(), Site: l.Say("site"), Title: l.Say("holding.title"), Kept: l.Say("holding.kept"), Again: l.Say("holding.again"),
		})
	}
	return languages[0].Render("holding", parts)
}
