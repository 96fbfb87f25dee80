/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/plan"
)

const (
	// longestPause is the longest time between two steps of one climb or descent.
	longestPause = 5 * time.Minute
	// fewestSteps of a climb or descent are merged into one line.
	fewestSteps = 3
	// mostNames limits the campaigns that a line names.
	mostNames = 6
)

// row is one line about a channel: a change of its floor, and why.
type row struct {
	from, to time.Time
	floor    string
	reason   string
}

// rows returns the lines of a channel, in order. Long climbs and descents take one line
// each, unless every step is asked for.
func (c Channel) rows(campaigns []Campaign, everyStep bool) []row {
	var rows []row
	for i := 0; i < len(c.Steps); {
		n := 1
		if !everyStep && i > 0 {
			n = runLength(c.Steps[i-1:])
		}
		rows = append(rows, c.row(i, n))
		i += n
	}
	rows = append(rows, c.openings(campaigns)...)
	slices.SortStableFunc(rows, func(a, b row) int { return a.from.Compare(b.from) })
	return rows
}

// row returns one line for n steps from step i on.
func (c Channel) row(i, n int) row {
	first, last := c.Steps[i], c.Steps[i+n-1]
	_, reason, _ := strings.Cut(last.Reason, " = ")
	out := row{from: first.At, to: last.At, floor: fmt.Sprint(last.Floor), reason: reason}
	if n > 1 {
		verb := "climbs"
		if before := c.Steps[i-1].Floor; before > last.Floor {
			verb = "comes down"
		}
		out.floor = fmt.Sprintf("%d → %d", c.Steps[i-1].Floor, last.Floor)
		out.reason = fmt.Sprintf("%s in %d steps: %s", verb, n, reason)
	}
	return out
}

// runLength returns the number of steps that go the same way without a pause; 1 if they are
// too few to merge.
func runLength(steps []Step) int {
	n := 1
	up := steps[1].Floor > steps[0].Floor
	for n+1 < len(steps) {
		last, next := steps[n], steps[n+1]
		if next.At.Sub(last.At) > longestPause || next.Floor == last.Floor || (next.Floor > last.Floor) != up {
			break
		}
		n++
	}
	if n < fewestSteps || steps[1].Floor == steps[0].Floor {
		return 1
	}
	return n
}

// openings returns the future openings of the channel's campaigns, each time once.
func (c Channel) openings(campaigns []Campaign) []row {
	named := map[string]Campaign{}
	for _, campaign := range campaigns {
		named[campaign.Name] = campaign
	}
	now, last := c.Steps[0].At, c.Steps[len(c.Steps)-1]
	var rows []row
	for i := 0; i < len(c.Launches); {
		at := c.Launches[i].Opens
		var opening, held, moved []string
		for ; i < len(c.Launches) && c.Launches[i].Opens.Equal(at); i++ {
			switch campaign := named[c.Launches[i].Campaign]; {
			case !campaign.OpensAt.Equal(at):
				moved = append(moved, c.Launches[i].Campaign)
			case campaign.Paused != "":
				held = append(held, campaign.Name)
			default:
				opening = append(opening, campaign.Name)
			}
		}
		if at.Before(now) || (at.After(last.At) && last.Floor == c.Base) {
			continue
		}
		rows = appendRow(rows, at, "opens: ", opening)
		rows = appendRow(rows, at, "paused, does not open: ", held)
		rows = appendRow(rows, at, "was to open: ", moved)
	}
	return rows
}

// appendRow adds a line that names campaigns, if there are any.
func appendRow(rows []row, at time.Time, what string, names []string) []row {
	if more := len(names) - mostNames; more > 1 {
		names = append(names[:mostNames:mostNames], fmt.Sprintf("%d others", more))
	}
	if len(names) == 0 {
		return rows
	}
	return append(rows, row{from: at, to: at, reason: what + strings.Join(names, ", ")})
}

// cut says what limits the channel's highest future peak, or "".
func (c Channel) cut() string {
	wanted := 0
	for _, s := range c.Steps {
		wanted = max(wanted, s.Wanted)
	}
	if wanted <= c.Peak {
		return ""
	}
	for _, l := range c.Launches {
		if l.Wanted == wanted && l.Limit == plan.LimitConnections {
			return fmt.Sprintf(", wants %d: the store's connections cut it", wanted)
		}
	}
	return fmt.Sprintf(", wants %d: maxReplicas cuts it", wanted)
}
