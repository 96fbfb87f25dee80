/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package observe reads what belongs to one platform. It is the only place that
// knows how objects refer to each other.
package observe

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
)

// ByPlatform is the field that indexes hubs, campaigns and channels. The API server can
// select it, too, so the same list works without a cache.
const ByPlatform = "spec.platformRef.name"

// Index lets a cache answer lists by platform.
func Index(ctx context.Context, indexer client.FieldIndexer) error {
	for _, kind := range []client.Object{&v1alpha1.VaccinationHub{}, &v1alpha1.Campaign{}, &v1alpha1.BookingChannel{}} {
		err := indexer.IndexField(ctx, kind, ByPlatform, func(o client.Object) []string { return []string{declared.PlatformOf(o)} })
		if err != nil {
			return fmt.Errorf("index %T by platform: %w", kind, err)
		}
	}
	return nil
}

// Set reads a platform and everything that belongs to it. found is false, and the set
// empty, if the platform does not exist.
func Set(ctx context.Context, reader client.Reader, namespace, platform string) (set declared.Set, found bool, err error) {
	set.Platform = &v1alpha1.BookingPlatform{}
	if err := reader.Get(ctx, types.NamespacedName{Namespace: namespace, Name: platform}, set.Platform); err != nil {
		if apierrors.IsNotFound(err) {
			return declared.Set{}, false, nil
		}
		return declared.Set{}, false, fmt.Errorf("read platform %s: %w", platform, err)
	}
	var (
		hubs      v1alpha1.VaccinationHubList
		campaigns v1alpha1.CampaignList
		channels  v1alpha1.BookingChannelList
	)
	for _, list := range []client.ObjectList{&hubs, &campaigns, &channels} {
		if err := reader.List(ctx, list, InPlatform(namespace, platform)...); err != nil {
			return declared.Set{}, false, fmt.Errorf("list %T of platform %s: %w", list, platform, err)
		}
	}
	set.Hubs, set.Campaigns, set.Channels = hubs.Items, campaigns.Items, channels.Items
	return set, true, nil
}

// InPlatform returns the list options for objects that belong to a platform.
func InPlatform(namespace, platform string) []client.ListOption {
	return []client.ListOption{client.InNamespace(namespace), client.MatchingFields{ByPlatform: platform}}
}
