/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"cmp"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// personData holds the values of the template.
type personData struct {
	Doses            []page.Line
	Code             string
	AskBorn          bool // the code leaves it open
	Day, Month, Year string
	Email, Phone     string
	Letters          []page.Choice // languages of confirmations
	Mail             bool          // confirmations are sent
}

// showPerson asks who the booking is for, and for their contact.
func (p *Pages) showPerson(v *visit) (result, error) {
	if len(v.journey.Chosen) == 0 || v.journey.Moving {
		return result{to: v.journey.findPath()}, nil
	}
	if v.journey.Person != nil {
		born, _ := civil.Parse(v.journey.Person.Born)
		v.form = v.journey.Person.fields(born)
	}
	j := v.journey.carried()
	what := p.personView(v, v.form.Get("year") != "")
	what.journey = &j
	return result{view: what, private: true}, nil
}

// fields returns a person as the fields of the form.
func (p person) fields(born civil.Day) map[string][]string {
	out := map[string][]string{
		"identifier": {p.Code}, "email": {p.Email}, "phone": {p.Phone}, "letters": {p.Language},
	}
	if day := strings.Split(born.String(), "-"); len(day) == 3 {
		out["year"], out["month"], out["day"] = day[:1], day[1:2], day[2:]
	}
	return out
}

// personView returns the form with what was written.
func (p *Pages) personView(v *visit, askBorn bool) *view {
	data := personData{
		Doses: v.scene().Lines(v.journey.Chosen), Code: page.Field(v.form, "identifier"), AskBorn: askBorn,
		Day: page.Field(v.form, "day"), Month: page.Field(v.form, "month"), Year: page.Field(v.form, "year"),
		Email: page.Field(v.form, "email"), Phone: page.Field(v.form, "phone"), Mail: p.Mail,
	}
	chosen := page.Field(v.form, "letters")
	if chosen == "" {
		chosen = v.words.Tag()
	}
	data.Letters = p.languages.Choices(chosen)
	return &view{template: "person", title: "person.title", data: data}
}

// identify reads the person, and holds the places that were chosen.
func (p *Pages) identify(v *visit) (result, error) {
	if len(v.journey.Chosen) == 0 {
		return result{to: "/find"}, nil
	}
	found, askBorn, problems := readPerson(v)
	if len(problems) > 0 {
		return v.wrong(p.personView(v, askBorn), problems), nil
	}
	v.journey.Person = &found
	return p.hold(v)
}

// readPerson reads the form. askBorn reports whether the form has to ask for the birth date,
// because the code leaves it open.
func readPerson(v *visit) (out person, askBorn bool, problems page.Problems) {
	wrong := func(name, text string) { problems = append(problems, page.Problem{Field: name, Text: text}) }
	id, err := identifier.Parse(v.form.Get("identifier"))
	if err != nil {
		wrong("identifier", v.words.IdentifierProblem(err))
	}
	out.Code = id.Reveal()
	_, asked := v.form["year"]
	born, ok := readBorn(v)
	if !ok {
		wrong("born", v.words.Say("problem.born"))
	}
	askBorn = asked
	if !id.IsZero() && ok {
		_, outcome := eligibility.Born(id, born, v.in.Rules.Today(v.now))
		if outcome != "" {
			askBorn = true
			wrong("born", v.words.BornProblem(outcome, asked))
		}
	}
	out.Born = born.String()
	contact, unread := v.words.ReadContact(v.form)
	out.Email, out.Phone, out.Language = contact.Email, contact.Phone, cmp.Or(contact.Language, v.words.Tag())
	return out, askBorn, append(problems, unread...)
}

// readBorn reads the three fields of a birth date; all may be empty.
func readBorn(v *visit) (civil.Day, bool) {
	day, month, year := page.Field(v.form, "day"), page.Field(v.form, "month"), page.Field(v.form, "year")
	if day == "" && month == "" && year == "" {
		return civil.Day{}, true
	}
	if len(year) != 4 {
		return civil.Day{}, false
	}
	born, err := civil.Parse(year + "-" + page.Pad(month, 2) + "-" + page.Pad(day, 2))
	return born, err == nil
}

// hold holds the places that were chosen.
func (p *Pages) hold(v *visit) (result, error) {
	request, ok := v.journey.takeRequest(v.journey.by("hold"))
	if !ok {
		return result{to: "/find"}, nil
	}
	b, err := p.Clerk.Hold(v.context(), request)
	if err != nil {
		return p.unheld(v, p.explain(v, err)), nil
	}
	j := v.journey
	j.Booking = page.Show(b, v.now)
	switch b.State {
	case booking.Held:
		return result{to: "/hold", keep: &j}, nil
	case booking.Booked: // the form was sent before, and its hold was confirmed since
		return result{to: "/done", keep: &j}, nil
	default:
		return p.lapsed(v), nil
	}
}

// unheld answers a refused hold with the page on which people can correct it.
func (p *Pages) unheld(v *visit, why page.Refusal) result {
	switch {
	case why.Elsewhere():
		v.journey.Chosen = nil
		return p.offer(v, why.Text, why.Status).keeping(v.journey)
	case why.Born != "":
		v.form = v.journey.Person.fields(civil.Day{})
		return v.wrong(p.personView(v, true), page.Problems{{Field: "born", Text: v.words.BornProblem(why.Born, false)}})
	case why.Again:
		what := p.personView(v, v.form.Get("year") != "")
		if v.form.Get("identifier") == "" { // from an earlier form
			v.form = v.journey.Person.fields(civil.Day{})
			what = p.personView(v, v.journey.Person.Born != "")
		}
		what.alert, what.journey = why.Text, &v.journey
		return result{status: why.Status, view: what, private: true}.later(why.After)
	case why.Campaign != "": // which suits their birth date
		j := v.journey
		j.Campaign, j.Chosen, j.Hub, j.Hubs = why.Campaign, nil, "", nil
		return v.refused(why, v.link("/places", "link.yours"), v.link("/", "link.start")).keeping(j)
	}
	return v.refused(why)
}

// keeping returns the result with a journey to continue.
func (r result) keeping(j journey) result {
	r.keep = &j
	return r
}
