/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"fmt"
	"image/color"
	"strings"

	barcode "github.com/boombuler/barcode/qr"
)

// QR is a QR code as one path of SVG, in modules.
type QR struct {
	Size int // with the quiet zone
	Path string
}

// quiet is the width of the white border in modules: ISO/IEC 18004.
const quiet = 4

// NewQR draws a text.
func NewQR(text string) (QR, error) {
	code, err := barcode.Encode(text, barcode.M, barcode.AlphaNumeric)
	if err != nil {
		return QR{}, fmt.Errorf("draw a booking number: %w", err)
	}
	bounds := code.Bounds()
	var path strings.Builder
	dark := func(x, y int) bool {
		return x < bounds.Max.X && color.GrayModel.Convert(code.At(x, y)) == color.Gray{}
	}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			from := x
			for dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return QR{Size: bounds.Dx() + 2*quiet, Path: path.String()}, nil
}
