/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

// wanted holds what follows for one platform at one instant.
type wanted struct {
	edition
	launching condition.Launching
	// opening is the first one after now that nothing holds, if there is one.
	opening v1alpha1.NextOpening
	// connections that all channels together may hold open now, and at their bases.
	connections, bases int64
	// next is when any of it changes; the zero time: never.
	next time.Time
}

// edition is the catalog to publish, or why none is.
type edition struct {
	catalog.Catalog
	// data is nil if nothing is to be published.
	data []byte
	// left lists what the catalog does not hold as it is declared.
	left []declared.LeftOut
	// refused is an error that only a person can correct; reason is its name.
	refused error
	reason  string
}

// decide returns the next edition of a platform's catalog and the figures of its status.
func decide(seen observed, now time.Time) wanted {
	in := seen.set.Input(now)
	out := wanted{edition: edit(seen), launching: condition.LaunchingAt(now, condition.AllLaunches(plan.Launches(in)))}
	bases := map[string]int{}
	for _, c := range in.Channels {
		bases[c.Name] = c.Base
	}
	out.connections, out.bases = plan.Connections(in.Channels, plan.Caps(in, now)), plan.Connections(in.Channels, bases)
	out.next = out.launching.Next
	if out.reason == v1alpha1.ReasonNameTaken {
		out.next = opening.Earliest(out.next, wakeup.Unwatched(now, len(out.launching.Launches) > 0))
	}
	if campaign, opensAt := nextOpening(seen.set, now); campaign != "" {
		out.opening = v1alpha1.NextOpening{Campaign: campaign, OpensAt: &metav1.Time{Time: opensAt}}
		out.next = opening.Earliest(out.next, opensAt)
	}
	return out
}

// binds reports a new revision: the highest one binds every booking.
func (w wanted) binds(seen observed) bool {
	return w.data != nil && (!seen.readable || w.Revision != seen.published.Revision)
}

// nextOpening returns the first opening after now that nothing holds, or "".
func nextOpening(set declared.Set, now time.Time) (campaign string, opensAt time.Time) {
	for i := range set.Campaigns {
		c := &set.Campaigns[i]
		resolved, err := declared.InForce(c, set.Platform)
		if err != nil || resolved.Held || c.Spec.Pause.Reason != "" || !resolved.OpensAt.After(now) {
			continue
		}
		first := campaign == "" || resolved.OpensAt.Before(opensAt) || (resolved.OpensAt.Equal(opensAt) && c.Name < campaign)
		if first {
			campaign, opensAt = c.Name, resolved.OpensAt
		}
	}
	return campaign, opensAt
}

// edit makes the next edition of a platform's catalog.
func edit(s observed) edition {
	platform := s.set.Platform
	if _, err := opening.Zone(string(platform.Spec.TimeZone)); err != nil {
		return edition{refused: fmt.Errorf("spec.timeZone: %w", err), reason: v1alpha1.ReasonInvalidSpec}
	}
	if s.foreign != "" {
		return edition{reason: v1alpha1.ReasonNameTaken, refused: fmt.Errorf(
			"ConfigMap %s belongs to %s and is left alone: delete or rename it, or name the platform otherwise", s.live.Name, s.foreign)}
	}
	wanted, left := s.set.Catalog()
	wanted, unsound := sound(wanted, s.published)
	next := edition{Catalog: catalog.Next(wanted, known(s)...), left: append(left, unsound...)}
	next.data, next.refused = next.Encode()
	var large *catalog.TooLargeError
	switch {
	case errors.As(next.refused, &large):
		next.reason = v1alpha1.ReasonTooLarge
		next.Catalog, next.data = standing(s, wanted)
	case next.refused != nil:
		next.reason = v1alpha1.ReasonInvalidSpec
	}
	return next
}

// standing returns the last good catalog if a newer one is too large: without additions
// since, but with every postponement, pause and deletion, which must reach people
// whatever else is wrong.
func standing(s observed, wanted catalog.Catalog) (catalog.Catalog, []byte) {
	if !s.readable {
		return catalog.Catalog{}, nil
	}
	kept := s.published
	kept.Campaigns = sift(kept.Campaigns, func(old catalog.Campaign) []catalog.Campaign {
		for _, c := range wanted.Campaigns {
			if c.Name == old.Name {
				return []catalog.Campaign{later(old, c)}
			}
		}
		return nil
	})
	kept = catalog.Next(kept, known(s)...)
	data, err := kept.Encode()
	if err != nil {
		return catalog.Catalog{}, nil
	}
	return kept, data
}

// known returns everything known to have been published. A catalog that was lost or
// cannot be read was the one in the status, or one with an unknown digest: the next
// revision must be greater. If nothing is known, the store may still remember a deleted
// platform of this name, so the first revision is the Unix time at which this platform
// was created: changes come slower than one a second, so no earlier platform got that
// far.
func known(s observed) []catalog.Published {
	var all []catalog.Published
	if s.readable {
		all = append(all, s.published.Published())
	}
	if remembered := s.set.Platform.Status.Catalog; remembered.Revision > 0 {
		published := catalog.Published{Revision: remembered.Revision, Digest: remembered.Digest}
		if !s.readable {
			published.Digest = ""
		}
		all = append(all, published)
	}
	if len(all) == 0 {
		all = append(all, catalog.Published{Revision: s.set.Platform.CreationTimestamp.Unix() - 1})
	}
	return all
}

// sound replaces hubs and campaigns that no reader would accept by what was published
// of them before, or leaves them out, so that one mistake does not block the others. It
// ignores limits.
func sound(wanted, before catalog.Catalog) (catalog.Catalog, []declared.LeftOut) {
	frame := catalog.Catalog{Platform: wanted.Platform, TimeZone: wanted.TimeZone}
	var large *catalog.TooLargeError
	if _, err := wanted.Encode(); err == nil || errors.As(err, &large) {
		return wanted, nil
	}
	var left []declared.LeftOut
	leave := func(kind, name string, why error) {
		left = append(left, declared.LeftOut{Kind: kind, Name: name, Why: why.Error()})
	}
	places := frame
	places.CallCentrePlaces = wanted.CallCentrePlaces
	if _, err := places.Encode(); err != nil {
		leave("BookingPlatform", wanted.Platform, err)
		wanted.CallCentrePlaces = before.CallCentrePlaces
	}
	wanted.Hubs = sift(wanted.Hubs, func(h catalog.Hub) []catalog.Hub {
		alone := frame
		alone.Hubs = []catalog.Hub{h}
		if _, err := alone.Encode(); err != nil {
			leave("VaccinationHub", h.Name, err)
			return sift(before.Hubs, func(old catalog.Hub) []catalog.Hub { return keepIf(old.Name == h.Name, old) })
		}
		return alone.Hubs
	})
	wanted.Campaigns = sift(wanted.Campaigns, func(c catalog.Campaign) []catalog.Campaign {
		alone := frame
		alone.Campaigns = []catalog.Campaign{c}
		if _, err := alone.Encode(); err != nil {
			leave("Campaign", c.Name, err)
			return sift(before.Campaigns, func(old catalog.Campaign) []catalog.Campaign { return keepIf(old.Name == c.Name, later(old, c)) })
		}
		return alone.Campaigns
	})
	return wanted, left
}

// sift replaces each element by what becomes returns for it.
func sift[T any](all []T, becomes func(T) []T) []T {
	var kept []T
	for _, one := range all {
		kept = append(kept, becomes(one)...)
	}
	return kept
}

func keepIf[T any](keep bool, one T) []T {
	if keep {
		return []T{one}
	}
	return nil
}

// later returns a published campaign that opens no earlier than declared now, and not
// while it is paused.
func later(published, declaredNow catalog.Campaign) catalog.Campaign {
	if declaredNow.OpensAt.After(published.OpensAt) {
		published.OpensAt, published.OpensAtLocal = declaredNow.OpensAt, declaredNow.OpensAtLocal
	}
	if published.ClosesAt != nil && !published.ClosesAt.After(published.OpensAt) {
		published.ClosesAt = nil
	}
	published.Paused = declaredNow.Paused
	return published
}
