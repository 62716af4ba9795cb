// Package qr turns a text into the black modules of a QR code, as the path of an SVG. It draws nothing that a browser
// would have to load, knows no page, and keeps nothing: what is in a code is mostly a secret.
package qr

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the white margin on each side, in modules (ISO/IEC 18004, section 5.3.8).
const quiet = 4

// Code is a QR code on a square of Size by Size modules, margin included. Path fills the black ones.
type Code struct {
	Size int
	Path string
}

// Encode returns the code of a text of at most some 2,000 bytes, with the error correction M: a seventh of it may be
// unreadable.
func Encode(text string) (Code, error) {
	image, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return Code{}, fmt.Errorf("drawing a QR code: %w", err)
	}
	b := image.Bounds()
	var path strings.Builder
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; {
			run := x
			for run < b.Max.X && black(image.At(run, y)) {
				run++
			}
			if run > x {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x-b.Min.X+quiet, y-b.Min.Y+quiet, run-x, run-x)
			}
			x = run + 1
		}
	}
	return Code{Size: b.Dx() + 2*quiet, Path: path.String()}, nil
}

func black(c color.Color) bool {
	r, _, _, _ := c.RGBA()
	return r < 0x8000
}
