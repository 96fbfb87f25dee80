/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package metrics reports in numbers what is declared, planned and observed.
//
// A Collector has no state: each scrape reads the objects in the manager's cache and
// reports their specs and statuses at that moment. So nothing is counted twice, and
// nothing is left over when an object is deleted.
//
// Every metric is one entry of a table: its name, its unit, its help, and the
// function that reads it. docs/metrics.md is written from the same tables.
// Labels hold names of declared objects and values of enums, never reasons or
// messages; instants are Unix time, since a countdown would need a clock.
package metrics

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// patience of a scrape. A cache answers at once, unless it is still being filled.
const patience = 5 * time.Second

// manager are the metrics of the process itself, active or standby.
var manager = newSubject(nil,
	metric[bool]{"manager_leader", unitBoolean,
		"1 if this manager is the leader, 0 if it is a standby. Only the leader has the other metrics.",
		func(leads bool) (float64, bool) { return number(leads), true }},
)

var reads = newSubject([]string{"kind"},
	metric[bool]{"manager_read", unitBoolean,
		"1 if this scrape could read the objects of the kind; otherwise 0, and their series are missing.",
		func(read bool) (float64, bool) { return number(read), true }},
)

// Collector reports what a reader reads.
type Collector struct {
	reader  client.Reader
	elected <-chan struct{}
}

// New returns a Collector. It lists all objects on every scrape, so the reader should
// be a cache. Until elected is closed, the Collector reports only that it stands by:
// two managers must not double a sum.
func New(reader client.Reader, elected <-chan struct{}) *Collector {
	return &Collector{reader: reader, elected: elected}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(to chan<- *prometheus.Desc) {
	manager.describe(to)
	reads.describe(to)
	platforms.describe(to)
	campaigns.describe(to)
	launches.describe(to)
	channels.describe(to)
	callCentres.describe(to)
	for _, of := range []conditions{platformConditions, campaignConditions, channelConditions} {
		to <- of.desc
	}
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	out := &sink{to: to}
	leads := c.leads()
	manager.say(out, leads)
	if leads {
		c.say(ctx, out)
	}
	if err := out.err(); err != nil {
		log.FromContext(ctx).Error(err, "Metrics are incomplete")
	}
}

func (c *Collector) leads() bool {
	select {
	case <-c.elected:
		return true
	default:
		return false
	}
}

// say reports all objects. It leaves out what cannot be read.
func (c *Collector) say(ctx context.Context, out *sink) {
	var (
		platformList v1alpha1.BookingPlatformList
		campaignList v1alpha1.CampaignList
		channelList  v1alpha1.BookingChannelList
		scalerList   autoscalingv2.HorizontalPodAutoscalerList
	)
	c.read(ctx, out, "BookingPlatform", &platformList)
	c.read(ctx, out, "Campaign", &campaignList)
	c.read(ctx, out, "BookingChannel", &channelList)
	c.read(ctx, out, "HorizontalPodAutoscaler", &scalerList)
	for i := range platformList.Items {
		sayPlatform(out, &platformList.Items[i])
	}
	for i := range campaignList.Items {
		sayCampaign(out, &campaignList.Items[i])
	}
	scalers := make(map[types.NamespacedName]*autoscalingv2.HorizontalPodAutoscaler, len(scalerList.Items))
	for i := range scalerList.Items {
		scalers[client.ObjectKeyFromObject(&scalerList.Items[i])] = &scalerList.Items[i]
	}
	for i := range channelList.Items {
		found := &channelList.Items[i]
		sayChannel(out, channel{found, scalers[client.ObjectKeyFromObject(found)]})
	}
}

// read fills a list with the cache's own objects, which nobody may change.
func (c *Collector) read(ctx context.Context, out *sink, kind string, into client.ObjectList) {
	err := c.reader.List(ctx, into, client.UnsafeDisableDeepCopy)
	if err != nil {
		out.errs = append(out.errs, fmt.Errorf("list %s: %w", kind, err))
	}
	reads.say(out, err == nil, kind)
}
