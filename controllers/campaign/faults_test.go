/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// story is a night with a postponement, a ramp and an opening, in which each
// reconcile is tried until it succeeds.
func (n *night) story() *v1alpha1.Campaign {
	n.Helper()
	n.create(over80().Obj())
	n.try()
	n.until(at("2026-11-25T09:00:00Z"))
	n.change(func(c *v1alpha1.Campaign) { c.Spec.Opening.Date = "2026-12-02" })
	n.try()
	n.pods(9, at("2026-12-02T22:43:00Z"))
	n.until(at("2026-12-02T22:44:00Z"))
	n.try()
	n.until(at("2026-12-02T23:00:00Z"))
	n.try()
	return n.read()
}

// try reconciles until that succeeds, and checks that no announced opening is forgotten.
func (n *night) try() {
	n.Helper()
	for range 3 {
		before := n.read().Status.Announced
		_, err := n.reconciler.Reconcile(n.Context(), n.request(name))
		after := n.read().Status.Announced
		if len(after) < len(before) || cmp.Diff(before, after[:len(before)], cmpopts.EquateEmpty()) != "" {
			n.Fatalf("announced openings: got %+v, had %+v", after, before)
		}
		if err == nil {
			return
		}
	}
	n.Fatal("reconcile does not heal")
}

// TestWriteFails: whichever write fails, before or after it has reached the API
// server, the story ends as if none had.
func TestWriteFails(t *testing.T) {
	whole := rome(t, "2026-11-20T09:00:00Z")
	want := whole.story().Status
	writes := whole.writes.Count()
	if writes != 4 {
		t.Fatalf("writes: got %v, want one for each step", whole.writes.Log)
	}
	for n := 1; n <= writes; n++ {
		for _, how := range []string{"refused", "answer lost"} {
			t.Run(fmt.Sprintf("write %d %s", n, how), func(t *testing.T) {
				night := rome(t, "2026-11-20T09:00:00Z")
				if how == "refused" {
					night.writes.Refuse = n
				} else {
					night.writes.Lose = n
				}
				if diff := cmp.Diff(want, night.story().Status); diff != "" {
					t.Errorf("status without (-) and with (+) the failure:\n%s", diff)
				}
			})
		}
	}
}

// TestStaleCache: what was read is older than what is there. The write is
// refused, nothing is forgotten, and it is tried again in a second.
func TestStaleCache(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	n.reconcile()
	stale := n.read()
	n.change(func(c *v1alpha1.Campaign) { c.Spec.Opening.Date = "2026-12-02" })
	want := n.reconcile().Status
	n.events()

	n.until(opens) // by the old opening, it would open now
	behind := *n.reconciler
	behind.Client = interceptor.NewClient(n.api, interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
			if campaign, ok := o.(*v1alpha1.Campaign); ok {
				stale.DeepCopyInto(campaign)
				return nil
			}
			return c.Get(ctx, key, o, opts...)
		},
	})
	result, err := behind.Reconcile(t.Context(), n.request(name))
	if err != nil || result.RequeueAfter != time.Second {
		t.Errorf("got %v, %v, want another look in a second", result, err)
	}
	if diff := cmp.Diff(want, n.read().Status); diff != "" {
		t.Errorf("status before (-) and after (+):\n%s", diff)
	}
	n.wantEvents()
}

func TestGone(t *testing.T) {
	n := newNight(t, "2026-11-20T09:00:00Z")
	result, err := n.reconciler.Reconcile(t.Context(), n.request("never-was"))
	if err != nil || !result.IsZero() {
		t.Errorf("got %v, %v, want nothing to do", result, err)
	}
}
