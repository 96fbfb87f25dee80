/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// mostHubs is the maximum number of hubs that a journey carries.
const mostHubs = 20

// Whereabouts finds a typed place by the names and addresses of hubs that contain its words.
// It returns the middle of several hubs, or their names if one of them has no coordinates. It
// returns nothing if no hub matches.
func Whereabouts(hubs []catalog.Hub, typed string) (names []string, near *search.Position) {
	wanted := wordsOf(typed)
	if len(wanted) == 0 {
		return nil, nil
	}
	var middle search.Position
	known := 0
	for _, h := range hubs {
		if !hasWords(wordsOf(h.DisplayName+" "+h.Address+" "+h.Name), wanted) {
			continue
		}
		names = append(names, h.Name)
		if at, ok := search.PositionOf(h); ok {
			known++
			middle.Latitude += at.Latitude
			middle.Longitude += at.Longitude
		}
	}
	if len(names) == 0 || known < len(names) || len(names) == 1 {
		return names[:min(len(names), mostHubs)], nil
	}
	middle.Latitude /= float64(known)
	middle.Longitude /= float64(known)
	return nil, &middle
}

// hasWords reports whether each wanted word is the start of one of the words.
func hasWords(words, wanted []string) bool {
	for _, w := range wanted {
		if !slices.ContainsFunc(words, func(t string) bool { return strings.HasPrefix(t, w) }) {
			return false
		}
	}
	return true
}

// wordsOf returns the words of a text in lower case, without accents.
func wordsOf(text string) []string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	if err != nil {
		plain = text
	}
	return strings.FieldsFunc(strings.ToLower(plain), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
