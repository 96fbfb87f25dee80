/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testenv_test

import (
	"testing"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

func TestStart(t *testing.T) {
	c := testenv.Client(t, testenv.Start(t))

	one, other := testenv.Namespace(t, c), testenv.Namespace(t, c)
	if one == other {
		t.Errorf("two tests share the namespace %s", one)
	}
	if err := c.List(t.Context(), &v1alpha1.CampaignList{}); err != nil {
		t.Errorf("list campaigns, want them installed: %v", err)
	}
}
