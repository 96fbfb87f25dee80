/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the holding page anew")

const holdingFile = "../../../config/holding/index.html"

// TestHoldingPage: the file has the current texts.
func TestHoldingPage(t *testing.T) {
	want, err := Holding()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(holdingFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(holdingFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not up to date: run go test with -update (-want +got):\n%s", holdingFile, diff)
	}
	if len(got) > 4000 {
		t.Errorf("it has %d bytes", len(got))
	}
}

func TestHoldingPageStandsAlone(t *testing.T) {
	page, err := os.ReadFile(holdingFile)
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var languages []string
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if (a.Key == "src" || a.Key == "href" || a.Key == "action") && !strings.HasPrefix(a.Val, "data:") {
				t.Errorf("it asks for %s", a.Val)
			}
		}
		if n.Data == "script" {
			t.Error("it has a script")
		}
		if n.Data == "section" {
			languages = append(languages, attribute(n, "lang"))
		}
	}
	if diff := cmp.Diff([]string{"it", "en"}, languages); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
}
