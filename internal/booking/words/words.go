/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package words says dates, instants, services and appointments in Italian and English.
// Pages, e-mails and calendars take them from here, so that all say the same.
//
//	Instant      mercoledì 2 dicembre 2026 alle ore 00:00 (CET), la mezzanotte tra martedì 1 dicembre e mercoledì 2 dicembre
//	Date         2 dicembre 1946
//	Appointment  Vaccinazione, dose 1 di 2
package words

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// Language is the BCP 47 tag of a language that people are written to in.
type Language string

// The languages.
const (
	Italian Language = "it"
	English Language = "en"
)

// vocabulary holds what differs between languages by its words alone.
type vocabulary struct {
	services     map[string]string // within a sentence
	dose         string
	number       string
	calendarFile string
}

var vocabularies = map[Language]vocabulary{
	Italian: {
		services:     map[string]string{"Vaccination": "vaccinazione", "Test": "test"},
		dose:         "%s, dose %d di %d",
		number:       "Numero di prenotazione: %s",
		calendarFile: "appuntamenti.ics",
	},
	English: {
		services:     map[string]string{"Vaccination": "vaccination", "Test": "test"},
		dose:         "%s, dose %d of %d",
		number:       "Booking number: %s",
		calendarFile: "appointments.ics",
	},
}

// Service returns the words for a service within a sentence: "vaccinazione". It returns a
// service that it does not know as it is.
func (l Language) Service(name string) string {
	if words, known := vocabularies[l].services[name]; known {
		return words
	}
	return name
}

// Appointment returns the title of one of a booking's appointments: "Vaccinazione, dose 1
// di 2", or "Vaccinazione" where there is only one.
func (l Language) Appointment(service string, dose, doses int) string {
	title := Capital(l.Service(service))
	if doses > 1 {
		return fmt.Sprintf(vocabularies[l].dose, title, dose, doses)
	}
	return title
}

// BookingNumber returns "Numero di prenotazione: " and the number.
func (l Language) BookingNumber(number string) string {
	return fmt.Sprintf(vocabularies[l].number, number)
}

// CalendarFile returns the name of a file with appointments.
func (l Language) CalendarFile() string { return vocabularies[l].calendarFile }

// Texts returns what this package has of the texts that pages say by key.
func (l Language) Texts() map[string]string {
	v := vocabularies[l]
	texts := map[string]string{"calendar.number": v.number, "calendar.file": v.calendarFile}
	for name, words := range v.services {
		texts["service."+name] = Capital(words)
	}
	return texts
}

// Date returns a day without its weekday: "2 dicembre 1946", "1º dicembre 1946",
// "2 December 1946".
func (l Language) Date(d civil.Day) string {
	year, month, day := d.Midnight().Date()
	switch {
	case l != Italian:
		return fmt.Sprintf("%d %s %d", day, month, year)
	case day == 1:
		return fmt.Sprintf("1º %s %d", italianMonths[month-1], year)
	}
	return fmt.Sprintf("%d %s %d", day, italianMonths[month-1], year)
}

// Instant returns what clocks and calendars in the zone show. Instants before 5 o'clock
// name both days, because people take them for the night of the day before.
func (l Language) Instant(at time.Time, zone *time.Location) string {
	if l == Italian {
		return italianInstant(at.In(zone))
	}
	return englishInstant(at, zone)
}

// morning is the first hour of a day that people do not count as the night before.
const morning = 5

func englishInstant(at time.Time, zone *time.Location) string {
	said := opening.Words(at, zone)
	local := at.In(zone)
	if local.Hour() >= morning || strings.Contains(said, ",") { // it names both days, or a change of clocks
		return said
	}
	const day = "Monday 2 January"
	return said + ", in the night between " + local.AddDate(0, 0, -1).Format(day) + " and " + local.Format(day)
}

var (
	italianDays   = [...]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"}
	italianMonths = [...]string{
		"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
		"luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
	}
)

func italianInstant(local time.Time) string {
	today, before := italianDay(local), italianDay(local.AddDate(0, 0, -1))
	said := fmt.Sprintf("%s %d alle ore %s", today, local.Year(), local.Format("15:04 (MST)"))
	switch {
	case local.Hour() == 0 && local.Minute() == 0 && local.Second() == 0:
		return said + ", la mezzanotte tra " + before + " e " + today
	case local.Hour() < morning:
		return said + ", nella notte tra " + before + " e " + today
	}
	return said
}

// italianDay returns "mercoledì 2 dicembre".
func italianDay(t time.Time) string {
	return fmt.Sprintf("%s %d %s", italianDays[t.Weekday()], t.Day(), italianMonths[t.Month()-1])
}

// Capital returns a text with its first letter in upper case.
func Capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// matchers know both languages. Each falls back to its own.
var matchers = map[Language]language.Matcher{
	Italian: language.NewMatcher([]language.Tag{language.Italian, language.English}),
	English: language.NewMatcher([]language.Tag{language.English, language.Italian}),
}

// Preferred returns the language that suits best an Accept-Language header, or a tag such
// as that of a contact; otherwise the given one.
func Preferred(header string, otherwise Language) Language {
	const longest = 256
	if header == "" || len(header) > longest {
		return otherwise
	}
	tag, _ := language.MatchStrings(matchers[otherwise], header)
	if base, _ := tag.Base(); base.String() == string(Italian) {
		return Italian
	}
	return English
}
