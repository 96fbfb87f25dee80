/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"

	"github.com/mezzanotte/mezzanotte/internal/crowd/ledger"
	"github.com/mezzanotte/mezzanotte/internal/crowd/stub"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// A small crowd comes to two processes over real connections: everybody who may book
// has a booking, nobody before the opening, and the ledger has what the servers have.
func TestACrowd(t *testing.T) {
	folder := t.TempDir()
	acknowledged, svg := filepath.Join(folder, "acknowledged"), filepath.Join(folder, "crowd.svg")
	server := busy()
	one, two := httptest.NewServer(server), httptest.NewServer(server)
	defer one.Close()
	defer two.Close()
	o, err := parse(t.Context(), []string{
		"--channel", fmt.Sprintf("web=%s,%s:70%%", one.URL, two.URL), "--channel", "app=" + two.URL + ":30%",
		"--opens", "4s", "--born", "1946-01-01..1950-12-31", "--people", "300", "--duration", "2s", "--early-by", "1s", "--early-percent", "20",
		"--think", "50ms", "--double-click-percent", "20", "--ineligible-percent", "10", "--acknowledged", acknowledged, "--svg", svg, "-o", "json",
	}, io.Discard, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	server.OpensAt = o.opens
	var live, out bytes.Buffer
	report, err := run(t.Context(), o, &live)
	if err != nil {
		t.Fatal(err)
	}
	checkReport(t, report, server)
	checkLedger(t, acknowledged, server.Numbers())
	if !strings.Contains(live.String(), " +00:01 ") || strings.Count(live.String(), "\n") < 5 {
		t.Errorf("said %s", live.String())
	}

	if err := write(o, report, &out); err != nil {
		t.Fatal(err)
	}
	if picture, err := os.ReadFile(svg); err != nil || !bytes.HasPrefix(picture, []byte("<svg ")) {
		t.Errorf("picture: %v", err)
	}
	var again tally.Report
	if err := json.Unmarshal(out.Bytes(), &again); err != nil || again.Bookings != report.Bookings {
		t.Errorf("output: %v", err)
	}
}

// busy is a server that sends every tenth away to come again.
func busy() *stub.Server {
	server := &stub.Server{Now: time.Now, BornFrom: "1946-01-01", BornTo: "1950-12-31"}
	server.Before = func(w http.ResponseWriter, _ *http.Request, asked stub.Asked) bool {
		if asked.Verb != "$hold" || asked.At.Before(server.OpensAt) || len(server.Asked("$hold"))%10 != 0 {
			return false
		}
		w.Header().Set("Retry-After", "1")
		stub.Refuse(w, http.StatusServiceUnavailable, "overloaded")
		return true
	}
	return server
}

func checkReport(t *testing.T, report tally.Report, server *stub.Server) {
	t.Helper()
	if sum := report.Sessions.Booked + report.Sessions.Refused; report.Arrivals != 300 || sum != 300 || report.Early != 60 {
		t.Errorf("of %d people %d ended well: %+v", report.Arrivals, sum, report.Sessions)
	}
	if report.Bookings-report.Cancelled != server.Booked() || report.Bookings < 240 || report.Bookings > 290 {
		t.Errorf("%d bookings less %d cancelled, the server has %d", report.Bookings, report.Cancelled, server.Booked())
	}
	if len(report.Broken()) > 0 || report.TooEarly == 0 || report.Shed == 0 || report.Twice.Answered == 0 {
		t.Errorf("report %+v", report)
	}
	if report.Generator.CPUSeconds <= 0 || report.Generator.Requests != len(server.Asked("")) {
		t.Errorf("generator %+v, but the server counts %d requests", report.Generator, len(server.Asked("")))
	}
}

// checkLedger compares what was acknowledged with what there is.
func checkLedger(t *testing.T, file string, booked []string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for decoder := json.NewDecoder(bytes.NewReader(data)); decoder.More(); {
		var e ledger.Entry
		if err := decoder.Decode(&e); err != nil {
			t.Fatal(err)
		}
		switch e.Verb {
		case "book":
			kept = append(kept, e.Number)
		case "cancel":
			kept = slices.DeleteFunc(kept, func(n string) bool { return n == e.Number })
		}
	}
	slices.Sort(kept)
	slices.Sort(booked)
	if diff := cmp.Diff(booked, kept); diff != "" {
		t.Error(diff)
	}
}

func TestFlags(t *testing.T) {
	now := time.Date(2026, time.December, 1, 22, 59, 30, 500, time.UTC)
	const here = "--channel=web=http://127.0.0.1:8081:100%"
	cases := map[string]struct {
		arguments []string
		wantErr   string
	}{
		"as little as possible":    {[]string{here}, ""},
		"nowhere":                  {nil, "no channel: write"},
		"a public address":         {[]string{"--channel=web=http://203.0.113.9:80:100%"}, "a crowd cannot go there"},
		"it is not even for tests": {[]string{"--test-network", "--channel=web=http://203.0.113.9:80:100%"}, "a crowd cannot go there"},
		"one of many":              {[]string{"--channel=web=http://127.0.0.1:80,http://203.0.113.9:80:100%"}, "a crowd cannot go there"},
		"a private network":        {[]string{"--channel=web=http://198.18.0.9:80:100%"}, "add --test-network"},
		"a private network, said":  {[]string{"--test-network", "--channel=web=http://198.18.0.9:80:100%"}, ""},
		"shares":                   {[]string{"--channel=web=http://127.0.0.1:8081:90%"}, "add up to 90 %"},
		"too many people":          {[]string{here, "--people=1000001"}, "write at most 1000000"},
		"too large a forecast":     {[]string{here, "--eligible=900000000"}, "write at most 1000000"},
		"too long":                 {[]string{here, "--duration=61m"}, "--duration 1h1m0s: write at most"},
		"no time at all":           {[]string{here, "--duration=0s"}, "--duration 0s"},
		"to wait for ever":         {[]string{here, "--drain=24h"}, "--drain 24h0m0s: write at most"},
		"too many inside":          {[]string{here, "--inside=1000000"}, "--inside 1000000: write at most"},
		"tomorrow":                 {[]string{here, "--opens=24h"}, "is more than 1h0m0s away"},
		"no instant":               {[]string{here, "--opens=midnight"}, "--opens midnight: write a time"},
		"no birth dates":           {[]string{here, "--born=1946"}, "--born 1946: write two days"},
		"birth dates backwards":    {[]string{here, "--born=1950-01-01..1946-01-01"}, "write two days in order"},
		"more than everybody":      {[]string{here, "--cancel-percent=60", "--move-percent=60"}, "--cancel-percent and --move-percent 120"},
		"less than nobody":         {[]string{here, "--early-percent=-1"}, "--early-percent -1"},
		"too few requests":         {[]string{here, "--requests=2"}, "--requests 2"},
		"an unknown output":        {[]string{here, "-o", "xml"}, "-o xml: write text or json"},
		"a page elsewhere":         {[]string{here, "--page", "http://example.org"}, "a path begins with /"},
		"no such catalog":          {[]string{here, "--catalog", "no/such/file"}, "read the catalog"},
		"what is no flag":          {[]string{here, "now"}, `unexpected argument "now"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t.Context(), c.arguments, io.Discard, now)
			if (err == nil) != (c.wantErr == "") || err != nil && !strings.Contains(err.Error(), c.wantErr) {
				t.Errorf("error %v, want %q", err, c.wantErr)
			}
		})
	}
}

// What flags leave open comes from the catalog; where the doors are open already, the
// crowd comes soon and nobody is early.
func TestCatalog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "catalog.json")
	document := `{"format":1,"revision":3,"platform":"lazio","timeZone":"Europe/Rome",
		"hubs":[{"name":"fiera","displayName":"Fiera","address":"Via Portuense 1645","services":["Vaccination"],"stations":3,"minutesPerAppointment":8,"openingHours":[{"days":["Monday"],"opens":"08:00","closes":"24:00"}]}],
		"campaigns":[{"name":"born-1946-1950","service":"Vaccination","ageBand":{"bornFrom":"1946-01-01","bornTo":"1950-12-31"},"opensAt":"2026-12-01T23:00:00Z","opensAtLocal":"midnight","doses":{"count":1}}]}`
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	opens := time.Date(2026, time.December, 1, 23, 0, 0, 0, time.UTC)
	cases := map[string]struct {
		now         time.Time
		wantFrom    time.Time
		wantEarly   float64
		wantEarlyBy time.Duration
	}{
		"half a minute before": {opens.Add(-30 * time.Second), opens, 5, 10 * time.Second},
		"5 s before":           {opens.Add(-5 * time.Second), opens, 5, 5 * time.Second},
		"an hour after":        {opens.Add(time.Hour), opens.Add(time.Hour + ahead), 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o, err := parse(t.Context(), []string{"--channel=web=http://127.0.0.1:8081:100%", "--catalog", file}, io.Discard, c.now)
			if err != nil {
				t.Fatal(err)
			}
			if !o.opens.Equal(opens) || !o.from.Equal(c.wantFrom) || o.curve.EarlyPercent != c.wantEarly || o.curve.EarlyBy != c.wantEarlyBy {
				t.Errorf("opens %s, from %s, %g %% early by %s", o.opens, o.from, o.curve.EarlyPercent, o.curve.EarlyBy)
			}
			if o.campaign.Name != "born-1946-1950" || o.mix.From != civil.Date(1946, time.January, 1) || o.mix.To != civil.Date(1950, time.December, 31) {
				t.Errorf("%s, born %s to %s", o.campaign.Name, o.mix.From, o.mix.To)
			}
		})
	}
	if _, err := parse(t.Context(), []string{"--channel=web=http://127.0.0.1:8081:100%", "--catalog", file, "--campaign", "other"}, io.Discard, opens); err == nil || !strings.Contains(err.Error(), "has no campaign other") {
		t.Errorf("error %v", err)
	}
}
