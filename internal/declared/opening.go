/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package declared

import (
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// mostAnnounced limits the memory of openings.
const mostAnnounced = 8

// oneDay before or after an opening, it is too late to tell everybody that it moves.
const oneDay = 24 * time.Hour

// Resolved is a campaign's opening as exact instants.
type Resolved struct {
	// OpensAt is the instant of the opening; Words say it in its own zone.
	OpensAt time.Time
	Words   string
	// ClosesAt is the zero time if the campaign stays open.
	ClosesAt time.Time
	// Opening is the declared one with its zone filled in.
	Opening v1alpha1.CivilTime
	// Held is true if nothing may open at OpensAt: it is the last announced opening,
	// and another one has been declared since that cannot be resolved.
	Held bool
}

// Resolve converts a campaign's civil times to instants. A changed zone database never
// makes an announced opening earlier, and does not move it after the campaign has
// opened. The error names the field, what is wrong and what would be right.
func Resolve(c *v1alpha1.Campaign, platform *v1alpha1.BookingPlatform) (Resolved, error) {
	out := Resolved{Opening: inZone(c.Spec.Opening, platform)}
	at, err := instant("spec.opening", out.Opening)
	if err != nil {
		return Resolved{}, err
	}
	out.OpensAt = at
	for _, announced := range c.Status.Announced {
		if announced.Opening == AsAnnounced(out.Opening) {
			out.OpensAt = opening.Later(announced.OpensAt.Time, out.OpensAt).UTC()
		}
	}
	if c.Status.OpenedAt != nil && c.Status.OpensAt != nil {
		out.OpensAt = c.Status.OpensAt.UTC()
	}
	zone, err := opening.Zone(string(out.Opening.TimeZone))
	if err != nil {
		return Resolved{}, fmt.Errorf("spec.opening.timeZone: %w", err)
	}
	out.Words = opening.Words(out.OpensAt, zone)
	if c.Spec.Closing == (v1alpha1.CivilTime{}) {
		return out, nil
	}
	if out.ClosesAt, err = instant("spec.closing", inZone(c.Spec.Closing, platform)); err != nil {
		return Resolved{}, err
	}
	if !out.ClosesAt.After(out.OpensAt) {
		return Resolved{}, fmt.Errorf("spec.closing: %s is not after the opening at %s; write a later closing or none",
			out.ClosesAt.Format(time.RFC3339), out.OpensAt.Format(time.RFC3339))
	}
	return out, nil
}

// InForce returns the opening that counts: the declared one or, if that cannot be
// resolved, the last announced one. People know it, so it neither disappears nor loses
// its capacity. If another opening has been declared since, it is held, because the
// intended one may be later.
func InForce(c *v1alpha1.Campaign, platform *v1alpha1.BookingPlatform) (Resolved, error) {
	resolved, err := Resolve(c, platform)
	if err == nil || len(c.Status.Announced) == 0 {
		return resolved, err
	}
	last := c.Status.Announced[len(c.Status.Announced)-1]
	zone, zoneErr := opening.Zone(last.Opening.TimeZone)
	if zoneErr != nil {
		zone = time.UTC
	}
	out := Resolved{
		OpensAt: last.OpensAt.UTC(),
		Words:   opening.Words(last.OpensAt.Time, zone),
		Opening: asDeclared(last.Opening),
		Held:    last.Opening != AsAnnounced(inZone(c.Spec.Opening, platform)),
	}
	if closes := c.Status.ClosesAt; closes != nil && closes.After(out.OpensAt) {
		out.ClosesAt = closes.UTC()
	}
	return out, nil
}

// Announce adds the resolved opening to a campaign's memory, newest last. An opening
// that is already the newest keeps its place.
func Announce(memory []v1alpha1.AnnouncedOpening, resolved Resolved, now time.Time) []v1alpha1.AnnouncedOpening {
	if n := len(memory); n > 0 && memory[n-1].Opening == AsAnnounced(resolved.Opening) && memory[n-1].OpensAt.Time.Equal(resolved.OpensAt) {
		return memory
	}
	memory = append(memory[:len(memory):len(memory)], v1alpha1.AnnouncedOpening{
		OpensAt: &metav1.Time{Time: resolved.OpensAt},
		Opening: AsAnnounced(resolved.Opening),
		Since:   &metav1.Time{Time: now.Truncate(time.Second)},
	})
	return memory[max(0, len(memory)-mostAnnounced):]
}

// AnnouncedSince returns when the opening was announced, or the zero time.
func AnnouncedSince(c *v1alpha1.Campaign, resolved Resolved) time.Time {
	for i := len(c.Status.Announced) - 1; i >= 0; i-- {
		if announced := c.Status.Announced[i]; announced.Opening == AsAnnounced(resolved.Opening) {
			return announced.Since.Time
		}
	}
	return time.Time{}
}

// movedLate returns the openings that were moved less than a day before or after their
// instant (only a held one can move afterwards). People who did not hear of it will
// come or are there, so capacity stays there, too. If the status does not yet say when
// it was moved, it was just now.
func movedLate(c *v1alpha1.Campaign, resolved Resolved) []v1alpha1.AnnouncedOpening {
	var moved []v1alpha1.AnnouncedOpening
	for i, announced := range c.Status.Announced {
		if announced.OpensAt.Time.Equal(resolved.OpensAt) {
			continue
		}
		late := true
		if i+1 < len(c.Status.Announced) {
			since := c.Status.Announced[i+1].Since.Time
			late = since.Before(announced.OpensAt.Add(oneDay)) && !since.Before(announced.OpensAt.Add(-oneDay))
		}
		if late {
			moved = append(moved, announced)
		}
	}
	return moved
}

// AsAnnounced converts a declared opening for the memory of openings.
func AsAnnounced(civil v1alpha1.CivilTime) v1alpha1.AnnouncedTime {
	return v1alpha1.AnnouncedTime{Date: string(civil.Date), Time: civil.Time, TimeZone: string(civil.TimeZone)}
}

func asDeclared(announced v1alpha1.AnnouncedTime) v1alpha1.CivilTime {
	return v1alpha1.CivilTime{Date: v1alpha1.Date(announced.Date), Time: announced.Time, TimeZone: v1alpha1.TimeZone(announced.TimeZone)}
}

func inZone(civil v1alpha1.CivilTime, platform *v1alpha1.BookingPlatform) v1alpha1.CivilTime {
	if civil.TimeZone == "" {
		civil.TimeZone = platform.Spec.TimeZone
	}
	return civil
}

func instant(field string, civil v1alpha1.CivilTime) (time.Time, error) {
	at, err := opening.Civil{Date: string(civil.Date), Time: civil.Time, Zone: string(civil.TimeZone)}.Instant()
	if err == nil {
		return at, nil
	}
	fields := map[opening.Part]string{opening.PartDate: ".date", opening.PartTime: ".time", opening.PartZone: ".timeZone"}
	var wrong *opening.Error
	if errors.As(err, &wrong) {
		field += fields[wrong.Part]
	}
	return time.Time{}, fmt.Errorf("%s: %w", field, err)
}
