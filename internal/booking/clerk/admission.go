/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"sync"
	"time"
)

// retries is how long after it was carried out a request may be made again: the crowd
// before the next opening comes later than that.
const retries = time.Hour

// admissions are when this process last found somebody eligible in a campaign, and so
// that its opening had come.
type admissions struct {
	mu   sync.Mutex
	last map[string]time.Time // by campaign, of which catalogs have few
}

// note keeps in mind that a campaign was open.
func (a *admissions) note(campaign string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last[campaign] = now
}

// lately tells whether a campaign was open a while ago.
func (a *admissions) lately(campaign string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	last, known := a.last[campaign]
	return known && now.Sub(last) < retries
}
