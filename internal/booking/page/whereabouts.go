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

// mostHubs is how many hubs are carried from page to page.
const mostHubs = 20

// Whereabouts finds the place that people typed, by the names and addresses of
// hubs: in the middle of those whose words it has; or just those hubs, where nobody
// knows where one of them is. There is nothing where no hub has its words.
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

// hasWords reports whether each wanted word begins one of those that there are.
func hasWords(there, wanted []string) bool {
	for _, w := range wanted {
		if !slices.ContainsFunc(there, func(t string) bool { return strings.HasPrefix(t, w) }) {
			return false
		}
	}
	return true
}

// wordsOf returns words without accents, in small letters.
func wordsOf(text string) []string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	if err != nil {
		plain = text
	}
	return strings.FieldsFunc(strings.ToLower(plain), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
