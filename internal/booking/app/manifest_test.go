/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package app

import (
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"testing"
)

func TestManifest(t *testing.T) {
	w := newWorld(t)
	for _, tag := range []string{"it", "en"} {
		var m manifest
		if err := json.Unmarshal(w.get("/"+tag+"/app.webmanifest").Body.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		if m.ID != "/" || m.Scope != "/" || m.StartURL != "/"+tag+"/" || m.Display != "standalone" || m.Language != tag || m.Name == "" || len(m.ShortName) > 12 {
			t.Errorf("in %s it is %+v", tag, m)
		}
		sizes := map[string]bool{}
		for _, i := range m.Icons {
			sizes[i.Purpose+" "+i.Sizes] = true
			w.shows(t, i)
		}
		for _, want := range []string{"any 192x192", "any 512x512", "maskable 512x512"} {
			if !sizes[want] {
				t.Errorf("in %s there is no icon %s: %v", tag, want, sizes)
			}
		}
	}
}

// shows checks an icon: it is white in the middle, and a maskable one fills its corners.
func (w *world) shows(t *testing.T, i icon) {
	t.Helper()
	got := w.get(i.Source)
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != i.Type || got.Body.Len() > 10_000 {
		t.Errorf("%s answers %d %q, %d bytes", i.Source, got.Code, got.Header().Get("Content-Type"), got.Body.Len())
	}
	if i.Type != "image/png" {
		return
	}
	img, err := png.Decode(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	side := img.Bounds().Dx()
	if want := fmt.Sprintf("%dx%d", side, side); i.Sizes != want {
		t.Errorf("%s is %s, and said to be %s", i.Source, want, i.Sizes)
	}
	_, _, _, corner := img.At(0, 0).RGBA()
	if r, _, _, _ := img.At(side/2, side/2).RGBA(); r != 0xffff {
		t.Errorf("%s shows nothing in the middle", i.Source)
	}
	if filled := corner != 0; filled != (i.Purpose == "maskable") {
		t.Errorf("%s: the corner is filled: %t", i.Source, filled)
	}
}
