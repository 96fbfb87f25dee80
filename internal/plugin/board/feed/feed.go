/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package feed keeps what a board shows fresh. It only lists and watches, and
// where even that is not allowed it says so and shows the rest.
//
// Platforms are few, so they are listed every two seconds; that is also how one
// knows that the API server still answers, since a watch may be silent for long.
// Everything else is watched, and listed again whenever a watch ends. Where a
// watch is not allowed but a list is, the list is repeated.
package feed

import (
	"context"
	"fmt"
	"sync"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plugin/board"
)

const (
	// beat is how often platforms are listed, and the rest after a watch has ended.
	beat = 2 * time.Second
	// patience is how long an answer may take.
	patience = 3 * time.Second
	// longestWatch is how long a watch lasts before everything is listed again.
	longestWatch = int64(300)
)

// Feed is the newest picture of one namespace, or of all.
type Feed struct {
	// Client reads and watches.
	Client client.WithWatch
	// Namespace is "" for all.
	Namespace string
	// Clock says when the API server was last heard.
	Clock clock.PassiveClock

	changed chan struct{}
	mutex   sync.Mutex
	seen    map[board.Kind]map[types.NamespacedName]client.Object
	hidden  map[board.Kind]string
	heard   time.Time
	silent  bool
	why     string
}

// New is a feed that shows nothing yet.
func New(c client.WithWatch, namespace string, clock clock.PassiveClock) *Feed {
	return &Feed{
		Client: c, Namespace: namespace, Clock: clock,
		changed: make(chan struct{}, 1),
		seen:    map[board.Kind]map[types.NamespacedName]client.Object{},
		hidden:  map[board.Kind]string{},
		heard:   clock.Now(),
	}
}

// Changed gives a value when there is something new in the scene.
func (f *Feed) Changed() <-chan struct{} { return f.changed }

// Run keeps the scene fresh until the context ends.
func (f *Feed) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, kind := range []board.Kind{board.Platforms, board.Campaigns, board.Channels, board.Autoscalers, board.Events} {
		all.Go(func() {
			for ctx.Err() == nil {
				f.follow(ctx, kind)
				idle(ctx, beat)
			}
		})
	}
	all.Wait()
}

// Once reads everything once. It fails if the API server does not answer.
func (f *Feed) Once(ctx context.Context) error {
	for _, kind := range []board.Kind{board.Platforms, board.Campaigns, board.Channels, board.Autoscalers, board.Events} {
		if _, err := f.list(ctx, kind); err != nil && away(err) {
			return fmt.Errorf("list %s: %w", kind, err)
		}
	}
	return nil
}

// idle waits without a clock of its own.
func idle(ctx context.Context, length time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	<-ctx.Done()
}

// listOf is an empty list of a kind, and what to ask for besides the namespace.
func listOf(kind board.Kind) (client.ObjectList, []client.ListOption) {
	switch kind {
	case board.Platforms:
		return &v1alpha1.BookingPlatformList{}, nil
	case board.Campaigns:
		return &v1alpha1.CampaignList{}, nil
	case board.Channels:
		return &v1alpha1.BookingChannelList{}, nil
	case board.Autoscalers:
		return &autoscalingv2.HorizontalPodAutoscalerList{}, nil
	case board.Events:
		ours := fields.OneTermEqualSelector("involvedObject.apiVersion", v1alpha1.GroupVersion.String())
		return &corev1.EventList{}, []client.ListOption{client.MatchingFieldsSelector{Selector: ours}}
	}
	panic("a kind that no board looks at: " + kind) // a mistake in the program
}

// list reads a kind anew.
func (f *Feed) list(ctx context.Context, kind board.Kind) (client.ObjectList, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	list, options := listOf(kind)
	err := f.Client.List(ctx, list, append(options, client.InNamespace(f.Namespace))...)
	if ctx.Err() == nil || err == nil {
		f.answered(kind, err)
	} else {
		f.answered(kind, ctx.Err())
	}
	if err != nil {
		return nil, err
	}
	f.replace(kind, list)
	return list, nil
}

// follow lists a kind and then, except for platforms, watches it for as long as
// the watch lasts.
func (f *Feed) follow(ctx context.Context, kind board.Kind) {
	list, err := f.list(ctx, kind)
	if err != nil || kind == board.Platforms {
		return
	}
	from, longest := list.GetResourceVersion(), longestWatch
	fresh, options := listOf(kind)
	options = append(options, client.InNamespace(f.Namespace),
		&client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: from, TimeoutSeconds: &longest}})
	events, err := f.Client.Watch(ctx, fresh, options...)
	if err != nil {
		return // it is listed again instead
	}
	defer events.Stop()
	for event := range events.ResultChan() {
		object, ok := event.Object.(client.Object)
		if !ok || event.Type == watch.Error {
			return
		}
		f.take(kind, event.Type, object)
	}
}
