/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"testing"

	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestStaleConfigMap: what was read has changed since, so the revision computed
// from it may have been given already.
func TestStaleConfigMap(t *testing.T) {
	p := newPress(t)
	p.reconcile()
	s, _, err := p.reconciler.observe(t.Context(), p.key("lazio"))
	if err != nil {
		t.Fatal(err)
	}
	p.create(build.MakeCampaign("over-80").Obj())
	p.reconcile() // somebody else gives revision 2
	s.set.Hubs = append(s.set.Hubs, *build.MakeHub("fiera").Obj())
	wanted := decide(s, p.clock.Now())
	if done := p.reconciler.apply(t.Context(), s, wanted); done.failed == nil || p.nth(wanted.Revision) != 2 {
		t.Errorf("revision %d was given twice: %v", wanted.Revision, done.failed)
	}
	if got := p.catalog(); p.nth(got.Revision) != 2 || len(got.Hubs) != 0 {
		t.Errorf("catalog: got %+v", got)
	}
}
