/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// anyNumber stands for the number of a booking in the requests.
const anyNumber = "NUMBER"

// writeRequests writes the bodies of requests into files, as clients write them.
func writeRequests(p place, places []booking.Place) error {
	for _, who := range []band{bands.opened, bands.opens, bands.nextWeek} {
		id, err := who.identifier()
		if err != nil {
			return err
		}
		name, held := strings.ToLower(who.person), booking.Reference{Identifier: id}
		patient := fhir.Patient{Identifier: id, Contact: booking.Contact{Email: name + "@example.org", Language: "it"}}
		for verb, parameters := range map[string]fhir.Parameters{
			"find":   fhir.Find{Service: service, Patient: fhir.Patient{Identifier: id}, Offers: 1}.Parameters(),
			"hold":   fhir.Take{Service: service, Patient: patient, Places: places}.Parameters(),
			"book":   fhir.Change{Reference: held, Contact: patient.Contact}.Parameters(),
			"cancel": fhir.Change{Reference: held}.Parameters(),
		} {
			text, err := json.MarshalIndent(parameters, "", "  ")
			if err != nil {
				return err
			}
			text = bytes.ReplaceAll(text, []byte(`"Appointment/"`), []byte(`"Appointment/`+anyNumber+`"`))
			if err := os.WriteFile(p.path("requests", name+"-"+verb+".json"), append(text, '\n'), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// firstOffer waits until there are slots, and returns those of one booking.
func firstOffer(ctx context.Context, s *server, doses int) ([]booking.Place, error) {
	body, err := json.Marshal(fhir.Find{Campaign: bands.opened.campaign, Offers: 1}.Parameters())
	if err != nil {
		return nil, err
	}
	var places []booking.Place
	err = s.until(ctx, func(ctx context.Context) (bool, error) {
		answer, err := post(ctx, s.address+base+"/Appointment/$find", body)
		if err != nil {
			return false, fmt.Errorf("%w: %s", err, answer)
		}
		places, err = offered(answer)
		return len(places) >= doses, err
	})
	if err != nil {
		return nil, fmt.Errorf("look for what is free: %w", err)
	}
	return places[:doses], nil
}

// offered returns the slots of an answer, in its order.
func offered(answer string) ([]booking.Place, error) {
	var bundle struct {
		Entry []struct{ Resource fhir.Appointment }
	}
	if err := json.Unmarshal([]byte(answer), &bundle); err != nil {
		return nil, fmt.Errorf("read what is free: %w", err)
	}
	var places []booking.Place
	for _, entry := range bundle.Entry {
		for _, slot := range entry.Resource.Slot {
			at, ok := fhir.ParseSlotID(strings.TrimPrefix(slot.Reference, "Slot/"))
			if !ok {
				return nil, fmt.Errorf("%q names no slot", slot.Reference)
			}
			places = append(places, at)
		}
	}
	return places, nil
}

func post(ctx context.Context, address string, body []byte) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", fhir.MediaType)
	return do(request)
}

func do(request *http.Request) (string, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(response.Status)
	}
	return string(text), err
}
