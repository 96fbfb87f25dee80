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
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// startData holds the values of the template of the first page.
type startData struct {
	Code, Born           string
	AskBorn              bool // only where the code does not say it
	Number, OfNumberCode string
}

// start is the first page.
func (d *Desk) start(v *visit) result {
	return result{template: "start", title: "desk.start.title", data: startData{}}
}

// wrongStart is the first page with something to correct.
func wrongStart(data startData, problems page.Problems) result {
	return result{template: "start", title: "desk.start.title", status: http.StatusUnprocessableEntity, data: data, problems: problems}
}

// caller reads who calls, and shows what they may book, what they have, and places.
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

// knownCaller settles the birth date of a caller whose code is known, as after a booking
// was looked up; else it gives the page to go on with.
func (v *visit) knownCaller() (result, bool) {
	if v.call.Code == "" {
		return result{to: v.to("/")}, false
	}
	id, said := v.call.person()
	born, outcome := eligibility.Born(id, said, v.in.Rules.Today(v.now))
	if outcome != "" {
		return wrongStart(startData{Code: v.call.Code, AskBorn: true}, page.Problems{{Field: "born", Text: v.words.BornProblem(outcome, false)}}), false
	}
	v.call.Born = born.String()
	return result{}, true
}

// readCaller reads whose call it is. It asks for a birth date where the code leaves it
// open.
func (v *visit) readCaller() (data startData, problems page.Problems) {
	wrong := func(name, text string) { problems = append(problems, page.Problem{Field: name, Text: text}) }
	data = startData{Code: page.Field(v.form, "identifier"), Born: page.Field(v.form, "born")}
	_, data.AskBorn = v.form["born"]
	id, err := identifier.Parse(data.Code)
	if err != nil {
		wrong("identifier", v.words.IdentifierProblem(err))
	}
	var said civil.Day
	if data.Born != "" {
		if said, err = page.ParseDay(data.Born); err != nil {
			wrong("born", v.words.Say("desk.problem.born"))
		}
	}
	if len(problems) > 0 {
		return data, problems
	}
	born, outcome := eligibility.Born(id, said, v.in.Rules.Today(v.now))
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
	var problems page.Problems
	n, err := number.Parse(data.Number)
	if err != nil {
		problems = append(problems, page.Problem{Field: "number", Text: v.words.Say("problem.number")})
	}
	id, err := identifier.Parse(data.OfNumberCode)
	if err != nil {
		problems = append(problems, page.Problem{Field: "code", Text: v.words.IdentifierProblem(err)})
	}
	if len(problems) > 0 {
		v.logAccess("look-up", "invalid", "")
		return wrongStart(data, problems)
	}
	b, err := d.Clerk.Look(v.request.Context(), booking.Reference{Number: n, Identifier: id})
	v.logResult("look-up", n.String(), err)
	if err != nil {
		why := d.explain(v, err, "")
		out := wrongStart(data, page.Problems{{Field: "number", Text: why.Text}})
		out.status, out.after = why.Status, why.After
		return out
	}
	v.call = call{Code: id.Reveal(), Contact: booking.Contact{Language: v.words.Tag()}}.of(b, v.now)
	return d.bookingPage(v, result{})
}

// callerData holds the values of the template of a caller.
type callerData struct {
	Code, Born string
	May        []string // what is open to them, or when it opens
	Has        []bookingLine
	Offers     *offersData // nil where they may book nothing now
	Contact    contactData
}

// bookingLine is a booking that somebody has.
type bookingLine struct {
	Index             int
	Number, What, How string
	Lines             []page.Line
}

// contactData are the fields of a contact.
type contactData struct {
	Phone, Email string
	Letters      []page.Choice // languages of what they are told
}

func (d *Desk) contact(c booking.Contact) contactData {
	return contactData{Phone: c.Phone, Email: c.Email, Letters: d.languages.Choices(c.Language)}
}

// callerPage shows a caller, with what there is to say. What is looked at goes to the access log as
// a verb; "" where it was before.
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
	v.call.Has = nil
	has := map[string]bool{}
	for i, b := range live {
		has[b.Service] = true
		shown := page.Show(b, v.now)
		v.call.Has = append(v.call.Has, shown)
		data.Has = append(data.Has, bookingLine{
			Index: i, Number: shown.Number, What: v.words.Service(b.Service), How: v.words.Say("state." + string(b.State)), Lines: v.lines(shown.Spots),
		})
	}
	var open []string
	for _, service := range services(v.in) {
		decision := v.in.Rules.Decide(eligibility.Request{Service: service, Identifier: id, Born: born}, v.now)
		data.May = append(data.May, v.mayBook(service, decision))
		if decision.Outcome == eligibility.Eligible && !has[service] {
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

// services of a catalog.
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

// mayBook says whether a caller may book a service, and else why not, or when.
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
