/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// parsers are all parsers of input from outside.
var parsers = map[string]func([]byte) error{
	"find":   func(b []byte) error { _, err := ParseFind(b, rome); return err },
	"hold":   func(b []byte) error { _, err := ParseHold(b); return err },
	"book":   func(b []byte) error { _, err := ParseBook(b); return err },
	"change": func(b []byte) error { _, err := ParseChange(b); return err },
	"move":   func(b []byte) error { _, err := ParseMove(b); return err },
	"search": func(b []byte) error { _, err := ParseSearch(b); return err },
}

// who returns a body whose patient has some elements.
func who(elements string) []byte {
	return asks(vaccination, slotOne, `{"name":"patient-resource","resource":{"resourceType":"Patient",`+elements+`}}`)
}

const at = "Parameters.parameter"

func TestHostileRequests(t *testing.T) {
	const secret = "RSSMRA85T10A562X"
	for name, tc := range map[string]struct {
		parser string
		body   []byte
		code   booking.Code
		at     string
	}{
		"nothing":                        {"find", nil, booking.CodeMalformed, "Parameters"},
		"no JSON":                        {"find", []byte(secret), booking.CodeMalformed, "Parameters"},
		"half of it":                     {"hold", asks(vaccination)[:40], booking.CodeMalformed, "Parameters"},
		"two of them":                    {"hold", append(asks(vaccination), asks(vaccination)...), booking.CodeMalformed, "Parameters"},
		"not in UTF-8":                   {"hold", asks("\"\xff\""), booking.CodeMalformed, "Parameters"},
		"an array":                       {"find", []byte(`[]`), booking.CodeMalformed, "Parameters"},
		"null":                           {"find", []byte(`null`), booking.CodeMalformed, "Parameters"},
		"a number":                       {"find", []byte(`1e999999`), booking.CodeMalformed, "Parameters"},
		"an empty object":                {"find", []byte(`{}`), booking.CodeWrongValue, "Parameters.resourceType"},
		"another resource":               {"find", []byte(`{"resourceType":"Bundle"}`), booking.CodeWrongValue, "Parameters.resourceType"},
		"a resource of no type":          {"find", []byte(`{"resourceType":7}`), booking.CodeMalformed, "Parameters.resourceType"},
		"no parameters":                  {"find", asks(), booking.CodeMissing, at + ".where(name='visit-type')"},
		"parameters that are no array":   {"find", []byte(`{"resourceType":"Parameters","parameter":{}}`), booking.CodeMalformed, at},
		"a parameter that is null":       {"find", asks(vaccination, "null"), booking.CodeMalformed, at + "[1]"},
		"a parameter without a name":     {"find", asks(`{"valueCode":"x"}`), booking.CodeMissing, at + "[0].name"},
		"a name that is a number":        {"find", asks(`{"name":1}`), booking.CodeMalformed, at + "[0].name"},
		"far too many":                   {"find", asks(strings.Repeat(`{"name":"a"},`, maxParameters) + vaccination), booking.CodeTooLong, at},
		"two services":                   {"find", asks(vaccination, vaccination), booking.CodeTooLong, at + "[1].name"},
		"no value":                       {"find", asks(`{"name":"visit-type"}`), booking.CodeMissing, at + "[0]"},
		"a value of another type":        {"find", asks(`{"name":"visit-type","valueBoolean":true}`), booking.CodeMissing, at + "[0]"},
		"two values":                     {"find", asks(`{"name":"visit-type","valueCode":"a","valueString":"b"}`), booking.CodeMalformed, at + "[0]"},
		"a code that is an object":       {"find", asks(`{"name":"visit-type","valueCode":{"a":1}}`), booking.CodeMalformed, at + "[0].valueCode"},
		"a code that is empty":           {"find", asks(`{"name":"visit-type","valueCode":" "}`), booking.CodeWrongValue, at + "[0].valueCode"},
		"a code of another system":       {"find", asks(`{"name":"visit-type","valueString":"http://evil|Vaccination"}`), booking.CodeWrongValue, at + "[0].valueString"},
		"a coding of another system":     {"find", asks(`{"name":"campaign","valueCoding":{"system":"http://evil","code":"a"}}`), booking.CodeWrongValue, at + "[0].valueCoding.system"},
		"a coding without a code":        {"find", asks(`{"name":"campaign","valueCoding":{}}`), booking.CodeMissing, at + "[0].valueCoding.code"},
		"a coding that is no object":     {"find", asks(`{"name":"campaign","valueCoding":[1]}`), booking.CodeMalformed, at + "[0].valueCoding"},
		"SQL for a campaign":             {"find", asks(`{"name":"campaign","valueCode":"a'; DROP TABLE booking; --"}`), booking.CodeWrongValue, at + "[0].valueCode"},
		"a script for a campaign":        {"find", asks(`{"name":"campaign","valueCode":"<script>"}`), booking.CodeWrongValue, at + "[0].valueCode"},
		"a control character":            {"find", asks(`{"name":"campaign","valueCode":"a\u0000b"}`), booking.CodeMalformed, at + "[0].valueCode"},
		"a text that is too long":        {"find", asks(`{"name":"campaign","valueCode":"` + strings.Repeat("a", 2000) + `"}`), booking.CodeTooLong, at + "[0].valueCode"},
		"a huge body":                    {"find", asks(strings.Repeat(vaccination+",", 1000) + vaccination), booking.CodeTooLarge, ""},
		"a huge form":                    {"search", []byte(strings.Repeat("a=b&", 1000)), booking.CodeTooLarge, ""},
		"deep arrays":                    {"find", asks(strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), booking.CodeMalformed, at},
		"deep objects":                   {"find", asks(strings.Repeat(`{"resource":`, 20) + "1" + strings.Repeat("}", 20)), booking.CodeMalformed, at},
		"no end of it":                   {"find", []byte(strings.Repeat(`{"parameter":[`, 1000)), booking.CodeMalformed, "Parameters"},
		"an element twice":               {"find", asks(`{"name":"campaign","valueCode":"a","valueCode":"b"}`), booking.CodeMalformed, at + "[0].valueCode"},
		"a secret element twice":         {"find", asks(`{"name":"campaign","` + secret + `":1,"` + secret + `":2}`), booking.CodeMalformed, at + "[0]"},
		"a modifier":                     {"find", asks(`{"name":"campaign","valueCode":"a","modifierExtension":[]}`), booking.CodeMalformed, at + "[0].modifierExtension"},
		"rules of their own":             {"find", []byte(`{"implicitRules":"http://evil","resourceType":"Parameters"}`), booking.CodeMalformed, "Parameters.implicitRules"},
		"no such day":                    {"find", asks(vaccination, `{"name":"start","valueDate":"2026-02-30"}`), booking.CodeWrongValue, at + "[1].valueDate"},
		"a month":                        {"find", asks(vaccination, `{"name":"start","valueDate":"2026-02"}`), booking.CodeWrongValue, at + "[1].valueDate"},
		"an instant without its offset":  {"find", asks(vaccination, `{"name":"start","valueDateTime":"2026-02-01T10:00:00"}`), booking.CodeWrongValue, at + "[1].valueDateTime"},
		"the end before the start":       {"find", asks(vaccination, `{"name":"end","valueDate":"2026-12-01"}`, `{"name":"start","valueDate":"2026-12-02"}`), booking.CodeWrongValue, at + "[1]"},
		"a hub by address":               {"find", asks(vaccination, `{"name":"location-reference","valueReference":{"reference":"https://evil/Location/rieti"}}`), booking.CodeWrongValue, at + "[1].valueReference.reference"},
		"a hub that is a path":           {"find", asks(vaccination, `{"name":"location-reference","valueReference":{"reference":"Location/../../etc"}}`), booking.CodeWrongValue, at + "[1]"},
		"a hub that is a slot":           {"find", asks(vaccination, `{"name":"location-reference","valueReference":{"reference":"Slot/rieti"}}`), booking.CodeWrongValue, at + "[1]"},
		"a hub that is nothing":          {"find", asks(vaccination, `{"name":"location-reference","valueReference":{}}`), booking.CodeMissing, at + "[1].valueReference.reference"},
		"too many hubs":                  {"find", asks(vaccination + strings.Repeat(`,{"name":"location-reference","valueUri":"Location/a"}`, MaxHubs+1)), booking.CodeTooLong, at + "[51].name"},
		"a position that is none":        {"find", asks(vaccination, `{"name":"near","valueString":"here"}`), booking.CodeWrongValue, at + "[1].valueString"},
		"a position beyond the pole":     {"find", asks(vaccination, `{"name":"near","valueString":"90.1|12"}`), booking.CodeWrongValue, at + "[1].valueString"},
		"a position that is no number":   {"find", asks(vaccination, `{"name":"near","valueString":"NaN|Inf"}`), booking.CodeWrongValue, at + "[1].valueString"},
		"a position in miles":            {"find", asks(vaccination, `{"name":"near","valueString":"41|12|5|mi"}`), booking.CodeWrongValue, at + "[1].valueString"},
		"no distance at all":             {"find", asks(vaccination, `{"name":"near","valueString":"41|12|0|km"}`), booking.CodeWrongValue, at + "[1].valueString"},
		"no offers":                      {"find", asks(vaccination, `{"name":"_count","valueInteger":0}`), booking.CodeWrongValue, at + "[1].valueInteger"},
		"a huge number of offers":        {"find", asks(vaccination, `{"name":"_count","valueInteger":99999999999999999999}`), booking.CodeWrongValue, at + "[1].valueInteger"},
		"a number of too many digits":    {"find", asks(vaccination, `{"name":"_count","valueInteger":`+strings.Repeat("9", 4000)+`}`), booking.CodeTooLong, at + "[1].valueInteger"},
		"parts of an offer":              {"find", asks(vaccination, `{"name":"_count","valueInteger":1.5}`), booking.CodeWrongValue, at + "[1].valueInteger"},
		"offers in words":                {"find", asks(vaccination, `{"name":"_count","valueInteger":"5"}`), booking.CodeMalformed, at + "[1].valueInteger"},
		"no patient in it":               {"hold", asks(vaccination, slotOne, `{"name":"patient-resource"}`), booking.CodeMissing, at + "[2].resource"},
		"a patient that is a string":     {"hold", asks(vaccination, slotOne, `{"name":"patient-resource","resource":"`+secret+`"}`), booking.CodeMalformed, at + "[2].resource"},
		"a patient of another type":      {"hold", asks(vaccination, slotOne, `{"name":"patient-resource","resource":{"resourceType":"Person"}}`), booking.CodeWrongValue, at + "[2].resource.resourceType"},
		"nobody":                         {"hold", asks(vaccination, slotOne), booking.CodeMissing, at + ".where(name='patient-resource').resource.identifier"},
		"a birth date alone":             {"hold", who(`"birthDate":"1985-12-10"`), booking.CodeMissing, at + ".where(name='patient-resource').resource.identifier"},
		"two patients":                   {"hold", asks(vaccination, slotOne, mariaSays, mariaSays), booking.CodeTooLong, at + "[3].name"},
		"a birth date that is none":      {"hold", who(`"birthDate":"10/12/1985"`), booking.CodeWrongValue, at + "[2].resource.birthDate"},
		"a birth date with a time":       {"hold", who(`"birthDate":"1985-12-10T00:00:00Z"`), booking.CodeWrongValue, at + "[2].resource.birthDate"},
		"a forged codice fiscale":        {"hold", who(`"identifier":[{"value":"` + secret + `"}]`), booking.CodeWrongIdentifier, at + "[2].resource.identifier[0].value"},
		"a codice fiscale as STP":        {"hold", who(`"identifier":[{"system":"http://hl7.it/sid/stp","value":"` + mariasCode + `"}]`), booking.CodeWrongIdentifier, at + "[2].resource.identifier[0].value"},
		"an identifier without a value":  {"hold", who(`"identifier":[{}]`), booking.CodeMissing, at + "[2].resource.identifier[0].value"},
		"a value that is a number":       {"hold", who(`"identifier":[{"value":12345670124}]`), booking.CodeMalformed, at + "[2].resource.identifier[0].value"},
		"two people in one":              {"hold", who(`"identifier":[{"value":"` + mariasCode + `"},{"value":"ENI1204561234567"}]`), booking.CodeWrongIdentifier, at + "[2].resource.identifier[1]"},
		"identifiers that are no array":  {"hold", who(`"identifier":{"value":"` + mariasCode + `"}`), booking.CodeMalformed, at + "[2].resource.identifier"},
		"an address with a header":       {"hold", who(`"telecom":[{"system":"email","value":"maria@example.org\r\nBcc: all@example.org"}]`), booking.CodeWrongValue, at + "[2].resource.telecom[0].value"},
		"an address with a name":         {"hold", who(`"telecom":[{"system":"email","value":"Maria <maria@example.org>"}]`), booking.CodeWrongValue, at + "[2].resource.telecom[0].value"},
		"two addresses in one":           {"hold", who(`"telecom":[{"system":"email","value":"a@example.org,b@example.org"}]`), booking.CodeWrongValue, at + "[2].resource.telecom[0].value"},
		"an address with an accent":      {"hold", who(`"telecom":[{"system":"email","value":"marià@example.org"}]`), booking.CodeWrongValue, at + "[2].resource.telecom[0].value"},
		"an address that is too long":    {"hold", who(`"telecom":[{"system":"email","value":"` + strings.Repeat("m", 65) + `@example.org"}]`), booking.CodeWrongValue, at + "[2].resource.telecom[0].value"},
		"a number that is too long":      {"hold", who(`"telecom":[{"system":"phone","value":"+39 06 1234567890123"}]`), booking.CodeWrongValue, at + "[2].resource.telecom[0].value"},
		"a number that is too short":     {"hold", who(`"telecom":[{"system":"phone","value":"06 123"}]`), booking.CodeWrongValue, at + "[2].resource.telecom[0].value"},
		"a number to no phone":           {"hold", who(`"telecom":[{"system":"phone","value":"call me"}]`), booking.CodeWrongValue, at + "[2].resource.telecom[0].value"},
		"a language that is none":        {"hold", who(`"communication":[{"language":{"coding":[{"code":"../it"}]}}]`), booking.CodeWrongValue, at + "[2].resource.communication[0].language.coding[0].code"},
		"a preference that is none":      {"hold", who(`"communication":[{"language":{"coding":[{"code":"it"}]}},{"preferred":"yes"}]`), booking.CodeMalformed, at + "[2].resource.communication[1].preferred"},
		"no slots":                       {"hold", asks(vaccination, mariaSays), booking.CodeMissing, at + ".where(name='slot')"},
		"a slot of no instant":           {"hold", asks(vaccination, mariaSays, `{"name":"slot","valueReference":{"reference":"Slot/rieti"}}`), booking.CodeWrongValue, at + "[2]"},
		"a slot that is a hub":           {"hold", asks(vaccination, mariaSays, `{"name":"slot","valueReference":{"reference":"Location/rieti.20261202T070000Z"}}`), booking.CodeWrongValue, at + "[2]"},
		"too many slots":                 {"hold", asks(vaccination, mariaSays, strings.Repeat(slotOne+",", MaxDoses)+slotOne), booking.CodeTooLong, at + "[12].name"},
		"slots and what was proposed":    {"hold", asks(vaccination, mariaSays, slotOne, held(`"reference":"Appointment/rieti.20261225T081000Z"`)), booking.CodeWrongValue, at + "[2]"},
		"to hold what is held":           {"hold", asks(vaccination, mariaSays, numbered), booking.CodeWrongValue, at + "[2]"},
		"to book what is held and more":  {"book", asks(vaccination, mariaSays, slotOne, numbered), booking.CodeWrongValue, at + "[2]"},
		"what is held and was proposed":  {"book", asks(mariaSays, numbered, held(`"reference":"Appointment/rieti.20261225T081000Z"`)), booking.CodeWrongValue, at + "[2]"},
		"two bookings":                   {"book", asks(mariaSays, numbered, held(`"reference":"Appointment/0000-0000-0000"`)), booking.CodeWrongValue, at + "[2]"},
		"no booking":                     {"change", asks(mariaSays), booking.CodeMissing, at + ".where(name='appointment-reference')"},
		"a forged number":                {"change", asks(mariaSays, held(`"reference":"Appointment/0000-0000-0001"`)), booking.CodeWrongNumber, at + "[1]"},
		"a booking by address":           {"change", asks(mariaSays, held(`"reference":"https://evil/Appointment/1"`)), booking.CodeWrongValue, at + "[1].valueReference.reference"},
		"a number of another system":     {"change", asks(mariaSays, held(`"identifier":{"system":"urn:x","value":"`+booked.String()+`"}`)), booking.CodeWrongValue, at + "[1].valueReference.identifier.system"},
		"a number that is none":          {"change", asks(mariaSays, held(`"identifier":{"value":"1"}`)), booking.CodeWrongNumber, at + "[1].valueReference.identifier.value"},
		"no number":                      {"change", asks(mariaSays, held(`"identifier":{}`)), booking.CodeMissing, at + "[1].valueReference.identifier.value"},
		"a booking of nobody":            {"change", asks(numbered), booking.CodeMissing, at + ".where(name='patient-resource').resource.identifier"},
		"to move it nowhere":             {"move", asks(mariaSays, numbered), booking.CodeMissing, at + ".where(name='slot')"},
		"to move nothing":                {"move", asks(mariaSays, slotOne), booking.CodeMissing, at + ".where(name='appointment-reference')"},
		"an empty form":                  {"search", nil, booking.CodeMissing, "identifier"},
		"no form":                        {"search", []byte("%zz=1"), booking.CodeMalformed, "Appointment"},
		"a form with semicolons":         {"search", []byte("identifier=1;patient.identifier=2"), booking.CodeMalformed, "Appointment"},
		"a form of nobody":               {"search", []byte("identifier=" + booked.String()), booking.CodeMissing, "patient.identifier"},
		"a form of two people":           {"search", []byte("identifier=" + booked.String() + "&patient.identifier=" + secret + "&patient:identifier=" + secret), booking.CodeMalformed, "patient.identifier"},
		"a form with a forged code":      {"search", []byte("identifier=" + booked.String() + "&patient.identifier=" + secret), booking.CodeWrongIdentifier, "patient.identifier.value"},
		"a form with a code of no value": {"search", []byte("identifier=" + booked.String() + "&patient.identifier=" + url.QueryEscape("http://hl7.it/sid/stp|")), booking.CodeWrongValue, "patient.identifier.value"},
		"a form of a system not known":   {"search", []byte("identifier=" + booked.String() + "&patient.identifier=x|" + secret), booking.CodeWrongIdentifier, "patient.identifier"},
		"a form with a forged number":    {"search", []byte("identifier=7K3M-Q9TX-4B2A&patient.identifier=" + mariasCode), booking.CodeWrongNumber, "identifier"},
		"a form of another number":       {"search", []byte("identifier=x|1&patient.identifier=" + mariasCode), booking.CodeWrongValue, "identifier"},
	} {
		t.Run(name, func(t *testing.T) {
			err := parsers[tc.parser](tc.body)
			if tc.code == booking.CodeTooLarge {
				if !errors.Is(err, booking.CodeTooLarge) {
					t.Errorf("error %v", err)
				}
				return
			}
			var wrong *Error
			if !errors.As(err, &wrong) {
				t.Fatalf("error %v", err)
			}
			if wrong.Code != tc.code || !strings.HasPrefix(wrong.Expression, tc.at) || wrong.Wrong == "" || wrong.Right == "" {
				t.Errorf("%s: %v; want %s at %s", wrong.Code, err, tc.code, tc.at)
			}
			if exact := tc.code != booking.CodeMalformed || !strings.Contains(name, "deep"); exact && wrong.Expression != tc.at {
				t.Errorf("at %s, want %s", wrong.Expression, tc.at)
			}
			refused(t, err, secret, mariasCode, "maria", "1985", booked.String())
		})
	}
}

// refused checks that an error is a client's, and repeats nothing.
func refused(t *testing.T, err error, secrets ...string) {
	t.Helper()
	for _, l := range []words.Language{words.English, words.Italian} {
		p := booking.Explain(err)
		if p.Status < 400 || p.Status > 499 || p.Retry > 0 {
			t.Errorf("status %d, retry %v: %v", p.Status, p.Retry, err)
		}
		said := string(marshal(t, Refuse(p, Situation{Language: l}))) + err.Error()
		for _, secret := range secrets {
			if strings.Contains(said, secret) {
				t.Errorf("repeats %s: %s", secret, said)
			}
		}
	}
}

// No parser panics on any input; each returns an error of this package or nil.
func TestNoParserPanics(t *testing.T) {
	bodies := [][]byte{nil, {0}, []byte("{"), []byte(`{"resourceType":"Parameters","parameter":[{}]}`), asks(vaccination, slotOne, mariaSays, numbered)}
	for n := range 40 {
		bodies = append(bodies, []byte(fmt.Sprintf(`{"resourceType":"Parameters","parameter":%s`, strings.Repeat(`[{"resource":`, n))))
	}
	for name, parse := range parsers {
		for _, body := range bodies {
			if err := parse(body); err != nil {
				refused(t, err, mariasCode)
			}
		}
		if err := parse([]byte(`{"resourceType":"Parameters","parameter":[{"name":"x"}]}`)); err == nil {
			t.Errorf("%s took what asks for nothing", name)
		}
	}
}

// hostile values take the place of any other.
var hostile = []any{
	nil, true, "", " ", "\u0000", strings.Repeat("x", 2000), mariasCode, "a'; DROP TABLE booking; --", "<script>", "../..", "\U0010ffff", "2026-02-30",
	json.Number("1e400"), json.Number("-0"), 1 << 62, []any{}, []any{nil}, []any{[]any{}}, object{}, object{"resourceType": "Patient"},
	object{"reference": 1}, object{"identifier": object{}}, object{"coding": []any{object{"code": "it"}, nil}},
}

// mutate puts one hostile value somewhere into a value.
func mutate(value any, random *rand.Rand) any {
	if random.IntN(4) == 0 {
		return hostile[random.IntN(len(hostile))]
	}
	switch value := value.(type) {
	case object:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if random.IntN(len(value)) == 0 {
				value[name] = mutate(value[name], random)
				return value
			}
		}
	case []any:
		if len(value) > 0 {
			i := random.IntN(len(value))
			value[i] = mutate(value[i], random)
			return value
		}
	}
	return hostile[random.IntN(len(hostile))]
}

func TestOneHostileValueAnywhere(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	refusals := 0
	for range 3_000 {
		var body any
		whole := asks(vaccination, born1946, slotOne, slotTwo, `{"name":"near","valueString":"41.89|12.51"}`, `{"name":"start","valueDate":"2026-12-02"}`,
			`{"name":"patient-resource","resource":{"resourceType":"Patient","birthDate":"1985-12-10","identifier":[{"system":"http://hl7.it/sid/codiceFiscale","value":"RSSMRA85T10A562S"}],
			"telecom":[{"system":"email","value":"maria@example.org"},{"system":"phone","value":"0612345678"}],"communication":[{"language":{"coding":[{"code":"it"}]},"preferred":true}]}}`)
		if random.IntN(2) == 0 {
			whole = asks(numbered, slotTwo, mariaSays)
		}
		if err := json.Unmarshal(whole, &body); err != nil {
			t.Fatal(err)
		}
		data := marshal(t, mutate(body, random))
		for name, parse := range parsers {
			if err := parse(data); err != nil && name != "search" {
				refusals++
				refused(t, err, mariasCode, "maria@", "1985-12-10", "0612345678", "DROP", booked.String())
			}
		}
		if t.Failed() {
			t.Fatalf("with %s", data)
		}
	}
	if refusals < 3_000 {
		t.Errorf("only %d refusals: the values are not hostile enough", refusals)
	}
}

func TestUnknownHub(t *testing.T) {
	p := booking.Explain(fmt.Errorf("find: %w", booking.UnknownHubError{Index: 2}))
	if p.Status != 400 || p.Code != booking.CodeWrongValue || p.Unexpected {
		t.Errorf("%+v", p)
	}
	const where = "Parameters.parameter.where(name='location-reference')[2]"
	issue := Refuse(p, Situation{}).Issue[0]
	if want := where + " is no hub; write one of those that are listed as Location"; issue.Diagnostics != want || issue.Expression[0] != where {
		t.Errorf("%+v, want %s", issue, want)
	}
}
