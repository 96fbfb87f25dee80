/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"errors"
	"regexp"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/notify"
)

// personData is what the template sees.
type personData struct {
	Doses            []doseLine
	Code             string
	AskBorn          bool // only where the code does not say it
	Day, Month, Year string
	Email, Phone     string
	Letters          []choice // languages of what they are told
	Mail             bool     // confirmations are sent
}

// showPerson asks for whom, and where they are told.
func (p *Pages) showPerson(v *visit) (result, error) {
	if len(v.journey.Chosen) == 0 || v.journey.Moving {
		return result{to: v.journey.where()}, nil
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

// fields of a person as the form has them.
func (who person) fields(born civil.Day) map[string][]string {
	out := map[string][]string{
		"identifier": {who.Code}, "email": {who.Email}, "phone": {who.Phone}, "letters": {who.Language},
	}
	if day := strings.Split(born.String(), "-"); len(day) == 3 {
		out["year"], out["month"], out["day"] = day[:1], day[1:2], day[2:]
	}
	return out
}

// personView is the form, filled with what was written.
func (p *Pages) personView(v *visit, askBorn bool) *view {
	data := personData{
		Doses: v.doses(v.journey.Chosen), Code: field(v.form, "identifier"), AskBorn: askBorn,
		Day: field(v.form, "day"), Month: field(v.form, "month"), Year: field(v.form, "year"),
		Email: field(v.form, "email"), Phone: field(v.form, "phone"), Mail: p.Mail,
	}
	chosen := field(v.form, "letters")
	if chosen == "" {
		chosen = v.words.tag
	}
	for _, l := range p.languages {
		data.Letters = append(data.Letters, choice{Value: l.tag, Text: l.name, Chosen: l.tag == chosen})
	}
	return &view{template: "person", title: "person.title", data: data}
}

// identify reads for whom, and holds the places that were chosen.
func (p *Pages) identify(v *visit) (result, error) {
	if len(v.journey.Chosen) == 0 {
		return result{to: "/find"}, nil
	}
	who, askBorn, problems := readPerson(v)
	if len(problems) > 0 {
		return v.wrong(p.personView(v, askBorn), problems), nil
	}
	v.journey.Person = &who
	return p.hold(v)
}

// readPerson reads the form. It asks for a birth date where the code leaves it open.
func readPerson(v *visit) (who person, askBorn bool, problems []problem) {
	wrong := func(name, text string) { problems = append(problems, problem{name, text}) }
	id, err := identifier.Parse(v.form.Get("identifier"))
	if err != nil {
		wrong("identifier", v.words.identifierProblem(err))
	}
	who.Code = id.Reveal()
	_, asked := v.form["year"]
	said, ok := readBorn(v)
	if !ok {
		wrong("born", v.words.say("problem.born"))
	}
	askBorn = asked
	if !id.IsZero() && ok {
		_, outcome := eligibility.Born(id, said, v.in.Rules.Today(v.now))
		if outcome != "" {
			askBorn = true
			wrong("born", v.words.bornProblem(outcome, asked))
		}
	}
	who.Born = said.String()
	if text := field(v.form, "email"); text != "" {
		if who.Email, err = notify.ParseAddress(text); err != nil {
			wrong("email", v.words.say("problem.email"))
		}
	}
	if text := field(v.form, "phone"); text != "" {
		if who.Phone, ok = readPhone(text); !ok {
			wrong("phone", v.words.say("problem.phone"))
		}
	}
	who.Language = v.words.tag
	if text := field(v.form, "letters"); text == "it" || text == "en" {
		who.Language = text
	}
	return who, askBorn, problems
}

// readBorn reads the three fields of a birth date; none where nothing is written.
func readBorn(v *visit) (civil.Day, bool) {
	day, month, year := field(v.form, "day"), field(v.form, "month"), field(v.form, "year")
	if day == "" && month == "" && year == "" {
		return civil.Day{}, true
	}
	if len(year) != 4 {
		return civil.Day{}, false
	}
	born, err := civil.Parse(year + "-" + pad(month, 2) + "-" + pad(day, 2))
	return born, err == nil
}

// bornProblem says what is wrong with a birth date.
func (l *language) bornProblem(o eligibility.Outcome, asked bool) string {
	switch {
	case o == eligibility.BirthDateDisagrees:
		return l.say("problem.born.disagrees")
	case o == eligibility.BirthDateImpossible:
		return l.say("problem.born.impossible")
	case asked:
		return l.say("problem.born")
	}
	return l.say("problem.born.needed")
}

var phone = regexp.MustCompile(`^\+?[0-9]{6,15}$`)

// readPhone reads a telephone number, with whatever people put between digits.
func readPhone(text string) (string, bool) {
	number := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./()\u00a0", r) {
			return -1
		}
		return r
	}, text)
	return number, phone.MatchString(number)
}

// identifierProblem says what is wrong with a code, and where.
func (l *language) identifierProblem(err error) string {
	var wrong *identifier.Error
	if !errors.As(err, &wrong) {
		return l.say("problem.identifier")
	}
	key := "identifier." + identifierProblems[wrong.Wrong]
	if _, known := l.texts[key]; !known {
		key = "identifier.length"
		if wrong.Position > 0 {
			key = "identifier.position"
		}
	}
	if wrong.Position > 0 {
		return l.say("character", wrong.Position, l.say(key))
	}
	return capital(l.say(key))
}

// identifierProblems are the keys of what may be wrong with a code.
var identifierProblems = map[string]string{
	"is empty": "empty",
	"is neither a letter from A to Z nor a digit":                 "symbol",
	"is no letter of a place":                                     "place",
	"does not agree with its check character, the last":           "check",
	"does not agree with its check digit, the last":               "check",
	"is no letter of a month":                                     "month",
	"and the next are no day of that month":                       "day",
	"is not a letter":                                             "letter",
	"is not a digit, nor a letter that may replace one":           "digit",
	"is not a digit":                                              "digit",
	"is a digit with which only the codes of organisations begin": "organisation",
	"has a number that is never given":                            "organisation",
}

// hold holds what was chosen for whom it is.
func (p *Pages) hold(v *visit) (result, error) {
	wish, ok := v.journey.wish(v.journey.by("hold"))
	if !ok {
		return result{to: "/find"}, nil
	}
	b, err := p.Clerk.Hold(v.context(), wish)
	if err != nil {
		return p.unheld(v, p.explain(v, err)), nil
	}
	j := v.journey
	j.Booking = shown(b, v.now)
	switch b.State {
	case booking.Held:
		return result{to: "/hold", keep: &j}, nil
	case booking.Booked: // the same form was sent before, and confirmed since
		return result{to: "/done", keep: &j}, nil
	default:
		return p.lapsed(v), nil
	}
}

// unheld shows why, where something can be done about it.
func (p *Pages) unheld(v *visit, why refusal) result {
	switch {
	case why.elsewhere():
		v.journey.Chosen = nil
		return p.offer(v, why.text, why.status).keeping(v.journey)
	case why.born != "":
		v.form = v.journey.Person.fields(civil.Day{})
		return v.wrong(p.personView(v, true), []problem{{"born", v.words.bornProblem(why.born, false)}})
	case why.again:
		what := p.personView(v, v.form.Get("year") != "")
		if v.form.Get("identifier") == "" { // it was known before
			v.form = v.journey.Person.fields(civil.Day{})
			what = p.personView(v, v.journey.Person.Born != "")
		}
		what.alert, what.journey = why.text, &v.journey
		return result{status: why.status, view: what, private: true}.later(why.after)
	case why.campaign != "": // another is right for them
		j := v.journey
		j.Campaign, j.Chosen, j.Hub, j.Hubs = why.campaign, nil, "", nil
		why.links = []link{v.link("/places", "link.yours"), v.link("/", "link.start")}
		return v.notice(why.notice).keeping(j)
	}
	return v.notice(why.notice)
}

// keeping goes on with a journey.
func (r result) keeping(j journey) result {
	r.keep = &j
	return r
}
