/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

// queue is the queue of one campaign's people for the stretches that it sees.
type queue struct {
	*market
	doses Doses
	// from and until limit the window.
	from, until int
	// chain holds the stretches of one person's doses.
	chain [mostDoses]int
}

// queue returns a queue for the stretches [from, until). For each dose and stretch, next
// holds a stretch from which to look for appointments: none are left between the two. An
// exhausted stretch stays exhausted, because people only take.
func (m *market) queue(doses Doses, from, until int) *queue {
	for dose := range doses.Count {
		if m.next[dose] == nil {
			m.next[dose] = make([]int, len(m.stretches)+1)
		}
		for s := from; s < len(m.next[dose]); s++ {
			m.next[dose][s] = s
		}
	}
	return &queue{market: m, doses: doses, from: from, until: until}
}

// serve books the given number of people with all their doses, as far as there is room,
// and returns how many it booked. It lowers seen by what they take.
func (q *queue) serve(people int64) (served int64) {
	for s := q.may(0, q.from); s < q.until && served < people; s = q.may(0, s) {
		if !q.place(0, s) {
			q.cross(0, s)
			continue
		}
		taken := people - served
		for _, at := range q.chain[:q.doses.Count] {
			taken = min(taken, q.seen[at])
		}
		for _, at := range q.chain[:q.doses.Count] {
			q.seen[at] -= taken
		}
		served += taken
	}
	return served
}

// place puts a dose at a stretch, and the doses after it as early as possible.
func (q *queue) place(dose, s int) bool {
	if q.seen[s] == 0 {
		return false
	}
	q.chain[dose] = s
	if dose+1 == q.doses.Count {
		return true
	}
	day := q.stretches[s].day
	end := min(q.until, q.dawn(day+q.doses.MaxDays+1))
	for t := q.may(dose+1, q.dawn(day+q.doses.MinDays)); t < end; t = q.may(dose+1, t) {
		if q.place(dose+1, t) {
			return true
		}
		q.cross(dose+1, t)
	}
	return false
}

// may returns the first stretch from s on at which a dose may still be had.
func (q *queue) may(dose, s int) int {
	next := q.next[dose]
	for next[s] != s {
		next[s] = next[next[s]]
		s = next[s]
	}
	return s
}

// cross out a stretch for a dose.
func (q *queue) cross(dose, s int) { q.next[dose][s] = s + 1 }

// dawn returns the first stretch of a day, or the number of stretches.
func (m *market) dawn(day int) int { return m.firstOn[min(day, len(m.firstOn)-1)] }
