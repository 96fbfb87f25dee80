/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"

	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// manifest lets a browser install the app: W3C Web Application Manifest.
type manifest struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	ShortName   string   `json:"short_name"`
	Description string   `json:"description"`
	Language    string   `json:"lang"`
	Direction   string   `json:"dir"`
	StartURL    string   `json:"start_url"`
	Scope       string   `json:"scope"`
	Display     string   `json:"display"`
	Theme       string   `json:"theme_color"`
	Background  string   `json:"background_color"`
	Categories  []string `json:"categories"`
	Icons       []icon   `json:"icons"`
}

type icon struct {
	Source  string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// manifest returns the manifest of a language. All have one ID, so they are the same app.
func (a *App) manifest(l *page.Language) ([]byte, error) {
	m := manifest{
		ID: "/", Name: l.Say("site"), ShortName: l.Say("app.short"), Description: l.Say("app.description"), Language: l.Tag(), Direction: "ltr",
		StartURL: "/" + l.Tag() + "/", Scope: "/", Display: "standalone", Theme: "#004d99", Background: "#ffffff", Categories: []string{"health", "medical"},
	}
	for _, d := range drawings {
		purpose := "any"
		if d.maskable {
			purpose = "maskable"
		}
		m.Icons = append(m.Icons, icon{a.folder + d.name, fmt.Sprintf("%dx%d", d.size, d.size), "image/png", purpose})
	}
	m.Icons = append(m.Icons, icon{a.files.Path("icon.svg"), "any", "image/svg+xml", "any"})
	return json.Marshal(m)
}

// drawing is one icon. A maskable one fills its square, and its picture lies within the
// circle of 80 % that no device cuts off.
type drawing struct {
	name     string
	size     int
	maskable bool
}

var drawings = []drawing{{"icon-192.png", 192, false}, {"icon-512.png", 512, false}, {"maskable-512.png", 512, true}}

// icons returns all icons by name. It draws them once.
var icons = sync.OnceValues(drawn)

func drawn() (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, d := range drawings {
		var text bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&text, d.draw()); err != nil {
			return nil, fmt.Errorf("draw %s: %w", d.name, err)
		}
		out[d.name] = text.Bytes()
	}
	return out, nil
}

// draw draws the clock of icon.svg, whose square is 32 wide, in few colours, so that the file
// is small.
func (d drawing) draw() *image.Paletted {
	const shades = 16
	palette := color.Palette{color.Transparent}
	for i := range shades { // from blue to white
		mix := func(from uint8) uint8 { return uint8((int(from)*(shades-1-i) + 255*i) / (shades - 1)) }
		palette = append(palette, color.RGBA{mix(0), mix(0x4d), mix(0x99), 0xff})
	}
	img := image.NewPaletted(image.Rect(0, 0, d.size, d.size), palette)
	pixel := 32 / float64(d.size)
	for y := range d.size {
		for x := range d.size {
			px, py := (float64(x)+.5)*pixel-16, (float64(y)+.5)*pixel-16
			if !d.maskable && corner(px, py) > pixel/2 {
				continue // transparent
			}
			// The distance inside the white shape, in pixels, decides how white the pixel is.
			white := min(max(.5-clock(px, py)/pixel, 0), 1)
			img.SetColorIndex(x, y, uint8(1+math.Round(white*(shades-1))))
		}
	}
	return img
}

// corner returns the distance of a point from the square with round corners; inside it is
// negative.
func corner(x, y float64) float64 {
	const radius = 6
	dx, dy := math.Abs(x)-(16-radius), math.Abs(y)-(16-radius)
	return math.Hypot(max(dx, 0), max(dy, 0)) - radius
}

// clock returns the distance of a point from the circle and the hand at twelve; inside them
// it is negative.
func clock(x, y float64) float64 {
	const radius, width = 10, 2.5
	circle := math.Abs(math.Hypot(x, y)-radius) - width/2
	hand := math.Hypot(x, y-min(max(y, -8), 0)) - width/2
	return min(circle, hand)
}
