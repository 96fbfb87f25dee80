/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package feed keeps a board's data fresh. It only lists and watches. If a right is missing
// it says so and shows the rest.
//
// Platforms are few, so they are listed every two seconds. This also checks the API server,
// since a watch may be silent for long. All other kinds are watched, and listed again when
// a watch ends. If only list is allowed, the list is repeated.
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
	// beat is the pause between two lists.
	beat = 2 * time.Second
	// patience is the timeout of a list.
	patience = 3 * time.Second
	// longestWatch is the length of a watch in seconds; then everything is listed again.
	longestWatch = int64(300)
)

// Feed follows one namespace, or all.
type Feed struct {
	// Client reads and watches.
	Client client.WithWatch
	// Namespace is "" for all.
	Namespace string
	// Clock dates the last answer of the API server.
	Clock clock.PassiveClock

	changed chan struct{}
	mutex   sync.Mutex
	seen    map[board.Kind]map[types.NamespacedName]client.Object
	hidden  map[board.Kind]string
	heard   time.Time
	silent  bool
	why     string
}

// New returns a feed without data.
func New(c client.WithWatch, namespace string, clock clock.PassiveClock) *Feed {
	return &Feed{
		Client: c, Namespace: namespace, Clock: clock,
		changed: make(chan struct{}, 1),
		seen:    map[board.Kind]map[types.NamespacedName]client.Object{},
		hidden:  map[board.Kind]string{},
		heard:   clock.Now(),
	}
}

// Changed receives a value after each change of the scene.
func (f *Feed) Changed() <-chan struct{} { return f.changed }

// Run follows the cluster until the context ends.
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

// listOf returns an empty list of a kind, and its options besides the namespace.
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

// list lists a kind and replaces its objects.
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

// follow lists a kind and then, except for platforms, watches it until the watch ends.
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
