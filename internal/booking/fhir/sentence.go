/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// sentences tell people what every code means and what they can do.
var sentences = map[booking.Code]map[words.Language]string{
	booking.CodeMalformed:       {words.English: "The request cannot be read.", words.Italian: "La richiesta non è leggibile."},
	booking.CodeMissing:         {words.English: "Something that is needed is missing.", words.Italian: "Manca un dato necessario."},
	booking.CodeWrongValue:      {words.English: "Something was written in a way that is not read here.", words.Italian: "Un dato è scritto in un modo che qui non si legge."},
	booking.CodeTooLong:         {words.English: "Something is too long.", words.Italian: "Un dato è troppo lungo."},
	booking.CodeWrongIdentifier: {words.English: "The code is not right: copy it from the card, character by character.", words.Italian: "Il codice non è corretto: copiarlo dalla tessera, carattere per carattere."},
	booking.CodeWrongNumber:     {words.English: "The booking number is not right: compare it with the confirmation.", words.Italian: "Il numero di prenotazione non è corretto: confrontarlo con la conferma."},
	booking.CodeWrongKey:        {words.English: "The header Idempotency-Key is not right: write 16 to 128 visible characters, new for each new request.", words.Italian: "L'intestazione Idempotency-Key non è corretta: scrivere da 16 a 128 caratteri visibili, nuovi per ogni nuova richiesta."},

	booking.CodeTooLarge:         {words.English: "The request is too large.", words.Italian: "La richiesta è troppo grande."},
	booking.CodeTooSlow:          {words.English: "The request took too long to arrive. Try again.", words.Italian: "La richiesta ha impiegato troppo tempo ad arrivare. Riprovare."},
	booking.CodeWrongFormat:      {words.English: "Send application/fhir+json.", words.Italian: "Inviare application/fhir+json."},
	booking.CodeNotAcceptable:    {words.English: "Answers are given as application/fhir+json only.", words.Italian: "Le risposte sono date solo come application/fhir+json."},
	booking.CodeMethodNotAllowed: {words.English: "This is not done here with this method.", words.Italian: "Qui questo metodo non è previsto."},
	booking.CodeUnknownPath:      {words.English: "There is nothing at this address.", words.Italian: "A questo indirizzo non c'è nulla."},
	booking.CodeSignInNeeded:     {words.English: "Sign in first.", words.Italian: "Occorre prima accedere."},
	booking.CodeTooManyRequests:  {words.English: "Too many requests. Wait, then try again.", words.Italian: "Troppe richieste. Attendere e riprovare."},
	booking.CodeOverloaded:       {words.English: "Very many people are booking just now. Nothing was begun: try again.", words.Italian: "Adesso stanno prenotando moltissime persone. Nulla è stato avviato: riprovare."},
	booking.CodeTryAgain:         {words.English: "It did not work just now. Try again: nothing is booked twice.", words.Italian: "Adesso non è riuscito. Riprovare: nulla viene prenotato due volte."},
	booking.CodeNotServed:        {words.English: "This server is going down. Try again: another answers.", words.Italian: "Questo server si sta fermando. Riprovare: risponderà un altro."},
	booking.CodeKeyUsed:          {words.English: "The header Idempotency-Key was used before, for another request: write a new one.", words.Italian: "L'intestazione Idempotency-Key è già stata usata per un'altra richiesta: scriverne una nuova."},

	booking.CodeNotYetOpen:          {words.English: "Not yet open.", words.Italian: "Non ancora aperto."},
	booking.CodeYourBandOpens:       {words.English: "Not open to your birth date yet.", words.Italian: "Non ancora aperto per la sua data di nascita."},
	booking.CodeYourBandIsOpen:      {words.English: "This is for other birth dates; yours may book now, in another campaign.", words.Italian: "Questa campagna è per altre date di nascita; la sua può già prenotare in un'altra."},
	booking.CodePaused:              {words.English: "Bookings are paused.", words.Italian: "Le prenotazioni sono sospese."},
	booking.CodeClosed:              {words.English: "Bookings are closed.", words.Italian: "Le prenotazioni sono chiuse."},
	booking.CodeNotEligible:         {words.English: "No opening has been announced for your birth date.", words.Italian: "Per la sua data di nascita non è stata annunciata alcuna apertura."},
	booking.CodeUnknownCampaign:     {words.English: "There is no such campaign: choose one of those that are listed.", words.Italian: "Questa campagna non esiste: sceglierne una dell'elenco."},
	booking.CodeUnknownService:      {words.English: "There is no campaign for this service: choose one of the services that are listed.", words.Italian: "Per questo servizio non c'è alcuna campagna: sceglierne uno dell'elenco."},
	booking.CodeBirthDateNeeded:     {words.English: "Your birth date is needed: your code does not say it, or not its century.", words.Italian: "Occorre la data di nascita: il suo codice non la dice, o non ne dice il secolo."},
	booking.CodeBirthDateDisagrees:  {words.English: "The birth date is not that of the code: correct whichever is wrong.", words.Italian: "La data di nascita non è quella del codice: correggere quello dei due che è sbagliato."},
	booking.CodeBirthDateImpossible: {words.English: "This cannot be a birth date: it is in the future, or too long ago.", words.Italian: "Non può essere una data di nascita: è nel futuro, o troppo lontana."},

	booking.CodeAlreadyBooked: {words.English: "You are booked already, so nothing was booked now and nothing has to be tried again. To change it, move or cancel the booking that you have, by its number.", words.Italian: "Lei è già prenotato: ora non è stato prenotato nulla e non occorre riprovare. Per cambiare, spostare o annullare la prenotazione che ha, con il suo numero."},
	booking.CodeNoPlace:       {words.English: "No place is left: choose another.", words.Italian: "Non ci sono più posti: sceglierne un altro."},
	booking.CodeNoSlot:        {words.English: "There is no such appointment any more, or it has begun: choose another.", words.Italian: "Questo appuntamento non c'è più, o è già iniziato: sceglierne un altro."},
	booking.CodeWrongDoses:    {words.English: "The appointments do not agree with the campaign's doses: as many, and as far apart, as it says.", words.Italian: "Gli appuntamenti non corrispondono alle dosi della campagna: tanti, e distanti tra loro, quanto essa prevede."},
	booking.CodeHoldExpired:   {words.English: "The hold has expired, and its places are free for others: choose again.", words.Italian: "Il tempo riservato è scaduto e i posti sono di nuovo liberi: scegliere di nuovo."},
	booking.CodeHoldExtended:  {words.English: "The hold was extended before, and can be extended once.", words.Italian: "Il tempo riservato è già stato prolungato, e lo si può una volta sola."},
	booking.CodeNotFound:      {words.English: "There is no booking of this number and this person: compare both with the confirmation.", words.Italian: "Non c'è alcuna prenotazione con questo numero e questa persona: confrontare entrambi con la conferma."},
	booking.CodeBegun:         {words.English: "An appointment has begun already, and can no longer be changed.", words.Italian: "Un appuntamento è già iniziato e non può più essere cambiato."},
	booking.CodeGone:          {words.English: "This booking is no longer there: it was cancelled, or never confirmed.", words.Italian: "Questa prenotazione non c'è più: è stata annullata, o non è mai stata confermata."},
}
