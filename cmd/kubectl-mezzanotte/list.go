/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plugin/manifest"
)

// list reads the declared objects of a namespace, or of all.
func list(ctx context.Context, cluster client.Reader, namespace string) (manifest.Objects, error) {
	var (
		platforms v1alpha1.BookingPlatformList
		hubs      v1alpha1.VaccinationHubList
		campaigns v1alpha1.CampaignList
		channels  v1alpha1.BookingChannelList
	)
	for _, of := range []struct {
		name string
		list client.ObjectList
	}{
		{"bookingplatforms", &platforms}, {"vaccinationhubs", &hubs}, {"campaigns", &campaigns}, {"bookingchannels", &channels},
	} {
		switch err := cluster.List(ctx, of.list, client.InNamespace(namespace)); {
		case meta.IsNoMatchError(err), apierrors.IsNotFound(err):
			return manifest.Objects{}, fmt.Errorf("list %s: the cluster does not know them: install config/crd there, or read files with -f", of.name)
		case err != nil:
			return manifest.Objects{}, fmt.Errorf("list %s: %w; give --kubeconfig or --context, or read files with -f", of.name, err)
		}
	}
	return manifest.Objects{Platforms: platforms.Items, Hubs: hubs.Items, Campaigns: campaigns.Items, Channels: channels.Items}, nil
}
