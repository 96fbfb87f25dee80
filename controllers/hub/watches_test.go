/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package hub

import (
	"context"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// TestWatches: in a running manager a hub heals long before its next wake-up,
// which is ten minutes away.
func TestWatches(t *testing.T) {
	w := newWard(t, "2026-11-30T09:00:00Z")
	mgr := testenv.Manager(t, config)
	if err := observe.Index(t.Context(), mgr.GetFieldIndexer()); err != nil {
		t.Fatal(err)
	}
	if err := New(mgr, w.clock).SetupWithManager(mgr); err != nil {
		t.Fatal(err)
	}
	testenv.Background(t, mgr)

	w.create(build.MakeHub("fiera").Obj())
	w.eventually("Reconciling=True PlatformNotFound")
	w.create(build.MakePlatform("lazio").Obj())
	w.eventually("Ready=True Succeeded")
}

// eventually waits for a condition, as "Type=Status Reason".
func (w *ward) eventually(wanted string) {
	w.Helper()
	err := wait.PollUntilContextTimeout(w.Context(), 50*time.Millisecond, 20*time.Second, true, func(ctx context.Context) (bool, error) {
		hub := &v1alpha1.VaccinationHub{}
		if err := w.api.Get(ctx, w.request().NamespacedName, hub); err != nil {
			return false, err
		}
		for _, c := range hub.Status.Conditions {
			if c.Type+"="+string(c.Status)+" "+c.Reason == wanted {
				return true, nil
			}
		}
		return false, nil
	})
	if err != nil {
		w.Fatalf("wait for %s: %v", wanted, err)
	}
}
