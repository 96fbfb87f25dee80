/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package people makes up the people of a crowd: who they are and what they will do.
// Everything is drawn before the run, so that the nth person of a seed is the same however
// busy the machine is.
//
// Nobody is real: the codes are valid, but the names are invented and the place of birth
// does not exist. No two people of a crowd have the same code.
package people

import (
	"math/rand/v2"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// Person is one of the crowd.
type Person struct {
	Index   int
	Channel int
	Code    string // codice fiscale
	Born    civil.Day
	Female  bool
	// Eligible by birth date.
	Eligible bool
	// DoubleClicks on every button that changes something.
	DoubleClicks bool
	// Then says what they do with their booking.
	Then Then
	// Patience is the time until they give up.
	Patience time.Duration
	// Random draws the person's choices and pauses.
	Random *rand.Rand
}

// Then is what a person does with a booking.
type Then int

// What people do with a booking.
const (
	Keeps Then = iota
	Cancels
	Moves
)

// Mix configures the people of a crowd.
type Mix struct {
	Seed uint64
	// Shares of the channels, in any unit.
	Shares []float64
	// From and To are the birth dates of the age band. Without them everybody is eligible.
	From, To civil.Day
	// Percentages of all people.
	Ineligible, DoubleClick, Cancel, Move float64
	// Patience on average. Each has between half and one and a half times as much.
	Patience time.Duration
}

// The range of birth dates. Codes have two digits of the year, so nobody is old enough to
// be ambiguous.
var (
	oldest   = civil.Date(1920, time.January, 1)
	youngest = civil.Date(2012, time.December, 31)
)

// Person is the nth of the crowd, from 0.
func (m Mix) Person(n int) Person {
	random := rand.New(rand.NewPCG(m.Seed, uint64(n)))
	p := Person{
		Index:        n,
		Channel:      m.channel(random.Float64()),
		Female:       random.IntN(2) == 0,
		Eligible:     random.Float64()*100 >= m.Ineligible || m.From.IsZero(),
		DoubleClicks: random.Float64()*100 < m.DoubleClick,
		Patience:     m.Patience/2 + time.Duration(random.Float64()*float64(m.Patience)),
		Random:       random,
	}
	switch then := random.Float64() * 100; {
	case then < m.Cancel:
		p.Then = Cancels
	case then < m.Cancel+m.Move:
		p.Then = Moves
	}
	p.Born = m.born(p.Eligible, random)
	p.Code = fiscalCode(m.first()+uint64(n), p.Born, p.Female)
	return p
}

// first is the start of this seed's people in the list of names.
func (m Mix) first() uint64 { return m.Seed * 0x9e3779b97f4a7c15 % names }

func (m Mix) channel(u float64) int {
	sum := 0.0
	for _, share := range m.Shares {
		sum += share
	}
	for i, share := range m.Shares {
		if u -= share / sum; u < 0 {
			return i
		}
	}
	return len(m.Shares) - 1
}

// born returns a birth date inside or outside the band.
func (m Mix) born(eligible bool, random *rand.Rand) civil.Day {
	switch older, younger := m.From.Since(oldest), youngest.Since(m.To); {
	case m.From.IsZero():
		return oldest.Add(random.IntN(youngest.Since(oldest) + 1))
	case eligible:
		return m.From.Add(random.IntN(m.To.Since(m.From) + 1))
	case younger <= 0 || older > 0 && random.IntN(2) == 0:
		return m.From.Add(-1 - random.IntN(max(older, 1)))
	default:
		return m.To.Add(1 + random.IntN(younger))
	}
}
