/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feed

import (
	"context"
	"errors"
	"fmt"
	"maps"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plugin/board"
)

// Scene returns the current state. Nobody modifies it afterwards.
func (f *Feed) Scene() board.Scene {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	out := board.Scene{
		Platforms:   objects[v1alpha1.BookingPlatform](f.seen[board.Platforms]),
		Campaigns:   objects[v1alpha1.Campaign](f.seen[board.Campaigns]),
		Channels:    objects[v1alpha1.BookingChannel](f.seen[board.Channels]),
		Autoscalers: objects[autoscalingv2.HorizontalPodAutoscaler](f.seen[board.Autoscalers]),
		Events:      objects[corev1.Event](f.seen[board.Events]),
		Hidden:      maps.Clone(f.hidden),
		Pending:     f.pending(),
	}
	if f.silent {
		out.Away, out.Why = f.heard, f.why
	}
	return out
}

// pending reports whether some kind has neither data nor an error yet.
func (f *Feed) pending() bool {
	for _, kind := range []board.Kind{board.Platforms, board.Campaigns, board.Channels} {
		if f.seen[kind] == nil && f.hidden[kind] == "" {
			return true
		}
	}
	return false
}

// objects returns the values of stored objects.
func objects[T any](kept map[types.NamespacedName]client.Object) []T {
	all := make([]T, 0, len(kept))
	for _, o := range kept {
		if value, ok := any(o).(*T); ok {
			all = append(all, *value)
		}
	}
	return all
}

// replace replaces all objects of a kind.
func (f *Feed) replace(kind board.Kind, list client.ObjectList) {
	fresh := map[types.NamespacedName]client.Object{}
	_ = meta.EachListItem(list, func(item runtime.Object) error { // it has the lists of listOf, all of which have items
		if o, ok := item.(client.Object); ok {
			fresh[client.ObjectKeyFromObject(o)] = o
		}
		return nil
	})
	f.mutex.Lock()
	f.seen[kind] = fresh
	f.mutex.Unlock()
	f.tell()
}

// take applies one event of a watch.
func (f *Feed) take(kind board.Kind, what watch.EventType, o client.Object) {
	f.mutex.Lock()
	switch what {
	case watch.Added, watch.Modified:
		f.seen[kind][client.ObjectKeyFromObject(o)] = o
	case watch.Deleted:
		delete(f.seen[kind], client.ObjectKeyFromObject(o))
	case watch.Bookmark, watch.Error:
	}
	f.mutex.Unlock()
	f.tell()
}

// answered records the result of a list: whether the API server answers, judged by the
// platforms' lists, and whether the kind is readable.
func (f *Feed) answered(kind board.Kind, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	f.mutex.Lock()
	lost := err != nil && away(err)
	switch {
	case lost && kind == board.Platforms:
		f.silent, f.why = true, cause(err)
	case lost:
	case kind == board.Platforms:
		f.heard, f.silent = f.Clock.Now(), false
	}
	switch {
	case err == nil:
		delete(f.hidden, kind)
	case !lost:
		f.hidden[kind] = f.hiddenBy(kind, err)
	}
	f.mutex.Unlock()
	f.tell()
}

func (f *Feed) hiddenBy(kind board.Kind, err error) string {
	where := "in any namespace"
	if f.Namespace != "" {
		where = "in namespace " + f.Namespace
	}
	switch {
	case apierrors.IsForbidden(err):
		return fmt.Sprintf("not visible: no right to list %s %s", kind, where)
	case apierrors.IsUnauthorized(err):
		return fmt.Sprintf("not visible: the API server rejected the credentials for %s: log in again", kind)
	case meta.IsNoMatchError(err), apierrors.IsNotFound(err):
		return fmt.Sprintf("not visible: the cluster has no %s: install the CRDs", kind)
	}
	return fmt.Sprintf("not visible: %s: %v", kind, err)
}

// away reports whether an error means that the API server does not answer.
func away(err error) bool {
	if meta.IsNoMatchError(err) {
		return false
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return true
	}
	return apierrors.IsServiceUnavailable(err) || apierrors.IsTimeout(err) || apierrors.IsServerTimeout(err) ||
		apierrors.IsInternalError(err) || apierrors.IsTooManyRequests(err)
}

// cause returns the innermost error, or a timeout in few words.
func cause(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer within " + patience.String()
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// tell signals a change.
func (f *Feed) tell() {
	select {
	case f.changed <- struct{}{}:
	default:
	}
}
