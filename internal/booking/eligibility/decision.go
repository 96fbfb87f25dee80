/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eligibility

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
)

// Request asks whether a person may book a campaign, or any campaign of a service.
type Request struct {
	Campaign string // "" for any of the service
	Service  string // may be "" with a campaign
	// Identifier may be zero if people only ask when they may book, by their birth date; a
	// booking needs one.
	Identifier identifier.Identifier
	Born       civil.Day // by the person; zero if they did not say
}

// hidden describes a request for logs and errors, without the person.
func (q Request) hidden() string {
	return fmt.Sprintf("request of [identifier] for campaign %q, service %q", q.Campaign, q.Service)
}

// String hides the person.
func (q Request) String() string { return q.hidden() }

// GoString hides the person.
func (q Request) GoString() string { return q.hidden() }

// MarshalText hides the person.
func (q Request) MarshalText() ([]byte, error) { return []byte(q.hidden()), nil }

// LogValue hides the person.
func (q Request) LogValue() slog.Value {
	return slog.GroupValue(slog.String("campaign", q.Campaign), slog.String("service", q.Service))
}

// Outcome of a decision.
type Outcome string

// The outcomes.
const (
	Eligible       Outcome = "Eligible"       // may book now, in the campaign
	NotYetOpen     Outcome = "NotYetOpen"     // the campaign opens
	YourBandOpens  Outcome = "YourBandOpens"  // what was asked for is for others; the campaign, for this birth date, opens
	YourBandIsOpen Outcome = "YourBandIsOpen" // what was asked for is for others; the campaign, for this birth date, is open
	Paused         Outcome = "Paused"         // the campaign takes no bookings until further notice
	Closed         Outcome = "Closed"         // the campaign has closed
	NotEligible    Outcome = "NotEligible"    // no campaign of the service includes this birth date

	UnknownCampaign Outcome = "UnknownCampaign" // or it is of another service than was said
	UnknownService  Outcome = "UnknownService"  // or it has no campaign

	BirthDateNeeded     Outcome = "BirthDateNeeded"     // the identifier leaves it open
	BirthDateDisagrees  Outcome = "BirthDateDisagrees"  // with the identifier
	BirthDateImpossible Outcome = "BirthDateImpossible" // in the future, or too long ago
)

// Decision is an outcome with what people need to know. It contains nothing about the
// person.
type Decision struct {
	Outcome  Outcome
	Campaign string // of the outcome; "" for none
	// OpensAt is set if the campaign opens or has opened, but not while it is paused,
	// because then nobody knows.
	OpensAt      time.Time
	OpensAtLocal string // in words
	// ClosedAt is set if it has closed.
	ClosedAt      time.Time
	ClosedAtLocal string // in words
	Reason        string // for the pause, in words for people
}

// decision returns an outcome about c.
func (c *campaign) decision(outcome Outcome) Decision {
	d := Decision{Outcome: outcome, Campaign: c.Name}
	switch outcome {
	case Closed:
		d.ClosedAt, d.ClosedAtLocal = *c.ClosesAt, c.closesAtLocal
	case Paused:
		d.Reason = c.Paused
	default:
		d.OpensAt, d.OpensAtLocal = c.OpensAt, c.OpensAtLocal
	}
	return d
}

// Words returns the decision in plain sentences.
func (d Decision) Words() string {
	switch d.Outcome {
	case Eligible:
		return "You may book now, in " + d.Campaign + "."
	case NotYetOpen:
		return "Not yet open: " + d.Campaign + " opens " + d.OpensAtLocal + "."
	case YourBandOpens:
		return "Not open to your birth date yet: your age band, " + d.Campaign + ", opens " + d.OpensAtLocal + "."
	case YourBandIsOpen:
		return "This is for other birth dates; yours may book now, in " + d.Campaign + "."
	case Paused:
		return sentence("Bookings in " + d.Campaign + " are paused: " + d.Reason)
	case Closed:
		return "Bookings in " + d.Campaign + " closed on " + d.ClosedAtLocal + "."
	case NotEligible:
		return "No opening has been announced for your birth date."
	case UnknownCampaign:
		return "There is no such campaign: choose one of those that are listed."
	case UnknownService:
		return "There is no campaign for this service: choose one of the services that are listed."
	case BirthDateNeeded:
		return "Your birth date is needed, as YYYY-MM-DD: your code does not say it, or not its century."
	case BirthDateDisagrees:
		return "The birth date is not that of the code: correct whichever is wrong."
	case BirthDateImpossible:
		return "This cannot be a birth date: it is in the future, or too long ago."
	}
	return ""
}

// sentence adds a full stop to a reason that has none.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// Born returns the birth date by a code and by the person's own word, which may be zero. If
// they do not determine it, the outcome says why.
func Born(id identifier.Identifier, said, today civil.Day) (civil.Day, Outcome) {
	possible := id.BirthDates(today)
	switch {
	case said.IsZero() && len(possible) == 1:
		return possible[0], ""
	case said.IsZero():
		return civil.Day{}, BirthDateNeeded
	case !identifier.Plausible(said, today):
		return civil.Day{}, BirthDateImpossible
	case id.HasBirthDate() && !slices.Contains(possible, said):
		return civil.Day{}, BirthDateDisagrees
	}
	return said, ""
}
