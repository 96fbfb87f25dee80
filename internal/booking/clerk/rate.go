/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"math"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
)

// Rate limits requests to Burst at once and PerSecond in the long run. The zero Rate is no
// limit.
type Rate struct {
	Burst     int
	PerSecond float64
}

// Allowances limits each of many keys to a rate. It remembers the most recently used keys, up
// to a number; a forgotten key starts anew.
type Allowances[K comparable] struct {
	rate Rate
	of   *lru.Cache[K, *rate.Limiter]
}

// Remembered is the number of keys to remember for people and for addresses: about 25 MB.
const Remembered = 100_000

// NewAllowances returns Allowances that remember at most a number of keys.
func NewAllowances[K comparable](r Rate, remembered int) (*Allowances[K], error) {
	of, err := lru.New[K, *rate.Limiter](remembered)
	if err != nil {
		return nil, err
	}
	return &Allowances[K]{rate: r, of: of}, nil
}

// Take counts a request; if it exceeds the rate, Take returns how long to wait.
func (a *Allowances[K]) Take(key K, now time.Time) (wait time.Duration) {
	if a.rate.Burst <= 0 || a.rate.PerSecond <= 0 {
		return 0
	}
	limiter, known := a.of.Get(key)
	if !known {
		limiter = rate.NewLimiter(rate.Limit(a.rate.PerSecond), a.rate.Burst)
		if other, added, _ := a.of.PeekOrAdd(key, limiter); added {
			limiter = other
		}
	}
	if limiter.AllowN(now, 1) {
		return 0
	}
	missing := 1 - limiter.TokensAt(now)
	return time.Duration(math.Ceil(missing/a.rate.PerSecond)) * time.Second
}

// people limits each person. It does not remember their identifiers.
type people struct {
	allowances *Allowances[[sha256.Size]byte]
	secret     []byte // of this process alone: its hashes are useless elsewhere
}

func newPeople(r Rate) (*people, error) {
	allowances, err := NewAllowances[[sha256.Size]byte](r, Remembered)
	if err != nil {
		return nil, err
	}
	secret := make([]byte, sha256.Size)
	_, _ = rand.Read(secret) // never fails
	return &people{allowances: allowances, secret: secret}, nil
}

// ask counts a request about a person.
func (p *people) ask(id identifier.Identifier, now time.Time) (wait time.Duration) {
	if id.IsZero() {
		return 0
	}
	hash := hmac.New(sha256.New, p.secret)
	hash.Write([]byte(id.Reveal()))
	return p.allowances.Take([sha256.Size]byte(hash.Sum(nil)), now)
}
