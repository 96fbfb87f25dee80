/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package words writes dates, instants, services and appointments in Italian and English, for
// pages, e-mails and calendars.
//
//	Instant      mercoledì 2 dicembre 2026 alle ore 00:00 (CET), la mezzanotte tra martedì 1 dicembre e mercoledì 2 dicembre
//	Date         2 dicembre 1946
//	Appointment  Vaccinazione, dose 1 di 2
package words

import (
	"cmp"
	"fmt"
	"maps"
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

// Languages are all languages, the default first.
var Languages = []Language{Italian, English}

// Name returns the language's name in that language.
func (l Language) Name() string { return names[l] }

var names = map[Language]string{Italian: "Italiano", English: "English"}

// texts have the keys that pages use. Services are as within a sentence.
var texts = map[Language]map[string]string{
	Italian: {
		"service.Vaccination": "vaccinazione", "service.Test": "test", "title": "%s, dose %d di %d",
		"calendar.number": "Numero di prenotazione: %s", "calendar.file": "appuntamenti.ics",
	},
	English: {
		"service.Vaccination": "vaccination", "service.Test": "test", "title": "%s, dose %d of %d",
		"calendar.number": "Booking number: %s", "calendar.file": "appointments.ics",
	},
}

// Texts returns the texts for pages by key. Services are titles there.
func (l Language) Texts() map[string]string {
	all := maps.Clone(texts[l])
	delete(all, "title")
	for key, text := range all {
		if strings.HasPrefix(key, "service.") {
			all[key] = Capital(text)
		}
	}
	return all
}

// Service returns the words for a service within a sentence: "vaccinazione". It returns a
// service that it does not know as it is.
func (l Language) Service(name string) string { return cmp.Or(texts[l]["service."+name], name) }

// Appointment returns the title of one of a booking's appointments: "Vaccinazione, dose 1
// di 2", or "Vaccinazione" if there is only one.
func (l Language) Appointment(service string, dose, doses int) string {
	title := Capital(l.Service(service))
	if doses > 1 {
		return fmt.Sprintf(texts[l]["title"], title, dose, doses)
	}
	return title
}

// BookingNumber returns "Numero di prenotazione: " and the number.
func (l Language) BookingNumber(number string) string {
	return fmt.Sprintf(texts[l]["calendar.number"], number)
}

// CalendarFile returns the name of a file with appointments.
func (l Language) CalendarFile() string { return texts[l]["calendar.file"] }

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

// morning is the first hour of a day that people do not count as the night before.
const morning = 5

// Instant returns what clocks and calendars in the zone show. Before 5 o'clock it names both
// days, because people take that for the night of the day before.
func (l Language) Instant(at time.Time, zone *time.Location) string {
	local := at.In(zone)
	if l == Italian {
		return italianInstant(local)
	}
	said := opening.Words(at, zone)
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

// Preferred returns the best language for an Accept-Language header, or for a tag such as a
// contact's; otherwise the given one.
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
