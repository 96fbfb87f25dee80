/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

// Replicas are the replicas of a platform's channels now.
type Replicas struct {
	// Most that each channel runs or may run, whichever is more, by channel name.
	Most map[string]int
	// Kept of the planned channel: running replicas that a lower maximum would
	// kill at once.
	Kept int
}

// MostNow returns how many replicas the channel of plan p may run now. Where the
// channels share the store's connections C, that is
//
//	max(base, min(cap, (C − connections of the others) / connections of one), kept)
//
// where the others count with their share or what they may run already, whichever
// is more. So a maximum rises only into connections that others have given up, and
// never falls below what runs: that would kill pods at once.
func (in Input) MostNow(p ChannelPlan, now Replicas) int {
	if p.Shared == nil {
		return p.Cap
	}
	base, each, taken := 1, 1, map[string]int{}
	for _, c := range in.Channels {
		taken[c.Name] = max(p.Shared[c.Name], now.Most[c.Name])
		if c.Name == p.Name {
			base, each, taken[c.Name] = c.Base, max(1, c.Connections), 0
		}
	}
	room := (int64(in.Connections) - Connections(in.Channels, taken)) / int64(each)
	return max(base, int(min(int64(p.Cap), room)), now.Kept)
}
