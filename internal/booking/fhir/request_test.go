/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// same compares requests with the people in them.
var same = cmp.Options{
	cmp.Comparer(func(a, b Patient) bool {
		return a.Identifier.Equal(b.Identifier) && a.Born == b.Born && a.Contact == b.Contact
	}),
	cmp.Comparer(identifier.Identifier.Equal),
	cmp.Comparer(func(a, b civil.Day) bool { return a == b }),
	cmp.Comparer(func(a, b number.Number) bool { return a == b }),
}

var rome = func() *time.Location {
	loc, err := opening.Zone("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return loc
}()

// asks is a body of parameters, each written as JSON.
func asks(parameters ...string) []byte {
	return []byte(`{"resourceType":"Parameters","parameter":[` + strings.Join(parameters, ",") + `]}`)
}

const (
	vaccination = `{"name":"visit-type","valueCode":"Vaccination"}`
	born1946    = `{"name":"campaign","valueString":"born-1946-1950"}`
	slotOne     = `{"name":"slot","valueReference":{"reference":"Slot/fiera-di-roma.20261202T070000Z"}}`
	slotTwo     = `{"name":"slot","valueReference":{"reference":"Slot/rieti.20261225T081000Z"}}`
	mariaSays   = `{"name":"patient-resource","resource":{"resourceType":"Patient","identifier":[{"system":"http://hl7.it/sid/codiceFiscale","value":"rssmra85t10a562s"}]}}`
)

func held(how string) string {
	return fmt.Sprintf(`{"name":"appointment-reference","valueReference":{%s}}`, how)
}

var numbered = held(`"reference":"Appointment/` + booked.String() + `"`)

func TestParseFind(t *testing.T) {
	for name, tc := range map[string]struct {
		body []byte
		want Find
	}{
		"a service": {asks(vaccination), Find{Service: "Vaccination"}},
		"a campaign of a service, by coding": {
			asks(`{"name":"campaign","valueCoding":{"system":"`+CampaignSystem+`","code":"born-1946-1950"}}`, `{"name":"visit-type","valueString":"`+ServiceSystem+`|Vaccination"}`),
			Find{Service: "Vaccination", Campaign: "born-1946-1950"},
		},
		"days": {
			asks(vaccination, `{"name":"start","valueDate":"2026-12-02"}`, `{"name":"end","valueDateTime":"2026-12-02"}`),
			Find{Service: "Vaccination", From: civil.Date(2026, 12, 2), To: civil.Date(2026, 12, 2)},
		},
		"instants, of which the days are those of the zone": {
			asks(vaccination, `{"name":"start","valueDateTime":"2026-12-01T23:00:00Z"}`, `{"name":"end","valueDateTime":"2026-12-03T23:59:59+01:00"}`),
			Find{Service: "Vaccination", From: civil.Date(2026, 12, 2), To: civil.Date(2026, 12, 3)},
		},
		"hubs in order": {
			asks(vaccination, `{"name":"location-reference","valueReference":{"reference":"Location/rieti"}}`, `{"name":"location-reference","valueUri":"Location/fiera-di-roma"}`),
			Find{Service: "Vaccination", Hubs: []string{"rieti", "fiera-di-roma"}},
		},
		"a position":           {asks(vaccination, `{"name":"near","valueString":"41.89|12.51"}`), Find{Service: "Vaccination", Near: &Near{41.89, 12.51, 0}}},
		"a position, how far":  {asks(vaccination, `{"name":"near","valueString":"-41.89|12.51|2.5|km"}`), Find{Service: "Vaccination", Near: &Near{-41.89, 12.51, 2.5}}},
		"a position, far away": {asks(vaccination, `{"name":"near","valueString":"90|-180|20000|"}`), Find{Service: "Vaccination", Near: &Near{90, -180, 20000}}},
		"how many":             {asks(vaccination, `{"name":"_count","valuePositiveInt":5}`), Find{Service: "Vaccination", Offers: 5}},
		"to move a booking":    {asks(vaccination, numbered), Find{Service: "Vaccination", Moves: booked}},
		"a birth date alone": {
			asks(vaccination, `{"name":"patient-resource","resource":{"resourceType":"Patient","birthDate":"1946-05-31"}}`),
			Find{Service: "Vaccination", Patient: Patient{Born: civil.Date(1946, 5, 31)}},
		},
		"what is not known here is passed over": {
			[]byte(`{"id":"x","meta":{"profile":["y"]},"resourceType":"Parameters","parameter":[` + vaccination +
				`,{"name":"insurance","valueFlavour":[{"sweet":null}]},{"name":"specialty","part":[{"name":"a","valueBoolean":true}]}]}`),
			Find{Service: "Vaccination"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseFind(tc.body, rome)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got, same); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseHoldAndBook(t *testing.T) {
	take := Take{Service: "Vaccination", Patient: Patient{Identifier: maria}, Places: []booking.Place{first, second}}
	for name, tc := range map[string]struct {
		body []byte
		want Take
	}{
		"slots": {asks(vaccination, slotOne, slotTwo, mariaSays), take},
		"appointments that were proposed": {
			asks(vaccination, held(`"reference":"Appointment/fiera-di-roma.20261202T070000Z"`), held(`"reference":"Appointment/rieti.20261225T081000Z"`), mariaSays), take,
		},
		"a campaign": {asks(born1946, slotOne, mariaSays), Take{Campaign: "born-1946-1950", Patient: Patient{Identifier: maria}, Places: []booking.Place{first}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseHold(tc.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got, same); diff != "" {
				t.Errorf("hold (-want +got):\n%s", diff)
			}
			book, err := ParseBook(tc.body)
			if err != nil || book.Confirm != nil {
				t.Fatalf("book: confirm %v, error %v", book.Confirm, err)
			}
			if diff := cmp.Diff(tc.want, *book.Take, same); diff != "" {
				t.Errorf("book (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseWhatIsDoneWithABooking(t *testing.T) {
	want := Change{Reference: booking.Reference{Number: booked, Identifier: maria}}
	lower := strings.ToLower(booked.String())
	for name, appointment := range map[string]string{
		"the number":            numbered,
		"one dose stands for":   held(`"reference":"Appointment/` + booked.String() + `.2"`),
		"its doses":             held(`"reference":"Appointment/`+booked.String()+`.1"`) + "," + held(`"reference":"Appointment/`+booked.String()+`.2"`),
		"as a string":           `{"name":"appointment-reference","valueString":"Appointment/` + booked.String() + `"}`,
		"by its identifier":     held(`"identifier":{"system":"` + NumberSystem + `","value":"` + lower + `"}`),
		"by identifier, shorty": held(`"identifier":{"value":"` + booked.Symbols() + `"}`),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseChange(asks(appointment, mariaSays))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, same); diff != "" {
				t.Errorf("change (-want +got):\n%s", diff)
			}
			book, err := ParseBook(asks(appointment, mariaSays))
			if err != nil || book.Take != nil {
				t.Fatalf("book: take %v, error %v", book.Take, err)
			}
			if diff := cmp.Diff(want, *book.Confirm, same); diff != "" {
				t.Errorf("book (-want +got):\n%s", diff)
			}
			moved, err := ParseMove(asks(appointment, mariaSays, slotTwo))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(Change{Reference: want.Reference, Places: []booking.Place{second}}, moved, same); diff != "" {
				t.Errorf("move (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPatients(t *testing.T) {
	code := func(text string) identifier.Identifier {
		id, err := identifier.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	stp, eni, temporary := code("STP1204561234567"), code("ENI1204561234567"), code("12345670124")
	for name, tc := range map[string]struct {
		patient string
		want    Patient
	}{
		"codice fiscale":            {`"identifier":[{"system":"http://hl7.it/sid/codiceFiscale","value":" RSS MRA 85T10 A562S "}]`, Patient{Identifier: maria}},
		"temporary codice fiscale":  {`"identifier":[{"system":"http://hl7.it/sid/codiceFiscale","value":"12345670124"}]`, Patient{Identifier: temporary}},
		"codice fiscale by its OID": {`"identifier":[{"system":"urn:oid:2.16.840.1.113883.2.9.4.3.2","value":"RSSMRA85T10A562S"}]`, Patient{Identifier: maria}},
		"STP":                       {`"identifier":[{"system":"http://hl7.it/sid/stp","value":"STP1204561234567"}]`, Patient{Identifier: stp}},
		"STP of Lazio":              {`"identifier":[{"system":"http://hl7.it/sid/lazio/stp","value":"STP1204561234567"}]`, Patient{Identifier: stp}},
		"STP by its OID":            {`"identifier":[{"system":"urn:oid:2.16.840.1.113883.2.9.4.3.17","value":"STP1204561234567"}]`, Patient{Identifier: stp}},
		"ENI":                       {`"identifier":[{"system":"http://hl7.it/sid/eni","value":"ENI1204561234567"}]`, Patient{Identifier: eni}},
		"ENI by its OID":            {`"identifier":[{"system":"urn:oid:2.16.840.1.113883.2.9.4.3.18","value":"ENI1204561234567"}]`, Patient{Identifier: eni}},
		"whichever code":            {`"identifier":[{"system":"` + PersonSystem + `","value":"ENI1204561234567"}]`, Patient{Identifier: eni}},
		"no system":                 {`"identifier":[{"value":"ENI1204561234567"}]`, Patient{Identifier: eni}},
		"other systems are passed over": {
			`"identifier":[{"system":"urn:oid:1.2.3","value":"whatever"},{"value":"RSSMRA85T10A562S"},{"system":"http://hl7.it/sid/codiceFiscale","value":"RSSMRA85T10A562S"}]`,
			Patient{Identifier: maria},
		},
		"where to tell them": {
			`"birthDate":"1985-12-10","telecom":[{"system":"fax","value":"1"},{"system":"email","value":"maria@example.org"},{"system":"email","value":"second@example.org"},{"system":"phone","value":"+39 06/123-45.678"}],
			 "communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"de"}]}},{"preferred":true,"language":{"coding":[{"code":"it-it"}]}}]`,
			Patient{Born: civil.Date(1985, 12, 10), Contact: booking.Contact{Email: "maria@example.org", Phone: "+39 06/123-45.678", Language: "it-IT"}},
		},
		"names are nobody's business here": {`"name":[{"family":"Rossi","given":["Maria"]}],"gender":"female"`, Patient{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseFind(asks(vaccination, `{"name":"patient-resource","resource":{"resourceType":"Patient",`+tc.patient+`}}`), rome)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Patient, same); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseSearch(t *testing.T) {
	want := booking.Reference{Number: booked, Identifier: maria}
	for name, form := range map[string]string{
		"with systems": url.Values(Form(booked, maria)).Encode(),
		"without":      "identifier=" + booked.Symbols() + "&patient.identifier=" + mariasCode,
		"as FHIR says": "identifier=" + booked.String() + "&patient:identifier=" + url.QueryEscape("http://hl7.it/sid/codiceFiscale|"+mariasCode) + "&_format=json&status=booked",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseSearch([]byte(form))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, same); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Parsers read what clients write.
func TestThereAndBack(t *testing.T) {
	who := Patient{Identifier: maria, Born: civil.Date(1985, 12, 10), Contact: booking.Contact{Email: "maria@example.org", Phone: "0612345678", Language: "it"}}
	find := Find{
		Service: "Test", Campaign: "school-tests", Patient: who, From: civil.Date(2026, 12, 2), To: civil.Date(2027, 1, 2),
		Hubs: []string{"rieti", "fiera-di-roma"}, Near: &Near{-41.5, 12.25, 0.5}, Offers: 7, Moves: booked,
	}
	if got, err := ParseFind(marshal(t, find.Parameters()), rome); err != nil || !cmp.Equal(find, got, same) {
		t.Errorf("find: %v\n%s", err, cmp.Diff(find, got, same))
	}
	take := Take{Service: "Test", Campaign: "school-tests", Patient: who, Places: []booking.Place{first, second}}
	if got, err := ParseHold(marshal(t, take.Parameters())); err != nil || !cmp.Equal(take, got, same) {
		t.Errorf("hold: %v\n%s", err, cmp.Diff(take, got, same))
	}
	change := Change{Reference: booking.Reference{Number: booked, Identifier: maria}, Contact: who.Contact, Places: []booking.Place{second}}
	if got, err := ParseMove(marshal(t, change.Parameters())); err != nil || !cmp.Equal(change, got, same) {
		t.Errorf("move: %v\n%s", err, cmp.Diff(change, got, same))
	}
}

func TestRequestsDoNotSayWhoAsks(t *testing.T) {
	who := Patient{Identifier: maria, Born: civil.Date(1985, 12, 10), Contact: booking.Contact{Email: "maria@example.org", Phone: "0612345678"}}
	for name, v := range map[string]any{
		"patient": who,
		"find":    Find{Patient: who, Near: &Near{41.8912, 12.5134, 1}},
		"near":    Near{41.8912, 12.5134, 1},
		"take":    Take{Patient: who},
		"taken":   &Take{Patient: who},
		"change":  Change{Reference: booking.Reference{Identifier: maria}},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			printed := fmt.Sprintf(verb, v)
			for _, secret := range []string{mariasCode, "1985", "maria", "0612345678", "41.89", "12.51", fmt.Sprintf("%x", "maria"), fmt.Sprintf("%x", mariasCode)} {
				if strings.Contains(printed, secret) {
					t.Errorf("%s printed with %s has %s: %s", name, verb, secret, printed)
				}
			}
		}
	}
	if data := string(marshal(t, Take{Patient: who})); strings.Contains(data, "maria") || strings.Contains(data, mariasCode) {
		t.Errorf("marshalled: %s", data)
	}
}
