/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"sync"
	"time"
)

// retries is how long after it was carried out a request may be sent again. The crowd
// before the next opening comes later.
const retries = time.Hour

// admissions record when this process last found somebody eligible in a campaign, which
// means that it was open.
type admissions struct {
	mu   sync.Mutex
	last map[string]time.Time // by campaign: catalogs have few
}

// note records that a campaign is open.
func (a *admissions) note(campaign string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last[campaign] = now
}

// lately reports whether a campaign was open within the last hour.
func (a *admissions) lately(campaign string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	last, known := a.last[campaign]
	return known && now.Sub(last) < retries
}
