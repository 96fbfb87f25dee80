/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Status writes what differs between the status that was read and the one that
// is wanted, or nothing. It fails with a conflict if the object has changed
// since it was read, so that nothing that is remembered in a status is lost to
// a stale cache. It reports whether a request was sent.
func Status[O client.Object](ctx context.Context, m Manager, read, wanted O) (wrote bool, err error) {
	if equality.Semantic.DeepEqual(read, wanted) {
		return false, nil
	}
	patch := client.MergeFromWithOptions(read, client.MergeFromWithOptimisticLock{})
	if err := m.Client.Status().Patch(ctx, wanted, patch, m.Name); err != nil {
		return true, fmt.Errorf("write the status: %w", err)
	}
	return true, nil
}
