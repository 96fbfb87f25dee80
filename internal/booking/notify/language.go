/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"embed"
	"strings"
	"text/template"

	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// The verbs that people get messages about.
const (
	verbBook   = "book"
	verbMove   = "move"
	verbCancel = "cancel"
)

// language has the texts of letters.
type language struct {
	words.Language
	text     *template.Template
	subjects map[string]string // by verb
}

//go:embed text
var texts embed.FS

func parsed(file string) *template.Template {
	return template.Must(template.ParseFS(texts, "text/"+file))
}

// languages are the languages of letters.
var languages = []language{
	{
		Language: words.Italian,
		text:     parsed("it.txt"),
		subjects: map[string]string{
			verbBook:   "Prenotazione confermata",
			verbMove:   "Prenotazione spostata",
			verbCancel: "Prenotazione annullata",
		},
	},
	{
		Language: words.English,
		text:     parsed("en.txt"),
		subjects: map[string]string{
			verbBook:   "Booking confirmed",
			verbMove:   "Booking moved",
			verbCancel: "Booking cancelled",
		},
	},
}

// languagesFor returns the language of a BCP 47 tag, or all languages for an unknown tag.
func languagesFor(tag string) []language {
	primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	for i, l := range languages {
		if primary == string(l.Language) {
			return languages[i : i+1]
		}
	}
	return languages
}
