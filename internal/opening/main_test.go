/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"archive/zip"
	"crypto/sha256"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

var update = flag.Bool("update", false, "renew zones.txt from the database that comes with Go")

// goDatabase is the zone database that comes with Go.
var goDatabase = func() string {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return ""
	}
	return filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip")
}()

// TestMain makes every test see Go's own database, not the machine's.
func TestMain(m *testing.M) {
	flag.Parse()
	if goDatabase != "" {
		if err := os.Setenv("ZONEINFO", goDatabase); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// databaseZone is a zone of Go's database. Original is false for all but one
// of the names that have the same data.
type databaseZone struct {
	name     string
	loc      *time.Location
	original bool
}

func databaseZones(t testing.TB) []databaseZone {
	t.Helper()
	if goDatabase == "" {
		t.Fatal("there is no zone database: the go command, which knows where it is, was not found")
	}
	archive, err := zip.OpenReader(goDatabase)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	var zones []databaseZone
	seen := map[[sha256.Size]byte]bool{}
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		data := readAll(t, f)
		loc, err := time.LoadLocationFromTZData(f.Name, data)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		sum := sha256.Sum256(data)
		zones = append(zones, databaseZone{f.Name, loc, !seen[sum]})
		seen[sum] = true
	}
	return zones
}

func readAll(t testing.TB, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return data
}

// mustZone gives a zone that is known to exist.
func mustZone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
