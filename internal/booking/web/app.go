/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"compress/gzip"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// What the app has in common with the pages, besides what a desk has (see shared.go).

// How those who wait at an opening come in: evenly, within so long.
const (
	AdmitWithin = admitWithin
	AdmitSpread = admitSpread
)

// Texts are all texts by their keys.
func (l *language) Texts() map[string]string { return maps.Clone(l.texts) }

// Path gives the address of a file of our own by its name; "" where there is none.
func (f *files) Path(name string) string { return f.paths[name] }

// Addresses are those of all files, in order.
func (f *files) Addresses() []string { return slices.Sorted(maps.Keys(f.byPath)) }

// Put adds a file. Its path must hold a digest of what it says: anybody may keep it.
func (f *files) Put(path, kind string, content []byte) (address string, err error) {
	squeeze, err := squeezed(content, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	address = static + path
	f.byPath[address] = file{kind: kind, plain: content, squeeze: squeeze, tag: `"` + digest(content) + `"`}
	return address, nil
}

// Digest of a content, as names of files have it.
func Digest(content []byte) string { return digest(content) }

// Squeezed compresses what is kept in memory.
func Squeezed(content []byte) ([]byte, error) { return squeezed(content, gzip.BestCompression) }

// TakesGzip tells whether an answer may be compressed.
func TakesGzip(r *http.Request) bool { return takesGzip(r) }

// Sorted gives the campaigns of a standing, that which opens first before others.
func Sorted(in *binding.Snapshot, now time.Time, which eligibility.Outcome) []catalog.Campaign {
	return sorted(in, now, which)
}

// QR draws a text as one path of SVG, in modules.
func QR(text string) (size int, path string, err error) {
	code, err := newQR(text)
	return code.Size, code.Path, err
}
