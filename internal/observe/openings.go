/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

const (
	// longestLook limits a cache's answer time. It takes microseconds, unless the cache
	// is still starting.
	longestLook = time.Second
	// farAway is further than a day and any zone's distance from UTC.
	farAway = 3 * 24 * time.Hour
)

// Openings returns a function that finds the openings near an instant for a request: a
// campaign's own, or those of all campaigns of its platform. It finds none for objects
// that it cannot read. newObject makes an empty object of the request's kind.
func Openings(reader client.Reader, newObject func() client.Object) wakeup.Openings {
	return func(request reconcile.Request, now time.Time) []time.Time {
		ctx, cancel := context.WithTimeout(context.Background(), longestLook)
		defer cancel()
		object := newObject()
		if err := reader.Get(ctx, request.NamespacedName, object, client.UnsafeDisableDeepCopy); err != nil {
			return nil
		}
		if campaign, ok := object.(*v1alpha1.Campaign); ok {
			return openingsOf(ctx, reader, campaign, now)
		}
		var list v1alpha1.CampaignList
		if err := reader.List(ctx, &list, append(InPlatform(request.Namespace, declared.PlatformOf(object)), client.UnsafeDisableDeepCopy)...); err != nil {
			return nil
		}
		var all []time.Time
		for i := range list.Items {
			all = append(all, openingsOf(ctx, reader, &list.Items[i], now)...)
		}
		return all
	}
}

// openingsOf returns the announced openings near an instant, since a moved one keeps
// its capacity, and the declared one if it is new.
func openingsOf(ctx context.Context, reader client.Reader, c *v1alpha1.Campaign, now time.Time) []time.Time {
	var all []time.Time
	news := true
	for _, announced := range c.Status.Announced {
		if at := announced.OpensAt; at != nil && at.Sub(now).Abs() < farAway {
			all = append(all, at.Time)
		}
		news = !sameCivilTime(c.Spec.Opening, announced.Opening)
	}
	// Resolving takes long enough to be noticed where thousands are new.
	day, err := time.Parse(time.DateOnly, string(c.Spec.Opening.Date))
	if !news || err != nil || day.Sub(now).Abs() >= farAway {
		return all
	}
	platform := &v1alpha1.BookingPlatform{}
	key := client.ObjectKey{Namespace: c.Namespace, Name: declared.PlatformOf(c)}
	if err := reader.Get(ctx, key, platform, client.UnsafeDisableDeepCopy); err != nil {
		return all
	}
	if resolved, err := declared.Resolve(c, platform); err == nil {
		all = append(all, resolved.OpensAt)
	}
	return all
}

// sameCivilTime compares a declared civil time with an announced one, whose zone is
// always filled in: an empty zone means the platform's, which never changes.
func sameCivilTime(civil v1alpha1.CivilTime, announced v1alpha1.AnnouncedTime) bool {
	if civil.TimeZone == "" {
		civil.TimeZone = v1alpha1.TimeZone(announced.TimeZone)
	}
	return declared.AsAnnounced(civil) == announced
}
