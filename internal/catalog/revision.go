/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

// Published identifies a published catalog.
type Published struct {
	Revision int64
	Digest   string
}

// Published identifies c.
func (c Catalog) Published() Published {
	return Published{Revision: c.Revision, Digest: c.Digest()}
}

// Next sets the revision under which to publish wanted, from everything known to have
// been published: the ConfigMap's contents and, in case somebody has deleted it, the
// platform's status.
//
// It is the greatest revision known, when that says what is wanted; else one
// more. Two publications under the greatest revision that say different
// things also call for one more, since pods may hold either. Where nothing is
// known, it is 1: who publishes over an old store gives what to start above.
func Next(wanted Catalog, known ...Published) Catalog {
	var last Published
	same := false
	digest := wanted.Digest()
	for _, p := range known {
		switch {
		case p.Revision > last.Revision:
			last, same = p, p.Digest == digest
		case p.Revision == last.Revision:
			same = same && p.Digest == digest
		}
	}
	wanted.Revision = last.Revision
	if !same {
		wanted.Revision++
	}
	return wanted
}
