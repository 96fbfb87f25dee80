/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Claim is an owner's right to the objects of some names.
type Claim struct {
	Owner   client.Object
	Kind    string // of the owner
	Manager client.FieldOwner
	// Labels of all its objects.
	Labels map[string]string
}

// Judge returns who else an object belongs to, or "". An object without its owner is
// an orphan: it was made by us, with our labels and under our field manager, and its
// owner is gone, as after a restore from a backup, where the owner has a new UID. Any
// other object without an owner is somebody else's.
func (c Claim) Judge(object client.Object) (foreign string, orphan bool) {
	controller := metav1.GetControllerOfNoCopy(object)
	if controller != nil && controller.UID == c.Owner.GetUID() {
		return "", false
	}
	if controller != nil && (controller.Kind != c.Kind || controller.Name != c.Owner.GetName()) {
		return controller.Kind + " " + controller.Name, false
	}
	if !c.made(object) {
		return "nobody known", false
	}
	return "", true
}

// made reports whether an object has our labels and fields that our manager wrote.
func (c Claim) made(object client.Object) bool {
	for key, value := range c.Labels {
		if object.GetLabels()[key] != value {
			return false
		}
	}
	for _, entry := range object.GetManagedFields() {
		if entry.Manager == string(c.Manager) {
			return true
		}
	}
	return false
}

// Disown removes the controller that an orphan names: an object has one at most, and the
// next apply names the new one.
func Disown[L client.Object](ctx context.Context, m Manager, orphan L) error {
	if metav1.GetControllerOfNoCopy(orphan) == nil {
		return nil
	}
	before, ok := orphan.DeepCopyObject().(client.Object)
	if !ok {
		return fmt.Errorf("%T is no object", orphan)
	}
	orphan.SetOwnerReferences(slices.DeleteFunc(orphan.GetOwnerReferences(), func(r metav1.OwnerReference) bool {
		return r.Controller != nil && *r.Controller
	}))
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := m.Client.Patch(ctx, orphan, patch, m.Name); err != nil {
		return fmt.Errorf("remove the owner that is gone: %w", err)
	}
	return nil
}
