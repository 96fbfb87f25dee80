/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// TestWatches: in a running manager every change is published long before the
// next wake-up, which is ten minutes away, and a deleted catalog comes back.
func TestWatches(t *testing.T) {
	p := newPress(t)
	mgr := testenv.Manager(t, config)
	if err := observe.Index(t.Context(), mgr.GetFieldIndexer()); err != nil {
		t.Fatal(err)
	}
	if err := New(mgr, p.clock).SetupWithManager(mgr); err != nil {
		t.Fatal(err)
	}
	testenv.Background(t, mgr)

	p.eventually(1)
	p.create(build.MakeHub("fiera").Obj())
	p.eventually(2)
	p.create(build.MakeCampaign("over-80").Obj())
	p.eventually(3)
	if err := p.api.Delete(t.Context(), p.configMap()); err != nil {
		t.Fatal(err)
	}
	p.eventually(4)
}

// eventually waits for a revision, counted from the first.
func (p *press) eventually(nth int64) {
	p.Helper()
	revision := p.read().CreationTimestamp.Unix() - 1 + nth
	got := int64(0)
	err := wait.PollUntilContextTimeout(p.Context(), 50*time.Millisecond, 20*time.Second, true, func(ctx context.Context) (bool, error) {
		live := &corev1.ConfigMap{}
		if err := p.api.Get(ctx, p.key("lazio-catalog"), live); err != nil {
			return false, nil // it comes
		}
		published, err := catalog.Decode([]byte(live.Data["catalog.json"]))
		got = published.Revision
		return got == revision && p.read().Status.Catalog.Revision == revision, err
	})
	if err != nil {
		p.Fatalf("revision: got %d, want %d: %v", got, revision, err)
	}
}

// TestAnnounced: of a campaign's status only what is announced concerns the catalog.
func TestAnnounced(t *testing.T) {
	before := build.MakeCampaign("over-80").Obj()
	other := before.DeepCopy()
	late := int64(7)
	other.Status.LateSeconds = &late
	opened := before.DeepCopy()
	opened.Status.OpenedAt = &metav1.Time{Time: opens}
	if observe.Changed(announced).Update(event.UpdateEvent{ObjectOld: before, ObjectNew: other}) {
		t.Error("lateSeconds is published")
	}
	if !observe.Changed(announced).Update(event.UpdateEvent{ObjectOld: before, ObjectNew: opened}) {
		t.Error("openedAt passes unseen")
	}
}
