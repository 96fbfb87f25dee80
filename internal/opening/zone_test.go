/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestZoneAccepts(t *testing.T) {
	for _, name := range []string{
		"Europe/Rome", "UTC", "Etc/GMT+1", "GB-Eire", "America/Argentina/Buenos_Aires",
		"America/Port-au-Prince", "Antarctica/DumontDUrville", "EST5EDT", "NZ-CHAT",
	} {
		loc, err := Zone(name)
		if err != nil {
			t.Error(err)
		} else if loc.String() != name {
			t.Errorf("Zone(%q) is called %q", name, loc)
		}
	}
}

func TestZoneRefuses(t *testing.T) {
	const unknown, offset = "is not in the IANA time zone database", "is an offset, which does not follow clock changes"
	for name, want := range map[string]struct{ wrong, right string }{
		"":                       {"is empty", exampleZone},
		"Local":                  {"is whatever each machine is set to", exampleZone},
		"02:00":                  {offset, exampleZone},
		"+02:00":                 {offset, exampleZone},
		"-3":                     {offset, exampleZone},
		"UTC+1":                  {offset, exampleZone},
		"GMT+2":                  {offset, exampleZone},
		"Rome":                   {unknown, "write Europe/Rome if that is meant"},
		"europe/rome":            {unknown, "write Europe/Rome if that is meant"},
		"EUROPE/ROME":            {unknown, "write Europe/Rome if that is meant"},
		"Europe/rome":            {unknown, "write Europe/Rome if that is meant"},
		"Europe/Roma":            {unknown, "write Europe/Rome if that is meant"},
		"Eurpoe/Rome":            {unknown, "write Europe/Rome if that is meant"},
		"Europe/Rme":             {unknown, "write Europe/Rome if that is meant"},
		"Europe/Rome ":           {unknown, "write Europe/Rome if that is meant"},
		"America/Sao Paulo":      {unknown, "write America/Sao_Paulo if that is meant"},
		"utc":                    {unknown, "write UTC if that is meant"},
		"Europe":                 {unknown, exampleZone},
		"CEST":                   {unknown, exampleZone},
		"Europe/Atlantis":        {unknown, exampleZone},
		"localtime":              {unknown, exampleZone},
		"posixrules":             {unknown, exampleZone},
		"right/Europe/Rome":      {unknown, exampleZone},
		"posix/Europe/Rome":      {unknown, exampleZone},
		"/etc/localtime":         {unknown, exampleZone},
		"../zoneinfo":            {unknown, exampleZone},
		"Europe/../Europe/Rome":  {unknown, exampleZone},
		"Europe/Rome\x00":        {unknown, "write Europe/Rome if that is meant"},
		strings.Repeat("A", 999): {unknown, exampleZone},
	} {
		_, err := Zone(name)
		var wrong *Error
		if !errors.As(err, &wrong) {
			t.Errorf("Zone(%q) gave error %v, want an *Error", name, err)
			continue
		}
		if wrong.Part != PartZone || wrong.Value != name {
			t.Errorf("Zone(%q) blames %s %q", name, wrong.Part, wrong.Value)
		}
		if wrong.Wrong != want.wrong || wrong.Right != want.right {
			t.Errorf("Zone(%q) says %q, %q; want %q, %q", name, wrong.Wrong, wrong.Right, want.wrong, want.right)
		}
	}
}

// Every zone of the database is accepted, under all its names.
func TestZoneNames(t *testing.T) {
	var inDatabase []string
	for _, zone := range databaseZones(t) {
		inDatabase = append(inDatabase, zone.name)
		if _, err := Zone(zone.name); err != nil {
			t.Error(err)
		}
		if !namePattern.MatchString(zone.name) {
			t.Errorf("%s does not look like a name: once newer than zones.txt, such a zone would be refused", zone.name)
		}
	}
	slices.Sort(inDatabase)
	if *update {
		if err := os.WriteFile("zones.txt", []byte(strings.Join(inDatabase, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !slices.IsSorted(names) {
		t.Error("zones.txt is not sorted")
	}
	for _, name := range inDatabase {
		if _, listed := slices.BinarySearch(names, name); !listed {
			t.Logf("%s is new: renew zones.txt with go test -run Names -update", name)
		}
	}
}
