/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

// row is a line of a terminal that is filled piece by piece.
type row []rune

func newRow(width int) row {
	r := make(row, width)
	for i := range r {
		r[i] = ' '
	}
	return r
}

func (r row) String() string { return string(r) }

// put writes words into empty space, with a space on either side, and reports whether there
// was room.
func (r row) put(x int, words string) bool {
	runes := []rune(words)
	if x < 0 || x+len(runes) > len(r) {
		return false
	}
	for i := max(0, x-1); i < min(len(r), x+len(runes)+1); i++ {
		if r[i] != ' ' {
			return false
		}
	}
	r.over(x, words)
	return true
}

// over writes words over what is there.
func (r row) over(x int, words string) {
	for _, letter := range words {
		if x >= 0 && x < len(r) {
			r[x] = letter
		}
		x++
	}
}

// cells has the columns of one panel; heights are in eighths of a row.
type cells struct {
	floor, wanted []int64
	// cap is the row of the cap's line, or -1 above the panel.
	cap int64
	// marks are columns with a line through all rows.
	marks map[int]rune
}

// newCells finds the highest floor of every column.
func newCells(s scene, l line, a axis, scale int64) cells {
	last := a[len(a)-1]
	columns := last.x + last.width
	c := cells{floor: make([]int64, columns), wanted: make([]int64, columns), cap: -1, marks: map[int]rune{}}
	// Round up, so that one replica of ten thousand is visible.
	height := func(replicas int64) int64 { return (replicas*panelRows*eighths + scale - 1) / scale }
	for _, v := range l.over(a) {
		for x := a.at(v.from); x <= min(a.at(v.to-1), columns-1); x++ {
			c.floor[x] = max(c.floor[x], height(v.floor))
			c.wanted[x] = max(c.wanted[x], height(v.wanted))
		}
	}
	if most := bound(l.Cap); most > 0 && most <= scale {
		c.cap = (height(most) - 1) / eighths
	}
	for _, m := range s.on(a) {
		if a.holds(m.readyBy) && m.readyBy < m.at {
			c.marks[int(a.at(m.readyBy))] = '┊'
		}
	}
	for _, m := range s.on(a) {
		c.marks[int(a.at(m.at))] = '│'
	}
	return c
}

// row returns one line of a panel, counted from the bottom.
func (c cells) row(n int64) string {
	blocks := []rune(" ▁▂▃▄▅▆▇█")
	out := newRow(len(c.floor))
	for x := range out {
		floor, wanted := c.floor[x]-n*eighths, c.wanted[x]-n*eighths
		mark := c.marks[x]
		switch {
		case mark == '│', mark != 0 && floor <= 0 && wanted <= 0:
			out[x] = mark
		case wanted > floor && floor < eighths/2 && wanted > 0:
			out[x] = '░'
		case wanted > floor && floor > 0:
			out[x] = '█'
		case floor > 0:
			out[x] = blocks[min(floor, eighths)]
		case n == c.cap:
			out[x] = '╌'
		}
	}
	return out.String()
}
