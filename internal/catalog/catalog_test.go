/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "renew the golden files")

func encode(t testing.TB, c Catalog) []byte {
	t.Helper()
	data, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The document is a contract with booking pods that an older or newer
// operator feeds: what is in a golden file must stay readable for ever.
func TestDocument(t *testing.T) {
	for name, c := range map[string]Catalog{"lazio.json": plain(), "lazio-call-centre.json": lazio()} {
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", name)
			var got bytes.Buffer
			if err := json.Indent(&got, encode(t, c), "", "  "); err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("not as in %s (renew with -update) (-want +got):\n%s", golden, diff)
			}
			decoded, err := Decode(want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c, decoded); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDigestNeverChangesBetweenVersions(t *testing.T) {
	for name, tc := range map[string]struct {
		catalog Catalog
		want    string
	}{
		"as the first operators wrote it": {plain(), "sha256:14196a6bd94769fb17e7c28c628f0496a3d056311b8149844d2b4abb686ab743"},
		"with places for the call centre": {lazio(), "sha256:505d22bf67e831340414c6fc47eca4c3fa12fdb2d4f1b9fd8ebe2d0015ec285f"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.catalog.Digest(); got != tc.want {
				t.Errorf("digest %s, was %s: every upgrade of the operator would publish a new revision", got, tc.want)
			}
		})
	}
}

func TestOrderSaysNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range []Catalog{lazio(), region(50, 20)} {
		want, digest := encode(t, c), c.Digest()
		for range 20 {
			mixed := shuffled(c, random)
			if got := encode(t, mixed); !bytes.Equal(got, want) {
				t.Fatalf("another order gave another document:\n%s\n%s", want, got)
			}
			if got := mixed.Digest(); got != digest {
				t.Fatalf("another order gave the digest %s, not %s", got, digest)
			}
		}
	}
}

func TestEncodeLeavesTheCatalogAsItWas(t *testing.T) {
	c := shuffled(lazio(), rand.New(rand.NewPCG(3, 4)))
	before, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	encode(t, c)
	c.Digest()
	after, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
	}
}

func TestDigest(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*Catalog)
		same   bool
	}{
		"revision":      {change: func(c *Catalog) { c.Revision = 99 }, same: true},
		"part second":   {change: func(c *Catalog) { c.Campaigns[0].OpensAt = c.Campaigns[0].OpensAt.Add(-time.Nanosecond) }, same: true},
		"opening":       {change: func(c *Catalog) { c.Campaigns[0].OpensAt = c.Campaigns[0].OpensAt.Add(time.Second) }},
		"pause":         {change: func(c *Catalog) { c.Campaigns[0].Paused = "" }},
		"hub selector":  {change: func(c *Catalog) { c.Campaigns[0].HubSelector = Selector{} }},
		"kept places":   {change: func(c *Catalog) { c.CallCentrePlaces.Percent++ }},
		"their release": {change: func(c *Catalog) { c.CallCentrePlaces.ReleaseBeforeHours = 0 }},
		"none kept":     {change: func(c *Catalog) { c.CallCentrePlaces = nil }},
		"hub's address": {change: func(c *Catalog) { c.Hubs[0].Address = "Via Appia" }},
		"hub's labels":  {change: func(c *Catalog) { c.Hubs[0].Labels["province"] = "lt" }},
		"one hub less":  {change: func(c *Catalog) { c.Hubs = c.Hubs[:1] }},
	} {
		t.Run(name, func(t *testing.T) {
			c := lazio()
			tc.change(&c)
			if got := c.Digest() == lazio().Digest(); got != tc.same {
				t.Errorf("same digest: %t, want %t", got, tc.same)
			}
		})
	}
}

func TestLargestPlatformFits(t *testing.T) {
	c := region(MaxHubs, MaxCampaigns)
	data := encode(t, c)
	t.Logf("%d hubs and %d campaigns take %d KiB of %d", MaxHubs, MaxCampaigns, len(data)>>10, MaxBytes>>10)
	decoded, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := decoded.Digest(), c.Digest(); got != want {
		t.Errorf("decoded digest %s, want %s", got, want)
	}
}

func TestTooLarge(t *testing.T) {
	for name, tc := range map[string]struct {
		catalog Catalog
		want    TooLargeError
	}{
		"hubs":      {region(MaxHubs+1, 0), TooLargeError{What: "hubs", Got: 1001, Max: 1000}},
		"campaigns": {region(1, MaxCampaigns+1), TooLargeError{What: "campaigns", Got: 201, Max: 200}},
		"bytes": {func() Catalog {
			c := region(MaxHubs, 1)
			for i := range c.Hubs {
				c.Hubs[i].Address = strings.Repeat("x", 600)
			}
			return c
		}(), TooLargeError{What: "bytes", Max: MaxBytes}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tc.catalog.Encode()
			var got *TooLargeError
			if !errors.As(err, &got) {
				t.Fatalf("error %v, want a TooLargeError", err)
			}
			if got.What != tc.want.What || got.Max != tc.want.Max || got.Got <= got.Max {
				t.Errorf("got %+v, want %+v", *got, tc.want)
			}
		})
	}
}

func TestNext(t *testing.T) {
	wanted := lazio()
	same, other := wanted.Digest(), "sha256:other"
	for name, tc := range map[string]struct {
		known []Published
		want  int64
	}{
		"the first ever":                         {want: 1},
		"nothing but zeros":                      {known: []Published{{}, {}}, want: 1},
		"nothing new":                            {known: []Published{{7, same}, {7, same}}, want: 7},
		"something new":                          {known: []Published{{7, other}, {7, other}}, want: 8},
		"ConfigMap deleted, nothing new":         {known: []Published{{}, {7, same}}, want: 7},
		"ConfigMap deleted, something new":       {known: []Published{{}, {7, other}}, want: 8},
		"status behind, nothing new":             {known: []Published{{8, same}, {7, other}}, want: 8},
		"status behind, changed back":            {known: []Published{{8, other}, {7, same}}, want: 9},
		"an old ConfigMap restored":              {known: []Published{{3, same}, {7, other}}, want: 8},
		"an old ConfigMap restored, nothing new": {known: []Published{{3, other}, {7, same}}, want: 7},
		"one revision, two contents":             {known: []Published{{7, same}, {7, other}}, want: 8},
		"two contents, the other way round":      {known: []Published{{7, other}, {7, same}}, want: 8},
	} {
		t.Run(name, func(t *testing.T) {
			wanted := wanted
			wanted.Revision = 4711 // says nothing
			if got := Next(wanted, tc.known...).Revision; got != tc.want {
				t.Errorf("revision %d, want %d", got, tc.want)
			}
		})
	}
}

// Whatever happens to the ConfigMap, the revision never falls, and two
// catalogs that say different things never share one.
func TestRevisionsNeverFall(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	wanted, status, configMap := lazio(), Published{}, Published{}
	seen := map[int64]string{}
	for range 2000 {
		switch random.IntN(4) {
		case 0:
			wanted.Hubs[0].Stations = 1 + random.IntN(5)
		case 1:
			configMap = Published{} // somebody deletes it
		}
		next := Next(wanted, configMap, status)
		if next.Revision < status.Revision {
			t.Fatalf("revision %d after %d", next.Revision, status.Revision)
		}
		if digest, found := seen[next.Revision]; found && digest != next.Digest() {
			t.Fatalf("revision %d says two things", next.Revision)
		}
		seen[next.Revision] = next.Digest()
		configMap, status = next.Published(), next.Published()
	}
}

func TestOffers(t *testing.T) {
	c := lazio()
	for name, tc := range map[string]struct {
		campaign, hub int
		want          bool
	}{
		"service and labels": {0, 0, true},
		"other labels":       {0, 1, false},
		"every hub":          {1, 0, true},
		"another service":    {1, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.Campaigns[tc.campaign].Offers(c.Hubs[tc.hub]); got != tc.want {
				t.Errorf("offers: %t, want %t", got, tc.want)
			}
		})
	}
}

func BenchmarkDigestOfARegion(b *testing.B) {
	c := region(MaxHubs, MaxCampaigns)
	for b.Loop() {
		c.Digest()
	}
}

func BenchmarkDecodeARegion(b *testing.B) {
	data := encode(b, region(MaxHubs, MaxCampaigns))
	for b.Loop() {
		if _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
