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

// Status writes the difference between the status that was read and the one that is
// wanted, if any. It fails with a conflict if the object has changed since, so that a
// stale cache loses nothing that a status remembers. It reports whether it sent a
// request.
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
