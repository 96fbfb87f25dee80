/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// zoneNames lists the names of the IANA database, one a line. It serves for
// case and suggestions; a zone that is newer than the list is accepted when
// the machine's database has it. Renew it with go test -run Names -update.
//
//go:embed zones.txt
var zoneNames string

var names = strings.Fields(zoneNames)

var (
	// Every part of a name starts with a capital. That leaves out what else
	// lies in /usr/share/zoneinfo: localtime and posixrules, which differ
	// from machine to machine, and right/, whose clocks count leap seconds.
	namePattern   = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+-]{0,31}(/[A-Z][A-Za-z0-9_+-]{0,31}){0,2}$`)
	offsetPattern = regexp.MustCompile(`^(UTC|GMT|Z)?[+-]?[0-9]`)
)

const exampleZone = "write an IANA name such as Europe/Rome"

// read are the zones that were read once. One process gives one answer for a
// zone, even where the machine's database is replaced meanwhile; and a plan asks
// for the same zone a hundred times.
var read sync.Map // name → *time.Location

// Zone gives the time zone of an IANA name, written exactly as IANA writes
// it. It refuses what [time.LoadLocation] takes for a zone on some machines:
// "", "Local", offsets, other spellings. Its errors are of type *[Error].
func Zone(name string) (*time.Location, error) {
	if known, found := read.Load(name); found {
		if loc, ok := known.(*time.Location); ok {
			return loc, nil
		}
	}
	loc, err := load(name)
	if err == nil {
		read.Store(name, loc)
	}
	return loc, err
}

func load(name string) (*time.Location, error) {
	wrong := func(wrong, right string) (*time.Location, error) {
		return nil, &Error{Part: PartZone, Value: name, Wrong: wrong, Right: right}
	}
	switch name {
	case "":
		return wrong("is empty", exampleZone)
	case "Local":
		return wrong("is whatever each machine is set to", exampleZone)
	}
	_, listed := slices.BinarySearch(names, name)
	near := ""
	if !listed {
		near = suggestion(name)
	}
	// Where file names ignore case, europe/Rome would load.
	plausible := listed || namePattern.MatchString(name) && !strings.EqualFold(near, name)
	if plausible {
		if loc, err := time.LoadLocation(name); err == nil {
			return loc, nil
		}
	}
	switch {
	case listed:
		return wrong("is right, but this machine has no data for it", "install the time zone database (tzdata)")
	case offsetPattern.MatchString(name):
		return wrong("is an offset, which does not follow clock changes", exampleZone)
	case near != "":
		return wrong("is not in the IANA time zone database", fmt.Sprintf("write %s if that is meant", near))
	}
	return wrong("is not in the IANA time zone database", exampleZone)
}

// suggestion returns the name that was probably meant: equal except for case, the same
// city, or one typing mistake away; or "".
func suggestion(name string) string {
	if len(name) > 64 {
		return ""
	}
	name = strings.ToLower(strings.ReplaceAll(name, " ", "_"))
	likeness := []func(listed string) bool{
		func(listed string) bool { return listed == name },
		func(listed string) bool { return listed[strings.LastIndexByte(listed, '/')+1:] == name },
		func(listed string) bool { return oneSlip(listed, name) },
	}
	for _, like := range likeness {
		for _, listed := range names {
			if like(strings.ToLower(listed)) {
				return listed
			}
		}
	}
	return ""
}

// oneSlip reports whether a and b, both longer than an abbreviation, differ by one
// letter too many, too few, wrong, or by two swapped.
func oneSlip(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(b) < 5 || len(a)-len(b) > 1 {
		return false
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	if len(a) > len(b) {
		return a[i+1:] == b[i:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
