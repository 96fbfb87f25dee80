/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"net/http"
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// startData holds the values of the template of the first page.
type startData struct {
	Code, Born           string
	AskBorn              bool // the code leaves it open
	Number, OfNumberCode string
}

// start shows the first page.
func (d *Desk) start(v *visit) result {
	return result{template: "start", title: "desk.start.title", data: startData{}}
}

// wrongStart shows the first page with problems to correct.
func wrongStart(data startData, problems page.Problems) result {
	return result{template: "start", title: "desk.start.title", status: http.StatusUnprocessableEntity, data: data, problems: problems}
}

// caller reads who calls, and shows what they may book, what they have, and free places.
func (d *Desk) caller(v *visit) result {
	if _, typed := v.form["identifier"]; typed {
		data, problems := v.readCaller()
		if len(problems) > 0 {
			v.logAccess("look", "invalid", "")
			return wrongStart(data, problems)
		}
	} else if out, known := v.knownCaller(); !known {
		return out
	}
	problems := v.readSeek()
	return d.callerPage(v, "look", result{problems: problems})
}

// knownCaller settles the birth date of a caller whose code is known, because a booking was
// looked up. If it cannot, it returns the page to go on with, and false.
func (v *visit) knownCaller() (result, bool) {
	if v.call.Code == "" {
		return result{to: v.to("/")}, false
	}
	id, given := v.call.person()
	born, outcome := eligibility.Born(id, given, v.in.Rules.Today(v.now))
	if outcome != "" {
		return wrongStart(startData{Code: v.call.Code, AskBorn: true}, page.Problems{{Field: "born", Text: v.words.BornProblem(outcome, false)}}), false
	}
	v.call.Born = born.String()
	return result{}, true
}

// readCaller reads the caller's code, and their birth date if the code leaves it open.
func (v *visit) readCaller() (data startData, problems page.Problems) {
	wrong := func(name, text string) { problems = append(problems, page.Problem{Field: name, Text: text}) }
	data = startData{Code: page.Field(v.form, "identifier"), Born: page.Field(v.form, "born")}
	_, data.AskBorn = v.form["born"]
	id, err := identifier.Parse(data.Code)
	if err != nil {
		wrong("identifier", v.words.IdentifierProblem(err))
	}
	var given civil.Day
	if data.Born != "" {
		if given, err = page.ParseDay(data.Born); err != nil {
			wrong("born", v.words.Say("desk.problem.born"))
		}
	}
	if len(problems) > 0 {
		return data, problems
	}
	born, outcome := eligibility.Born(id, given, v.in.Rules.Today(v.now))
	if outcome != "" {
		asked := data.AskBorn
		data.AskBorn = true
		wrong("born", v.words.BornProblem(outcome, asked))
		return data, problems
	}
	v.call = call{Key: v.call.Key, Code: id.Reveal(), Born: born.String(), Contact: booking.Contact{Language: v.words.Tag()}}
	return data, nil
}

// lookUp finds a booking by its number and its person.
func (d *Desk) lookUp(v *visit) result {
	data := startData{Number: page.Field(v.form, "number"), OfNumberCode: page.Field(v.form, "code")}
	ref, problems := v.words.ReadReference(v.form, "number", "code")
	if len(problems) > 0 {
		v.logAccess("look-up", "invalid", "")
		return wrongStart(data, problems)
	}
	b, err := d.Clerk.Look(v.request.Context(), ref)
	v.logResult("look-up", ref.Number.String(), err)
	if err != nil {
		why := d.explain(v, err, "")
		out := wrongStart(data, page.Problems{{Field: "number", Text: why.Text}})
		out.status, out.after = why.Status, why.After
		return out
	}
	v.call = call{Code: ref.Identifier.Reveal(), Contact: booking.Contact{Language: v.words.Tag()}}.about(b, v.now)
	return d.bookingPage(v, result{})
}

// callerData holds the values of the template of a caller.
type callerData struct {
	Code, Born string
	May        []string // each service: whether it is open to them, or when it opens
	Bookings   []bookingLine
	Offers     *offersData // nil if they may book nothing now
	Contact    contactData
}

// bookingLine is a booking in a list.
type bookingLine struct {
	Index             int
	Number, What, How string
	Lines             []page.Line
}

// contactData are the fields of a contact.
type contactData struct {
	Phone, Email string
	Letters      []page.Choice // languages of confirmations
}

func (d *Desk) contact(c booking.Contact) contactData {
	return contactData{Phone: c.Phone, Email: c.Email, Letters: d.languages.Choices(c.Language)}
}

// callerPage shows a caller. verb is for the access log; "" if it has the line already.
func (d *Desk) callerPage(v *visit, verb string, out result) result {
	id, born := v.call.person()
	live, err := d.Clerk.Live(v.request.Context(), id)
	if verb != "" {
		v.logResult(verb, "", err)
	}
	if err != nil {
		return d.unable(v, err, "")
	}
	data := callerData{Code: v.call.Code, Born: v.words.Day(born), Contact: d.contact(v.call.Contact)}
	v.call.Bookings = nil
	booked := map[string]bool{} // by service
	for i, b := range live {
		booked[b.Service] = true
		shown := page.Show(b, v.now)
		v.call.Bookings = append(v.call.Bookings, shown)
		data.Bookings = append(data.Bookings, bookingLine{
			Index: i, Number: shown.Number, What: v.words.Service(b.Service), How: v.words.Say("state." + string(b.State)), Lines: v.lines(shown.Spots),
		})
	}
	var open []string
	for _, service := range services(v.in) {
		decision := v.in.Rules.Decide(eligibility.Request{Service: service, Identifier: id, Born: born}, v.now)
		data.May = append(data.May, v.mayBook(service, decision))
		if decision.Outcome == eligibility.Eligible && !booked[service] {
			open = append(open, service)
		}
	}
	out.template, out.title = "caller", "desk.caller.title"
	if len(open) > 0 {
		if !slices.Contains(open, v.call.Seek.Service) {
			v.call.Seek.Service = open[0]
		}
		data.Offers = d.offers(v, open, &out)
	}
	out.data, out.call = data, &v.call
	return out
}

// services returns the services of a catalog.
func services(in *binding.Snapshot) []string {
	var out []string
	for _, c := range in.Catalog.Campaigns {
		if !slices.Contains(out, c.Service) {
			out = append(out, c.Service)
		}
	}
	slices.Sort(out)
	return out
}

// mayBook returns in words whether a caller may book a service, or why not, or when.
func (v *visit) mayBook(service string, d eligibility.Decision) string {
	what := v.words.Service(service)
	if c, known := v.in.Campaign(d.Campaign); known {
		what = v.words.Campaign(c)
	}
	switch d.Outcome {
	case eligibility.Eligible:
		return v.words.Say("desk.may.now", what)
	case eligibility.NotYetOpen, eligibility.YourBandOpens:
		return v.words.Say("desk.may.later", what, v.words.When(d.OpensAt, v.in.Zone))
	case eligibility.Paused:
		return v.words.Say("desk.may.paused", what, d.Reason)
	case eligibility.Closed:
		return v.words.Say("desk.may.closed", what, v.words.When(d.ClosedAt, v.in.Zone))
	default:
		return v.words.Say("desk.may.not", what)
	}
}
