/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"fmt"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// sentence tells people what a code means, in English unless they read Italian.
func sentence(c booking.Code, l words.Language) string {
	if l != words.Italian {
		l = words.English
	}
	return sentences[c][l]
}

// decisionText explains a decision of the catalog if it says more than the sentence of its
// code; else "". Its times are in the words of the catalog: English.
func decisionText(d eligibility.Decision, l words.Language) string {
	if l != words.Italian {
		return d.Words()
	}
	switch d.Outcome {
	case eligibility.NotYetOpen:
		return "Non ancora aperto: " + d.Campaign + " apre " + d.OpensAtLocal + "."
	case eligibility.YourBandOpens:
		return "Non ancora aperto per la sua data di nascita: la sua fascia di età, " + d.Campaign + ", apre " + d.OpensAtLocal + "."
	case eligibility.YourBandIsOpen:
		return "Questa campagna è per altre date di nascita; la sua può già prenotare, in " + d.Campaign + "."
	case eligibility.Paused:
		return "Le prenotazioni in " + d.Campaign + " sono sospese: " + ended(d.Reason)
	case eligibility.Closed:
		return "Le prenotazioni in " + d.Campaign + " sono chiuse: " + d.ClosedAtLocal + "."
	default:
		return ""
	}
}

// ended returns a reason with a full stop, unless it ends like a sentence.
func ended(reason string) string {
	reason = strings.TrimSpace(reason)
	if strings.HasSuffix(reason, ".") || strings.HasSuffix(reason, "!") || strings.HasSuffix(reason, "?") {
		return reason
	}
	return reason + "."
}

// doseText returns what is wrong with the doses of a booking.
func doseText(e *dose.Error, l words.Language) string {
	if l != words.Italian {
		said := e.Error()
		if said == "" {
			return sentence(booking.CodeWrongDoses, l)
		}
		return ended(strings.ToUpper(said[:1]) + said[1:])
	}
	switch e.Problem {
	case dose.Count:
		return "Gli appuntamenti non sono tanti quante le dosi: questa campagna le prenota tutte insieme."
	case dose.NoDay:
		return fmt.Sprintf("La dose %d non ha un giorno: sceglierne uno.", e.Dose)
	case dose.NoHub:
		return fmt.Sprintf("La dose %d è in un centro che questa campagna non offre: sceglierne uno dei suoi.", e.Dose)
	case dose.TooEarly:
		return fmt.Sprintf("La dose %d è troppo presto dopo la precedente: scegliere un giorno dal %s al %s.", e.Dose, e.Allowed.From, e.Allowed.To)
	case dose.TooLate:
		return fmt.Sprintf("La dose %d è troppo tardi dopo la precedente: scegliere un giorno dal %s al %s.", e.Dose, e.Allowed.From, e.Allowed.To)
	}
	return sentence(booking.CodeWrongDoses, l)
}

func afterText(after time.Duration, l words.Language) string {
	n := seconds(after)
	switch {
	case l == words.Italian && n == 1:
		return "Attendere 1 secondo."
	case l == words.Italian:
		return fmt.Sprintf("Attendere %d secondi.", n)
	case n == 1:
		return "Wait 1 second."
	}
	return fmt.Sprintf("Wait %d seconds.", n)
}

func positionText(position int, l words.Language) string {
	if l == words.Italian {
		return fmt.Sprintf("Guardare il carattere %d.", position)
	}
	return fmt.Sprintf("Look at character %d.", position)
}

func nextText(slot string, l words.Language) string {
	if l == words.Italian {
		return "Il prossimo: " + slot + "."
	}
	return "The next: " + slot + "."
}

func replayedText(l words.Language) string {
	if l == words.Italian {
		return "Questa richiesta era già stata eseguita: ecco la prenotazione com'è ora."
	}
	return "This request was carried out before: here is the booking as it is now."
}
