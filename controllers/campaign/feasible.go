/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import "github.com/mezzanotte/mezzanotte/internal/feasibility"

// feasible says whether the plan meets the forecast within every limit, by what
// is known now of the pods.
func (s *seen) feasible() verdict {
	v := feasibility.WithoutOpening()
	if s.stands {
		of := s.planned
		of.Launches = nil
		for _, l := range s.launches {
			of.Launches = append(of.Launches, l.Launch)
		}
		v = of.Verdict()
	}
	return verdict{v.Status, v.Reason, v.Message}
}
