/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// format of the document. It changes only if older readers must not ignore what is new.
const format = 1

// document is a catalog in written form.
type document struct {
	Format int `json:"format"`
	Catalog
}

// TooLargeError means that a catalog is over a limit.
type TooLargeError struct {
	What     string // hubs, campaigns or bytes
	Got, Max int
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the catalog has %d %s; at most %d fit: split the platform, or delete what is over", e.Got, e.What, e.Max)
}

// Encode returns the document. It fails with a *[TooLargeError] if c is over a limit,
// and if the document could not be read. A catalog without a revision may be encoded to
// check it, but not published: see [Next].
func (c Catalog) Encode() ([]byte, error) {
	c = c.sorted()
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("encode the catalog: %w", err)
	}
	data := c.bytes()
	if len(data) > MaxBytes {
		return nil, &TooLargeError{What: "bytes", Got: len(data), Max: MaxBytes}
	}
	return data, nil
}

// Digest returns the SHA-256 of the contents of c, without revision and order.
func (c Catalog) Digest() string {
	c.Revision = 0
	sum := sha256.Sum256(c.sorted().bytes())
	return "sha256:" + hex.EncodeToString(sum[:])
}

// bytes writes compact JSON without HTML escapes.
func (c Catalog) bytes() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(document{Format: format, Catalog: c}); err != nil {
		// Only an instant outside the years 0 to 9999 gets here, and check
		// refuses it before anything is published.
		return []byte(err.Error())
	}
	return b.Bytes()
}

// sorted returns a copy of c in canonical order.
func (c Catalog) sorted() Catalog {
	c.Hubs = mapped(c.Hubs, Hub.sorted)
	slices.SortStableFunc(c.Hubs, func(a, b Hub) int { return cmp.Compare(a.Name, b.Name) })
	c.Campaigns = mapped(c.Campaigns, Campaign.sorted)
	slices.SortStableFunc(c.Campaigns, func(a, b Campaign) int { return cmp.Compare(a.Name, b.Name) })
	return c
}

func (h Hub) sorted() Hub {
	h.Services = ordered(h.Services)
	h.ClosedOn = ordered(h.ClosedOn)
	h.Labels = filled(h.Labels)
	h.OpeningHours = mapped(h.OpeningHours, Hours.sorted)
	slices.SortFunc(h.OpeningHours, func(a, b Hours) int {
		return cmp.Or(
			slices.CompareFunc(a.Days, b.Days, byWeekday),
			cmp.Compare(a.Opens, b.Opens), cmp.Compare(a.Closes, b.Closes))
	})
	return h
}

func (h Hours) sorted() Hours {
	h.Days = slices.SortedStableFunc(slices.Values(h.Days), byWeekday)
	return h
}

func (c Campaign) sorted() Campaign {
	c.OpensAt = whole(c.OpensAt)
	if c.ClosesAt != nil {
		at := whole(*c.ClosesAt)
		c.ClosesAt = &at
	}
	c.HubSelector.MatchLabels = filled(c.HubSelector.MatchLabels)
	c.HubSelector.MatchExpressions = mapped(c.HubSelector.MatchExpressions, func(r Requirement) Requirement {
		r.Values = ordered(r.Values)
		return r
	})
	slices.SortFunc(c.HubSelector.MatchExpressions, func(a, b Requirement) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Operator, b.Operator), slices.Compare(a.Values, b.Values))
	})
	return c
}

// whole returns the first whole second not before t: an opening is never early.
func whole(t time.Time) time.Time {
	second := t.UTC().Truncate(time.Second)
	if second.Before(t) {
		second = second.Add(time.Second)
	}
	return second
}

// mapped returns a converted copy; nil if empty.
func mapped[T any](in []T, change func(T) T) []T {
	var out []T
	for _, v := range in {
		out = append(out, change(v))
	}
	return out
}

// ordered returns a sorted copy without repetitions; nil if empty.
func ordered(in []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(in)))
}

// filled returns a copy; nil if empty.
func filled(in map[string]string) map[string]string {
	if len(in) == 0 {
		return nil
	}
	return maps.Clone(in)
}
