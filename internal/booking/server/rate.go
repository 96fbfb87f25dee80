/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"math"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
)

// Rate is how often somebody may ask: so many at once, and so many each second in
// the long run. The zero Rate is no limit.
type Rate struct {
	Burst     int
	PerSecond float64
}

// allowances keep each of many to a rate. Only so many are remembered, those who
// asked last: whoever is forgotten starts anew.
type allowances[K comparable] struct {
	rate Rate
	of   *lru.Cache[K, *rate.Limiter]
}

func newAllowances[K comparable](r Rate, remembered int) (*allowances[K], error) {
	of, err := lru.New[K, *rate.Limiter](remembered)
	if err != nil {
		return nil, err
	}
	return &allowances[K]{rate: r, of: of}, nil
}

// take counts one request; where it is one too many it tells how long to wait.
func (a *allowances[K]) take(key K, now time.Time) (wait time.Duration) {
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

// limits are those of one process, by address and by person.
type limits struct {
	addresses *allowances[netip.Prefix]
	people    *allowances[[sha256.Size]byte]
	secret    []byte // of this process alone: what it hashes says nothing elsewhere
}

// remembered is how many addresses, and how many people, are kept in mind: some
// 25 MB of each at the most.
const remembered = 100_000

func newLimits(address, person Rate) (*limits, error) {
	addresses, err := newAllowances[netip.Prefix](address, remembered)
	if err != nil {
		return nil, err
	}
	people, err := newAllowances[[sha256.Size]byte](person, remembered)
	if err != nil {
		return nil, err
	}
	secret := make([]byte, sha256.Size)
	_, _ = rand.Read(secret) // never fails
	return &limits{addresses: addresses, people: people, secret: secret}, nil
}

// address counts a request from an address, where it has one.
func (l *limits) address(from netip.Prefix, now time.Time) (wait time.Duration) {
	if !from.IsValid() {
		return 0
	}
	return l.addresses.take(from, now)
}

// person counts a request about a person. Their identifier is not remembered.
func (l *limits) person(id identifier.Identifier, now time.Time) (wait time.Duration) {
	if id.IsZero() {
		return 0
	}
	hash := hmac.New(sha256.New, l.secret)
	hash.Write([]byte(id.Reveal()))
	return l.people.take([sha256.Size]byte(hash.Sum(nil)), now)
}
