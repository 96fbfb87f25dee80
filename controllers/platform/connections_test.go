/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"testing"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func TestConnections(t *testing.T) {
	p := newPress(t)
	want := func(connections int64, condition string) {
		t.Helper()
		if got := p.reconcile().Status.PlannedConnections; got != connections {
			t.Errorf("%d connections are planned, want %d", got, connections)
		}
		p.wantConditions(condition)
	}
	want(20, "ConnectionsSufficient=True BasesFit")
	p.create(build.MakeChannel("web").Between(2, 200).Obj())
	want(20+4*201, "ConnectionsSufficient=True BasesFit")
	p.create(build.MakeChannel("app").Between(2, 400).Obj())
	want(2000, "ConnectionsSufficient=True BasesFit") // all that the store accepts

	platform := p.read()
	platform.Spec.Database.MaxConnections = 43
	if err := p.api.Update(t.Context(), platform); err != nil {
		t.Fatal(err)
	}
	want(44, "ConnectionsSufficient=False BasesExceedConnections") // said, and not cut
	if got := p.messageOf(v1alpha1.ConditionConnectionsSufficient); got != "all channels at their bases hold 44 connections, 20 in reserve among them, and the store accepts 43: "+
		"raise spec.database.maxConnections to at least 44, or lower scaling.minReplicas or capacity.databaseConnections of some channels" {
		t.Error(got)
	}
}
