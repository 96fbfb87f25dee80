/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// The verbs of which people are told.
const (
	verbBook   = "book"
	verbMove   = "move"
	verbCancel = "cancel"
)

// language is how people are told.
type language struct {
	tag      string
	text     *template.Template
	when     func(at time.Time, zone *time.Location) string
	subjects map[string]string // by verb
	services map[string]string // as in a sentence; else as in the catalog
	dose     string            // of how many
	number   string
	file     string
}

//go:embed text
var texts embed.FS

func parsed(file string) *template.Template {
	return template.Must(template.ParseFS(texts, "text/"+file))
}

var italian = language{
	tag:  "it",
	text: parsed("it.txt"),
	when: italianWords,
	subjects: map[string]string{
		verbBook:   "Prenotazione confermata",
		verbMove:   "Prenotazione spostata",
		verbCancel: "Prenotazione annullata",
	},
	services: map[string]string{"Vaccination": "vaccinazione", "Test": "test"},
	dose:     "%s, dose %d di %d",
	number:   "Numero di prenotazione: ",
	file:     "appuntamenti.ics",
}

var english = language{
	tag:  "en",
	text: parsed("en.txt"),
	when: englishWords,
	subjects: map[string]string{
		verbBook:   "Booking confirmed",
		verbMove:   "Booking moved",
		verbCancel: "Booking cancelled",
	},
	services: map[string]string{"Vaccination": "vaccination", "Test": "test"},
	dose:     "%s, dose %d of %d",
	number:   "Booking number: ",
	file:     "appointments.ics",
}

// languagesOf gives the languages of a BCP 47 tag: one that we write, or else both.
func languagesOf(tag string) []language {
	primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	for _, l := range []language{italian, english} {
		if primary == l.tag {
			return []language{l}
		}
	}
	return []language{italian, english}
}

// service in the words of the language.
func (l language) service(name string) string {
	if words, ok := l.services[name]; ok {
		return words
	}
	return name
}

// capital makes the first letter one.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// morning is the hour before which people call it the night between two days.
const morning = 5

// englishWords gives "Wednesday 2 December 2026 at 08:40 CET".
func englishWords(at time.Time, zone *time.Location) string {
	words := opening.Words(at, zone)
	if local := at.In(zone); local.Hour() < morning && !strings.Contains(words, ",") {
		before := local.AddDate(0, 0, -1)
		words += fmt.Sprintf(", in the night between %s and %s", before.Format("Monday 2 January"), local.Format("Monday 2 January"))
	}
	return words
}

var (
	italianDays   = [...]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"}
	italianMonths = [...]string{
		"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
		"luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
	}
)

// italianWords gives "mercoledì 2 dicembre 2026 alle ore 08:40 (CET)".
func italianWords(at time.Time, zone *time.Location) string {
	local := at.In(zone)
	words := fmt.Sprintf("%s %d alle ore %s", italianDay(local), local.Year(), local.Format("15:04 (MST)"))
	if local.Hour() < morning {
		words += fmt.Sprintf(", nella notte tra %s e %s", italianDay(local.AddDate(0, 0, -1)), italianDay(local))
	}
	return words
}

// italianDay gives "mercoledì 2 dicembre".
func italianDay(t time.Time) string {
	return fmt.Sprintf("%s %d %s", italianDays[t.Weekday()], t.Day(), italianMonths[t.Month()-1])
}
