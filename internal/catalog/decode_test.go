/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeRefuses(t *testing.T) {
	good := string(encode(t, lazio()))
	for name, tc := range map[string]struct {
		old, new string // what is replaced in a good document
		want     string
	}{
		"nothing":                    {good, "", "it is empty"},
		"no JSON":                    {`{"format":1,`, `{"format":1,,`, "no JSON at byte 13 of"},
		"half a document":            {good[len(good)/2:], "", "no JSON at byte"},
		"more than a document":       {good, good + good, "no JSON at byte"},
		"no format":                  {`"format":1,`, "", "format 0 is not known here, only format 1"},
		"a format of tomorrow":       {`"format":1`, `"format":2`, "upgrade the booking server"},
		"no revision":                {`"revision":7,`, "", "it has no revision"},
		"a negative revision":        {`"revision":7`, `"revision":-7`, "revision -7 is wrong"},
		"no platform":                {`"platform":"lazio"`, `"platform":""`, "platform is empty"},
		"no zone":                    {`"timeZone":"Europe/Rome"`, `"timeZone":""`, "timeZone is empty"},
		"no share of the places":     {`"percent":10,`, "", "callCentrePlaces: percent is 0: write 1 to 100, or leave callCentrePlaces out"},
		"a negative share":           {`"percent":10`, `"percent":-10`, "callCentrePlaces: percent is -10"},
		"more places than there are": {`"percent":10`, `"percent":101`, "callCentrePlaces: percent is 101"},
		"half a percent":             {`"percent":10`, `"percent":0.5`, "callCentrePlaces.percent is a number 0.5: write a int"},
		"a release in the past":      {`"releaseBeforeHours":48`, `"releaseBeforeHours":-1`, "callCentrePlaces: releaseBeforeHours is -1: write 0 to 8784"},
		"a release in another year":  {`"releaseBeforeHours":48`, `"releaseBeforeHours":8785`, "callCentrePlaces: releaseBeforeHours is 8785"},
		"places in words":            {`{"percent":10,"releaseBeforeHours":48}`, `"a tenth"`, "callCentrePlaces is a string"},
		"words for a number":         {`"stations":4`, `"stations":"four"`, "hubs.stations is a string: write a int"},
		"no station":                 {`"stations":4`, `"stations":0`, "hub rieti: stations is 0"},
		"no minutes":                 {`"minutesPerAppointment":10`, `"minutesPerAppointment":0`, "hub rieti: minutesPerAppointment is 0"},
		"a hub without a name":       {`"name":"rieti"`, `"name":""`, "hub 1 has no name"},
		"a hub twice":                {`"name":"rieti"`, `"name":"fiera-di-roma"`, "hub fiera-di-roma is there twice"},
		"a campaign twice":           {`"name":"school-tests"`, `"name":"born-1946-1950"`, "campaign born-1946-1950 is there twice"},
		"a hub without services":     {`"services":["Vaccination"]`, `"services":[]`, "hub rieti: services is empty"},
		"a service of tomorrow":      {`"services":["Vaccination"]`, `"services":["Xray"]`, `"Xray" is no service`},
		"a day of tomorrow":          {`"Friday"`, `"Funday"`, `"Funday" is no day`},
		"a time of tomorrow":         {`"closes":"20:00"`, `"closes":"20:60"`, `"20:60" is no time of day`},
		"a time in one digit":        {`"opens":"10:00"`, `"opens":"9:00"`, `"9:00" is no time of day`},
		"hours backwards":            {`"closes":"20:00"`, `"closes":"07:00"`, "closes 07:00 is not after opens 08:00"},
		"a day that is none":         {`"2026-12-25"`, `"2026-12-32"`, `closedOn: "2026-12-32" is no day`},
		"a campaign without service": {`"service":"Test"`, `"service":""`, "campaign school-tests"},
		"an opening that is none":    {`"opensAt":"2026-09-01T06:00:00Z",`, "", "opensAt 0001-01-01"},
		"an opening in words":        {`"opensAt":"2026-09-01T06:00:00Z"`, `"opensAt":"midnight"`, "midnight"},
		"closing first":              {`"closesAt":"2027`, `"closesAt":"2025`, "is not after opensAt"},
		"a band backwards":           {`"bornTo":"1950-12-31"`, `"bornTo":"1940-12-31"`, "the older birth date comes first"},
		"a birthday that is none":    {`"bornFrom":"1946-01-01"`, `"bornFrom":"1946"`, `ageBand.bornFrom: "1946" is no day`},
		"no dose":                    {`"doses":{"count":1}`, `"doses":{}`, "count is 0"},
		"an interval for one dose":   {`"doses":{"count":1}`, `"doses":{"count":1,"minIntervalDays":3}`, "one dose has no interval"},
		"an interval backwards":      {`"minIntervalDays":21`, `"minIntervalDays":43`, "an interval of 43 to 42 days"},
		"an operator of tomorrow":    {`"operator":"In"`, `"operator":"Like"`, `drive-in has the operator "Like"`},
		"an operator without values": {`"values":["no","yes"]`, `"values":[]`, "drive-in In needs values"},
		"values without need":        {`"operator":"DoesNotExist"`, `"operator":"DoesNotExist","values":["x"]`, "takes no values"},
		"a requirement without key":  {`"key":"closing"`, `"key":""`, "a requirement has no key"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(good, tc.old) {
				t.Fatalf("%s is not in the document", tc.old)
			}
			c, err := Decode([]byte(strings.Replace(good, tc.old, tc.new, 1)))
			if err == nil {
				t.Fatal("it was decoded")
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %q, want it to say %q", err, tc.want)
			}
			if diff := cmp.Diff(Catalog{}, c); diff != "" {
				t.Errorf("something was decoded all the same: %s", diff)
			}
		})
	}
}

// Pods outlive upgrades of the operator.
func TestDecodePassesOverWhatIsNew(t *testing.T) {
	data := strings.Replace(string(encode(t, lazio())), `"stations":4`, `"stations":4,"wheelchairs":true`, 1)
	got, err := Decode([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lazio(), got); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

func TestDecodeRefusesWhatIsTooLarge(t *testing.T) {
	if _, err := Decode(bytes.Repeat([]byte(" "), MaxBytes+1)); err == nil || !strings.Contains(err.Error(), "at most 921600 fit") {
		t.Errorf("error %v", err)
	}
}

// What cannot be read is not published either.
func TestEncodeRefusesWhatDecodeWould(t *testing.T) {
	for name, change := range map[string]func(*Catalog){
		"year 12026":      func(c *Catalog) { c.Campaigns[0].OpensAt = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC) },
		"closing in 9999": func(c *Catalog) { *c.Campaigns[0].ClosesAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"revision -1":     func(c *Catalog) { c.Revision = -1 },
		"percent 0":       func(c *Catalog) { c.CallCentrePlaces.Percent = 0 },
		"no name":         func(c *Catalog) { c.Hubs[0].Name = "" },
	} {
		t.Run(name, func(t *testing.T) {
			c := lazio()
			change(&c)
			c.Digest() // must not panic
			if data, err := c.Encode(); err == nil {
				t.Errorf("encoded: %s", data)
			}
		})
	}
}

// What may be declared tomorrow is read today: a refusal would hold back every
// postponement besides.
func TestDecodeTakesMorePlacesThanMayBeDeclared(t *testing.T) {
	c := lazio()
	c.CallCentrePlaces = &CallCentrePlaces{Percent: 100, ReleaseBeforeHours: 8784}
	got, err := Decode(encode(t, c))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, got); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

// An opening is never early, not even by a part of a second.
func TestInstantsAreWholeSeconds(t *testing.T) {
	c := lazio()
	c.Campaigns[0].OpensAt = time.Date(2026, 12, 1, 22, 59, 59, 1, time.UTC)
	got, err := Decode(encode(t, c))
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC); !got.Campaigns[0].OpensAt.Equal(want) {
		t.Errorf("opens at %v, want %v", got.Campaigns[0].OpensAt, want)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(f, lazio()))
	f.Add(encode(f, region(3, 3)))
	f.Add([]byte(`{"format":1,"revision":1,"platform":"p","timeZone":"UTC"}`))
	f.Add([]byte(`{"format":1,"revision":9223372036854775807,"platform":"p","timeZone":"UTC","hubs":[{}],"campaigns":[{"opensAt":"9999-12-31T23:59:59.999Z"}]}`))
	f.Add([]byte(`{"format":1,"revision":1,"platform":"p","timeZone":"UTC","callCentrePlaces":{"percent":100,"releaseBeforeHours":0}}`))
	f.Add([]byte(`{"format":1,"revision":1,"platform":"p","timeZone":"UTC","callCentrePlaces":null}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Decode(data)
		if err != nil {
			return
		}
		again, err := c.Encode()
		if err != nil {
			t.Fatalf("decoded, but cannot be encoded: %v", err)
		}
		back, err := Decode(again)
		if err != nil {
			t.Fatalf("encoded, but cannot be decoded: %v", err)
		}
		if diff := cmp.Diff(c, back); diff != "" {
			t.Errorf("not the same (-first +second):\n%s", diff)
		}
		if !json.Valid(again) {
			t.Errorf("no JSON: %s", again)
		}
	})
}
