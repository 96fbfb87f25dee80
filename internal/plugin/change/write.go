/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
)

// mostTries limits the attempts of a write when the status changes meanwhile.
const mostTries = 5

// ErrChanged means that the campaign's spec has changed since it was shown.
var ErrChanged = errors.New("nothing was written")

// Write writes the change at now, with the annotation that says who, when and why. It fails
// if the spec has changed since it was read, or if the change is refused by now. It returns
// the written change.
func (c *Change) Write(ctx context.Context, to client.Client, who string, now time.Time) (Change, error) {
	var err error
	for range mostTries {
		var live v1alpha1.Campaign
		if err = to.Get(ctx, client.ObjectKeyFromObject(c.Before), &live); err != nil {
			return Change{}, fmt.Errorf("read campaign %s again: %w", c.Before.Name, err)
		}
		if live.UID != c.Before.UID || live.Generation != c.Before.Generation {
			return Change{}, fmt.Errorf("campaign %s has been changed by somebody else since its plan was shown: %w; look again", live.Name, ErrChanged)
		}
		again, refused := c.On(c.Set.Replace(&live), &live, now)
		if refused != nil {
			return Change{}, fmt.Errorf("%w; %w", refused, ErrChanged)
		}
		wanted := live.DeepCopy()
		wanted.Spec = again.After.Spec
		if wanted.Annotations == nil {
			wanted.Annotations = map[string]string{}
		}
		wanted.Annotations[v1alpha1.AnnotationChange] = again.Record(who)
		patch := client.MergeFromWithOptions(&live, client.MergeFromWithOptimisticLock{})
		if err = to.Patch(ctx, wanted, patch, client.FieldOwner(Manager)); err == nil {
			again.After = wanted
			return again, nil
		}
		if !apierrors.IsConflict(err) {
			break
		}
	}
	return Change{}, fmt.Errorf("write campaign %s: %w", c.Before.Name, err)
}

// Announce records the change as an event of the campaign.
func (c *Change) Announce(ctx context.Context, to client.Client, who string) error {
	reasons := map[Verb]string{
		Pause: v1alpha1.EventPauseRequested, Resume: v1alpha1.EventResumeRequested, Postpone: v1alpha1.EventPostponeRequested,
	}
	event := &eventsv1.Event{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: c.After.Namespace,
			// As client-go names events: each is a thing of its own.
			Name: c.After.Name + "." + strconv.FormatInt(c.Now.UnixNano(), 16),
		},
		EventTime:           metav1.NewMicroTime(c.Now),
		ReportingController: Manager,
		ReportingInstance:   Manager,
		Action:              v1alpha1.ActionRequest,
		Reason:              reasons[c.Verb],
		Regarding: corev1.ObjectReference{
			APIVersion: v1alpha1.GroupVersion.String(), Kind: "Campaign",
			Namespace: c.After.Namespace, Name: c.After.Name, UID: c.After.UID, ResourceVersion: c.After.ResourceVersion,
		},
		Note: condition.Brief(c.Record(who)),
		Type: corev1.EventTypeNormal,
	}
	if err := to.Create(ctx, event, client.FieldOwner(Manager)); err != nil {
		return fmt.Errorf("record the event %s: %w", event.Reason, err)
	}
	return nil
}
