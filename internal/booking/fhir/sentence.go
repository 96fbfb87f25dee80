/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import "github.com/mezzanotte/mezzanotte/internal/booking"

// sentences tell people what every code means and what they can do.
var sentences = map[booking.Code]map[Language]string{
	booking.CodeMalformed:       {English: "The request cannot be read.", Italian: "La richiesta non è leggibile."},
	booking.CodeMissing:         {English: "Something that is needed is missing.", Italian: "Manca un dato necessario."},
	booking.CodeWrongValue:      {English: "Something was written in a way that is not read here.", Italian: "Un dato è scritto in un modo che qui non si legge."},
	booking.CodeTooLong:         {English: "Something is too long.", Italian: "Un dato è troppo lungo."},
	booking.CodeWrongIdentifier: {English: "The code is not right: copy it from the card, character by character.", Italian: "Il codice non è corretto: copiarlo dalla tessera, carattere per carattere."},
	booking.CodeWrongNumber:     {English: "The booking number is not right: compare it with the confirmation.", Italian: "Il numero di prenotazione non è corretto: confrontarlo con la conferma."},
	booking.CodeWrongKey:        {English: "The header Idempotency-Key is not right: write 16 to 128 visible characters, new for each new request.", Italian: "L'intestazione Idempotency-Key non è corretta: scrivere da 16 a 128 caratteri visibili, nuovi per ogni nuova richiesta."},

	booking.CodeTooLarge:         {English: "The request is too large.", Italian: "La richiesta è troppo grande."},
	booking.CodeTooSlow:          {English: "The request took too long to arrive. Try again.", Italian: "La richiesta ha impiegato troppo tempo ad arrivare. Riprovare."},
	booking.CodeWrongFormat:      {English: "Send application/fhir+json.", Italian: "Inviare application/fhir+json."},
	booking.CodeNotAcceptable:    {English: "Answers are given as application/fhir+json only.", Italian: "Le risposte sono date solo come application/fhir+json."},
	booking.CodeMethodNotAllowed: {English: "This is not done here with this method.", Italian: "Qui questo metodo non è previsto."},
	booking.CodeUnknownPath:      {English: "There is nothing at this address.", Italian: "A questo indirizzo non c'è nulla."},
	booking.CodeSignInNeeded:     {English: "Sign in first.", Italian: "Occorre prima accedere."},
	booking.CodeTooManyRequests:  {English: "Too many requests. Wait, then try again.", Italian: "Troppe richieste. Attendere e riprovare."},
	booking.CodeOverloaded:       {English: "Very many people are booking just now. Nothing was begun: try again.", Italian: "Adesso stanno prenotando moltissime persone. Nulla è stato avviato: riprovare."},
	booking.CodeTryAgain:         {English: "It did not work just now. Try again: nothing is booked twice.", Italian: "Adesso non è riuscito. Riprovare: nulla viene prenotato due volte."},
	booking.CodeNotServed:        {English: "This server is going down. Try again: another answers.", Italian: "Questo server si sta fermando. Riprovare: risponderà un altro."},
	booking.CodeKeyUsed:          {English: "The header Idempotency-Key was used before, for another request: write a new one.", Italian: "L'intestazione Idempotency-Key è già stata usata per un'altra richiesta: scriverne una nuova."},

	booking.CodeNotYetOpen:          {English: "Not yet open.", Italian: "Non ancora aperto."},
	booking.CodeYourBandOpens:       {English: "Not open to your birth date yet.", Italian: "Non ancora aperto per la sua data di nascita."},
	booking.CodeYourBandIsOpen:      {English: "This is for other birth dates; yours may book now, in another campaign.", Italian: "Questa campagna è per altre date di nascita; la sua può già prenotare in un'altra."},
	booking.CodePaused:              {English: "Bookings are paused.", Italian: "Le prenotazioni sono sospese."},
	booking.CodeClosed:              {English: "Bookings are closed.", Italian: "Le prenotazioni sono chiuse."},
	booking.CodeNotEligible:         {English: "No opening has been announced for your birth date.", Italian: "Per la sua data di nascita non è stata annunciata alcuna apertura."},
	booking.CodeUnknownCampaign:     {English: "There is no such campaign: choose one of those that are listed.", Italian: "Questa campagna non esiste: sceglierne una dell'elenco."},
	booking.CodeUnknownService:      {English: "There is no campaign for this service: choose one of the services that are listed.", Italian: "Per questo servizio non c'è alcuna campagna: sceglierne uno dell'elenco."},
	booking.CodeBirthDateNeeded:     {English: "Your birth date is needed: your code does not say it, or not its century.", Italian: "Occorre la data di nascita: il suo codice non la dice, o non ne dice il secolo."},
	booking.CodeBirthDateDisagrees:  {English: "The birth date is not that of the code: correct whichever is wrong.", Italian: "La data di nascita non è quella del codice: correggere quello dei due che è sbagliato."},
	booking.CodeBirthDateImpossible: {English: "This cannot be a birth date: it is in the future, or too long ago.", Italian: "Non può essere una data di nascita: è nel futuro, o troppo lontana."},

	booking.CodeAlreadyBooked: {English: "You are booked already, so nothing was booked now and nothing has to be tried again. To change it, move or cancel the booking that you have, by its number.", Italian: "Lei è già prenotato: ora non è stato prenotato nulla e non occorre riprovare. Per cambiare, spostare o annullare la prenotazione che ha, con il suo numero."},
	booking.CodeNoPlace:       {English: "No place is left: choose another.", Italian: "Non ci sono più posti: sceglierne un altro."},
	booking.CodeNoSlot:        {English: "There is no such appointment any more, or it has begun: choose another.", Italian: "Questo appuntamento non c'è più, o è già iniziato: sceglierne un altro."},
	booking.CodeWrongDoses:    {English: "The appointments do not agree with the campaign's doses: as many, and as far apart, as it says.", Italian: "Gli appuntamenti non corrispondono alle dosi della campagna: tanti, e distanti tra loro, quanto essa prevede."},
	booking.CodeHoldExpired:   {English: "The hold has expired, and its places are free for others: choose again.", Italian: "Il tempo riservato è scaduto e i posti sono di nuovo liberi: scegliere di nuovo."},
	booking.CodeHoldExtended:  {English: "The hold was extended before, and can be extended once.", Italian: "Il tempo riservato è già stato prolungato, e lo si può una volta sola."},
	booking.CodeNotFound:      {English: "There is no booking of this number and this person: compare both with the confirmation.", Italian: "Non c'è alcuna prenotazione con questo numero e questa persona: confrontare entrambi con la conferma."},
	booking.CodeBegun:         {English: "An appointment has begun already, and can no longer be changed.", Italian: "Un appuntamento è già iniziato e non può più essere cambiato."},
	booking.CodeGone:          {English: "This booking is no longer there: it was cancelled, or never confirmed.", Italian: "Questa prenotazione non c'è più: è stata annullata, o non è mai stata confermata."},
}
