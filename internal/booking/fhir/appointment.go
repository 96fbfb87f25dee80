/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// Subject is the service and the campaign of proposed appointments.
type Subject struct{ Service, Campaign string }

// Offers lists sets of proposed appointments: one for each dose, in order, the best set
// first. Sets may share a slot.
func (d *Directory) Offers(about Subject, offers [][]booking.Slot) Bundle {
	var all []Appointment
	for i, offer := range offers {
		for j, slot := range offer {
			a := d.appointment(about, booking.Appointment{Dose: j + 1, Place: slot.Place, Minutes: slot.Minutes})
			a.ID, a.Status = SlotID(slot.Place), "proposed"
			a.Participant = d.at(slot.Hub, "needs-action")
			a.Extension = append(a.Extension, Extension{URL: offerExtension, ValuePositiveInt: i + 1})
			all = append(all, a)
		}
	}
	return Searchset(all)
}

// Booked lists the appointments of a booking: a single one without a time if its places
// were given up.
func (d *Directory) Booked(b booking.Booking, l words.Language) Bundle {
	bundle := Searchset(d.Appointments(b))
	if b.Replayed {
		bundle = bundle.inform(informed(replayedText(l)))
	}
	return bundle
}

// statuses of appointments and of their participants, by the state of a booking.
var statuses = map[booking.State]struct{ appointment, participant string }{
	booking.Held:      {"pending", "tentative"},
	booking.Booked:    {"booked", "accepted"},
	booking.Past:      {"fulfilled", "accepted"},
	booking.Cancelled: {"cancelled", "declined"},
	booking.Lapsed:    {"cancelled", "declined"},
}

// Appointments returns the appointments of a booking.
func (d *Directory) Appointments(b booking.Booking) []Appointment {
	about := Subject{Service: b.Service, Campaign: b.Campaign}
	status := statuses[b.State]
	if len(b.Appointments) == 0 {
		a := d.whole(b, Appointment{ResourceType: "Appointment", ServiceType: about.service(), ReasonCode: about.reason()})
		a.ID = b.Number.String()
		a.Participant = []Participant{{Type: []CodeableConcept{{Text: "patient"}}, Status: status.participant}}
		return []Appointment{a}
	}
	list := make([]Appointment, 0, len(b.Appointments))
	for _, each := range b.Appointments {
		a := d.whole(b, d.appointment(about, each))
		a.ID = b.Number.String() + "." + strconv.Itoa(each.Dose)
		a.Participant = d.at(each.Hub, status.participant)
		list = append(list, a)
	}
	return list
}

// whole adds what all appointments of a booking have in common.
func (d *Directory) whole(b booking.Booking, a Appointment) Appointment {
	a.Identifier = []Identifier{{System: NumberSystem, Value: b.Number.String()}}
	a.Status = statuses[b.State].appointment
	if !b.MadeAt.IsZero() {
		a.Created = d.instant(b.MadeAt)
	}
	switch b.State {
	case booking.Held:
		a.Extension = append(a.Extension, Extension{URL: expiresExtension, ValueInstant: d.instant(b.ExpiresAt)})
		if b.Extended {
			a.Extension = append(a.Extension, Extension{URL: extendedExtension, ValueBoolean: pointer(true)})
		}
	case booking.Cancelled:
		a.CancelationReason = &CodeableConcept{Coding: []Coding{{System: cancellations, Code: "pat", Display: "Patient"}}}
	case booking.Lapsed:
		a.CancelationReason = &CodeableConcept{
			Coding: []Coding{{System: cancellations, Code: "other", Display: "Other"}},
			Text:   "Not confirmed in time",
		}
	case booking.Booked, booking.Past:
	}
	return a
}

// appointment returns one dose.
func (d *Directory) appointment(about Subject, each booking.Appointment) Appointment {
	return Appointment{
		ResourceType:    "Appointment",
		Extension:       []Extension{{URL: doseExtension, ValuePositiveInt: each.Dose}},
		ServiceType:     about.service(),
		ReasonCode:      about.reason(),
		Start:           d.instant(each.StartsAt),
		End:             d.instant(each.StartsAt.Add(time.Duration(each.Minutes) * time.Minute)),
		MinutesDuration: each.Minutes,
		Slot:            []Reference{{Reference: "Slot/" + SlotID(each.Place)}},
	}
}

// at returns the hub as a participant.
func (d *Directory) at(hub, status string) []Participant {
	return []Participant{{Actor: &Reference{Reference: "Location/" + hub, Display: d.display(hub)}, Status: status}}
}

func (s Subject) service() []CodeableConcept {
	if s.Service == "" {
		return nil
	}
	return []CodeableConcept{serviceOf(s.Service)}
}

func (s Subject) reason() []CodeableConcept {
	if s.Campaign == "" {
		return nil
	}
	return []CodeableConcept{{Coding: []Coding{{System: CampaignSystem, Code: s.Campaign}}}}
}
