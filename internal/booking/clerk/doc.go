/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package clerk does what people ask for, in whichever way they ask: it lets in,
// decides, has the store decide, and says why not. A request goes through
//
//	limits by person ─▶ decide here ─▶ gate ─▶ the store decides ─▶ explained
//	                         │          │              │
//	     may not, not yet ◀──┘          │              └─▶ another catalog binds:
//	     too many at once: come again ◀─┘                  read it, decide again
//
// Invariants:
//
//   - Whoever may not book, or not yet, is told so from memory, by the catalog in force
//     here and the store's clock as well as it is known: they neither need the store nor
//     wait at the gate. Whether an opening has come, the store decides.
//   - No more requests use the store than it has connections, so many more wait for
//     them, none longer than a second, and everybody else is sent away to come again.
//     Who finishes what they have (confirms, extends, gives back) goes before who
//     starts, and still does not lock those out.
//   - What has been let in is finished, also where whoever asked goes away; and
//     whatever became of it, the same request with the same key may be made again.
//   - Whatever is kept of those who ask is bounded. People are known to the limits by a
//     hash under a secret of this process.
//   - Nobody acts for another channel, or takes the desk's places, than the clerk's own.
//
// Why something was not done is one of these errors, or wrapped by one:
//
//	[Decided]         by the catalog: not open, not to them, paused, closed, unknown
//	*[dose.Error]     the places are not right for the campaign's doses
//	*[store.Refusal]  by the store, or that there is no such slot
//	[Beside]          around a refusal: places that are still free
//	[UnknownHub]      that places are looked for at
//	[TooOften]        this person asked: come again in a while
//	[Shed]            too many ask: nothing was begun, come again
//	[ErrNotInForce]   no catalog is in force here: nothing was begun
//
// By any other error it is not known what happened.
package clerk
