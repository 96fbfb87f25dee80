/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import "net/http"

// Code is why something is refused, one for each reason that a client would act upon
// in its own way. A Code is an error by itself where there is nothing more to say.
type Code string

func (c Code) Error() string { return "refused: " + string(c) }

// The codes of requests that cannot be read.
const (
	Malformed       Code = "malformed"        // no JSON, of a wrong type, there twice, nested too deeply
	Missing         Code = "missing"          // an element or a parameter
	WrongValue      Code = "wrong-value"      //
	TooLong         Code = "too-long"         // a text, or a list
	WrongIdentifier Code = "wrong-identifier" // a person's code
	WrongNumber     Code = "wrong-number"     // a booking's
	WrongKey        Code = "wrong-key"        // the Idempotency-Key
)

// The codes of HTTP.
const (
	TooLarge         Code = "too-large"           // the body
	TooSlow          Code = "too-slow"            // the body came
	WrongFormat      Code = "wrong-format"        // neither FHIR JSON nor a form
	NotAcceptable    Code = "not-acceptable"      // only FHIR JSON is given
	MethodNotAllowed Code = "method-not-allowed"  //
	UnknownPath      Code = "unknown-path"        //
	SignInNeeded     Code = "sign-in-needed"      // of an agent
	TooManyRequests  Code = "too-many-requests"   // from this person or this address
	Overloaded       Code = "overloaded"          // nothing was begun
	TryAgain         Code = "try-again"           // it is not known what became of it, or nothing
	KeyUsed          Code = "key-used"            // the Idempotency-Key, for another request
	NotServed        Code = "not-served-any-more" // the process is going down
)

// The codes of what is not open to somebody, now or at all.
const (
	NotYetOpen          Code = "not-yet-open"
	YourBandOpens       Code = "your-band-opens"
	YourBandIsOpen      Code = "your-band-is-open"
	Paused              Code = "paused"
	Closed              Code = "closed"
	NotEligible         Code = "not-eligible"
	UnknownCampaign     Code = "unknown-campaign"
	UnknownService      Code = "unknown-service"
	BirthDateNeeded     Code = "birth-date-needed"
	BirthDateDisagrees  Code = "birth-date-disagrees"
	BirthDateImpossible Code = "birth-date-impossible"
)

// The codes of what cannot be done with places and bookings.
const (
	AlreadyBooked Code = "already-booked" // there is nothing to try again
	NoPlace       Code = "no-place"
	NoSlot        Code = "no-slot"
	WrongDoses    Code = "wrong-doses"
	HoldExpired   Code = "hold-expired"
	HoldExtended  Code = "hold-extended" // once already
	NotFound      Code = "not-found"
	Begun         Code = "begun"
	Gone          Code = "gone"
)

// kind is what is the same of all refusals of a code.
type kind struct {
	status  int
	issue   string // of FHIR's value set issue-type
	again   bool   // the same request, with the same key, may be made again
	english string
	italian string
}

// kinds are those of all codes. The table in the package comment is checked against
// it.
var kinds = map[Code]kind{
	Malformed:       {http.StatusBadRequest, "structure", false, "The request cannot be read.", "La richiesta non è leggibile."},
	Missing:         {http.StatusBadRequest, "required", false, "Something that is needed is missing.", "Manca un dato necessario."},
	WrongValue:      {http.StatusBadRequest, "value", false, "Something was written in a way that is not read here.", "Un dato è scritto in un modo che qui non si legge."},
	TooLong:         {http.StatusBadRequest, "too-long", false, "Something is too long.", "Un dato è troppo lungo."},
	WrongIdentifier: {http.StatusBadRequest, "value", false, "The code is not right: copy it from the card, character by character.", "Il codice non è corretto: copiarlo dalla tessera, carattere per carattere."},
	WrongNumber:     {http.StatusBadRequest, "value", false, "The booking number is not right: compare it with the confirmation.", "Il numero di prenotazione non è corretto: confrontarlo con la conferma."},
	WrongKey:        {http.StatusBadRequest, "value", false, "The header Idempotency-Key is not right: write 16 to 128 visible characters, new for each new request.", "L'intestazione Idempotency-Key non è corretta: scrivere da 16 a 128 caratteri visibili, nuovi per ogni nuova richiesta."},

	TooLarge:         {http.StatusRequestEntityTooLarge, "too-long", false, "The request is too large.", "La richiesta è troppo grande."},
	TooSlow:          {http.StatusRequestTimeout, "timeout", true, "The request took too long to arrive. Try again.", "La richiesta ha impiegato troppo tempo ad arrivare. Riprovare."},
	WrongFormat:      {http.StatusUnsupportedMediaType, "not-supported", false, "Send application/fhir+json.", "Inviare application/fhir+json."},
	NotAcceptable:    {http.StatusNotAcceptable, "not-supported", false, "Answers are given as application/fhir+json only.", "Le risposte sono date solo come application/fhir+json."},
	MethodNotAllowed: {http.StatusMethodNotAllowed, "not-supported", false, "This is not done here with this method.", "Qui questo metodo non è previsto."},
	UnknownPath:      {http.StatusNotFound, "not-found", false, "There is nothing at this address.", "A questo indirizzo non c'è nulla."},
	SignInNeeded:     {http.StatusUnauthorized, "login", false, "Sign in first.", "Occorre prima accedere."},
	TooManyRequests:  {http.StatusTooManyRequests, "throttled", true, "Too many requests. Wait, then try again.", "Troppe richieste. Attendere e riprovare."},
	Overloaded:       {http.StatusServiceUnavailable, "throttled", true, "Very many people are booking just now. Nothing was begun: try again.", "Adesso stanno prenotando moltissime persone. Nulla è stato avviato: riprovare."},
	TryAgain:         {http.StatusServiceUnavailable, "transient", true, "It did not work just now. Try again: nothing is booked twice.", "Adesso non è riuscito. Riprovare: nulla viene prenotato due volte."},
	NotServed:        {http.StatusServiceUnavailable, "transient", true, "This server is going down. Try again: another answers.", "Questo server si sta fermando. Riprovare: risponderà un altro."},
	KeyUsed:          {http.StatusUnprocessableEntity, "business-rule", false, "The header Idempotency-Key was used before, for another request: write a new one.", "L'intestazione Idempotency-Key è già stata usata per un'altra richiesta: scriverne una nuova."},

	NotYetOpen:          {http.StatusForbidden, "business-rule", false, "Not yet open.", "Non ancora aperto."},
	YourBandOpens:       {http.StatusForbidden, "business-rule", false, "Not open to your birth date yet.", "Non ancora aperto per la sua data di nascita."},
	YourBandIsOpen:      {http.StatusForbidden, "business-rule", false, "This is for other birth dates; yours may book now, in another campaign.", "Questa campagna è per altre date di nascita; la sua può già prenotare in un'altra."},
	Paused:              {http.StatusForbidden, "business-rule", false, "Bookings are paused.", "Le prenotazioni sono sospese."},
	Closed:              {http.StatusForbidden, "business-rule", false, "Bookings are closed.", "Le prenotazioni sono chiuse."},
	NotEligible:         {http.StatusForbidden, "business-rule", false, "No opening has been announced for your birth date.", "Per la sua data di nascita non è stata annunciata alcuna apertura."},
	UnknownCampaign:     {http.StatusUnprocessableEntity, "not-found", false, "There is no such campaign: choose one of those that are listed.", "Questa campagna non esiste: sceglierne una dell'elenco."},
	UnknownService:      {http.StatusUnprocessableEntity, "not-found", false, "There is no campaign for this service: choose one of the services that are listed.", "Per questo servizio non c'è alcuna campagna: sceglierne uno dell'elenco."},
	BirthDateNeeded:     {http.StatusUnprocessableEntity, "required", false, "Your birth date is needed: your code does not say it, or not its century.", "Occorre la data di nascita: il suo codice non la dice, o non ne dice il secolo."},
	BirthDateDisagrees:  {http.StatusUnprocessableEntity, "value", false, "The birth date is not that of the code: correct whichever is wrong.", "La data di nascita non è quella del codice: correggere quello dei due che è sbagliato."},
	BirthDateImpossible: {http.StatusUnprocessableEntity, "value", false, "This cannot be a birth date: it is in the future, or too long ago.", "Non può essere una data di nascita: è nel futuro, o troppo lontana."},

	AlreadyBooked: {http.StatusConflict, "duplicate", false, "You are booked already, so nothing was booked now and nothing has to be tried again. To change it, move or cancel the booking that you have, by its number.", "Lei è già prenotato: ora non è stato prenotato nulla e non occorre riprovare. Per cambiare, spostare o annullare la prenotazione che ha, con il suo numero."},
	NoPlace:       {http.StatusConflict, "conflict", false, "No place is left: choose another.", "Non ci sono più posti: sceglierne un altro."},
	NoSlot:        {http.StatusConflict, "conflict", false, "There is no such appointment any more, or it has begun: choose another.", "Questo appuntamento non c'è più, o è già iniziato: sceglierne un altro."},
	WrongDoses:    {http.StatusUnprocessableEntity, "business-rule", false, "The appointments do not agree with the campaign's doses: as many, and as far apart, as it says.", "Gli appuntamenti non corrispondono alle dosi della campagna: tanti, e distanti tra loro, quanto essa prevede."},
	HoldExpired:   {http.StatusGone, "business-rule", false, "The hold has expired, and its places are free for others: choose again.", "Il tempo riservato è scaduto e i posti sono di nuovo liberi: scegliere di nuovo."},
	HoldExtended:  {http.StatusConflict, "business-rule", false, "The hold was extended before, and can be extended once.", "Il tempo riservato è già stato prolungato, e lo si può una volta sola."},
	NotFound:      {http.StatusNotFound, "not-found", false, "There is no booking of this number and this person: compare both with the confirmation.", "Non c'è alcuna prenotazione con questo numero e questa persona: confrontare entrambi con la conferma."},
	Begun:         {http.StatusConflict, "business-rule", false, "An appointment has begun already, and can no longer be changed.", "Un appuntamento è già iniziato e non può più essere cambiato."},
	Gone:          {http.StatusGone, "business-rule", false, "This booking is no longer there: it was cancelled, or never confirmed.", "Questa prenotazione non c'è più: è stata annullata, o non è mai stata confermata."},
}
