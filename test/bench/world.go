/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// size is the number of objects: platforms, and what each of them has.
type size struct {
	Platforms int `json:"platforms"`
	Channels  int `json:"channelsPerPlatform"`
	Campaigns int `json:"campaignsPerPlatform"`
	Hubs      int `json:"hubsPerPlatform"`
}

// objects is the total number of our objects.
func (s size) objects() int { return s.Platforms * (1 + s.Channels + s.Campaigns + s.Hubs) }

func (s size) String() string {
	return fmt.Sprintf("%d channels, %d campaigns and %d hubs on %d platforms",
		s.Platforms*s.Channels, s.Platforms*s.Campaigns, s.Platforms*s.Hubs, s.Platforms)
}

// Two campaigns open at each midnight, the first ones in ahead days: no ramp
// begins while figures are taken.
const (
	campaignsTogether = 2
	ahead             = 3
	// creators is the number of objects that are created at once.
	creators = 8
)

// platformName is also the name of the platform's namespace.
func platformName(i int) string { return fmt.Sprintf("region-%02d", i) }

// declare creates everything.
func (s size) declare(ctx context.Context, c client.Client, today time.Time) error {
	for p := range s.Platforms {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: platformName(p)}}
		if err := c.Create(ctx, namespace); err != nil {
			return fmt.Errorf("create namespace %s: %w", namespace.Name, err)
		}
	}
	objects, failed := make(chan client.Object), make(chan error, creators)
	var creating sync.WaitGroup
	for range creators {
		creating.Go(func() { failed <- create(ctx, c, objects) })
	}
	for p := range s.Platforms {
		for _, object := range s.platform(platformName(p), today) {
			objects <- object
		}
	}
	close(objects)
	creating.Wait()
	close(failed)
	var all []error
	for err := range failed {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// create creates objects until there are no more. It takes all of them, also
// after an error.
func create(ctx context.Context, c client.Client, objects <-chan client.Object) (first error) {
	for object := range objects {
		if first != nil {
			continue
		}
		if err := c.Create(ctx, object); err != nil {
			first = fmt.Errorf("create %T %s/%s: %w", object, object.GetNamespace(), object.GetName(), err)
		}
	}
	return first
}

// platform is one platform and all that belongs to it, in a namespace of its name.
func (s size) platform(name string, today time.Time) []client.Object {
	all := []client.Object{build.MakePlatform(name).In(name).Connections(10_000).Obj()}
	for i := range s.Hubs {
		all = append(all, build.MakeHub(fmt.Sprintf("hub-%02d", i)).In(name).Of(name).Obj())
	}
	for i := range s.Channels {
		all = append(all, build.MakeChannel(channelName(i)).In(name).Of(name).Between(1, 60).Obj())
	}
	for i := range s.Campaigns {
		all = append(all, s.campaign(fmt.Sprintf("band-%02d", i), name, today.AddDate(0, 0, ahead+i/campaignsTogether)))
	}
	return all
}

func channelName(i int) string { return fmt.Sprintf("channel-%02d", i) }

// campaign opens at the midnight that ends a day, through every channel of its platform.
func (s size) campaign(name, platform string, day time.Time) *v1alpha1.Campaign {
	campaign := build.MakeCampaign(name).In(platform).Of(platform).Opens(day.Format(time.DateOnly), "24:00").Expects(400_000)
	for i := range s.Channels {
		campaign.Through(channelName(i), int32(100*(i+1)/s.Channels-100*i/s.Channels))
	}
	return campaign.Obj()
}
