/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// What the pages of a desk have in common with those for citizens: what is said, and
// how it is looked up and served. Nothing here is used by the pages themselves.
type (
	// Language is one in which pages are written.
	Language = language
	// Files are served as they are.
	Files = files
	// Spot is one dose's place.
	Spot = spot
	// Booked is a booking as pages show it.
	Booked = booked
	// Line is one appointment in words.
	Line = doseLine
	// Choice is one of several.
	Choice = choice
	// Area is a health authority with its hubs.
	Area = area
)

// NewFiles reads the files of all pages, a theme (nil: the embedded one), and some more.
func NewFiles(theme, more fs.FS) (*Files, error) {
	f, err := newFiles(theme)
	if err != nil {
		return nil, err
	}
	return f, f.add(more, "")
}

// Serve answers with a file, if one is asked for.
func (f *files) Serve(w http.ResponseWriter, r *http.Request) bool { return f.serve(w, r) }

// Book is what is written: texts TAG.json beside those that all pages have, and
// templates NAME.html, each with layout.html.
type Book struct {
	Texts, Templates fs.FS
	Files            *Files
}

// NewLanguages reads a book. Italian comes first.
func NewLanguages(b Book) ([]*Language, error) {
	all, err := newLanguages(b.Files)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		text, err := fs.ReadFile(b.Texts, l.tag+".json")
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &l.texts); err != nil {
			return nil, fmt.Errorf("%s.json: %w", l.tag, err)
		}
		if err := l.bind(b); err != nil {
			return nil, fmt.Errorf("read the pages: %w", err)
		}
	}
	return all, nil
}

// bind reads the templates of a book.
func (l *language) bind(b Book) error {
	const layout = "layout.html"
	names, err := fs.Glob(b.Templates, "*.html")
	if err != nil {
		return err
	}
	l.templates = map[string]*template.Template{}
	for _, name := range names {
		if name == layout {
			continue
		}
		t, err := template.New("layout").Funcs(template.FuncMap{
			"say":   l.say,
			"file":  func(name string) string { return b.Files.paths[name] },
			"theme": func() string { return b.Files.theme },
			"to":    func(path string) string { return "/" + l.tag + path },
		}).ParseFS(b.Templates, layout, name)
		if err != nil {
			return err
		}
		l.templates[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return nil
}

// Tag of the language: BCP 47.
func (l *language) Tag() string { return l.tag }

// Name of the language, in itself.
func (l *language) Name() string { return l.name }

// Say gives a text by its key.
func (l *language) Say(key string, arguments ...any) string { return l.say(key, arguments...) }

// Template gives that of a page; nil where there is none.
func (l *language) Template(name string) *template.Template { return l.templates[name] }

// When says an instant.
func (l *language) When(at time.Time, zone *time.Location) string { return l.when(at, zone) }

// Day says a day.
func (l *language) Day(d civil.Day) string { return l.day(d) }

// Service says what a service is.
func (l *language) Service(name string) string { return l.service(name) }

// Campaign says what a campaign is, and for whom.
func (l *language) Campaign(c catalog.Campaign) string { return l.campaign(c) }

// Length says minutes and seconds.
func (l *language) Length(d time.Duration) string { return l.length(d) }

// IdentifierProblem says what is wrong with a code.
func (l *language) IdentifierProblem(err error) string { return l.identifierProblem(err) }

// BornProblem says what is wrong with a birth date, or that it is needed.
func (l *language) BornProblem(o eligibility.Outcome, asked bool) string {
	return l.bornProblem(o, asked)
}

// Spoken tells in which language to answer, and what is asked for without it.
func Spoken(all []*Language, r *http.Request) (words *Language, path string, found bool) {
	return (&Pages{languages: all}).spoken(r)
}

// Secure says what is said with every answer.
func Secure(w http.ResponseWriter, plain bool) { (&Pages{Options: Options{Plain: plain}}).secure(w) }

// Form reads the body of a form, as browsers write it.
func Form(r *http.Request) (url.Values, bool) { return formOf(r) }

// Field gives a field without spaces around it, or the beginning of one too long.
func Field(form url.Values, name string) string { return field(form, name) }

// Phone reads a telephone number, with whatever people put between digits.
func Phone(text string) (string, bool) { return readPhone(text) }

// DayOf reads a day as browsers send it, or as people write it.
func DayOf(text string) (civil.Day, error) { return dayOf(text) }

// Areas are the hubs that some campaigns offer.
func Areas(in *binding.Snapshot, campaigns []catalog.Campaign, chosen string) []Area {
	return areas(in, campaigns, chosen)
}

// Whereabouts tells where a place is that people typed: see [whereabouts].
func Whereabouts(hubs []catalog.Hub, typed string) (names []string, near *search.Position) {
	return whereabouts(hubs, typed)
}

// SpotsOf gives the places of an offer.
func SpotsOf(o search.Offer) []Spot { return spotsOf(o) }

// At is when it is.
func (s spot) At() time.Time { return s.at() }

// Shown is a booking as pages show it.
func Shown(b booking.Booking, now time.Time) *Booked { return shown(b, now) }

// Left is how long a hold still lasts.
func (b *booked) Left(now time.Time) time.Duration { return b.left(now) }

// Scene is when, in which language and by which catalog something is said.
type Scene struct {
	Request  *http.Request
	Words    *Language
	In       *binding.Snapshot
	Now      time.Time
	Campaign string // that it is about; may be ""
}

func (s Scene) visit() *visit {
	return &visit{request: s.Request, words: s.Words, in: s.In, now: s.Now, journey: journey{Campaign: s.Campaign}}
}

// Lines are appointments in words.
func (s Scene) Lines(spots []Spot) []Line { return s.visit().doses(spots) }

// Refusal is what people are told of an error, and what may be done about it.
type Refusal struct {
	Status    int
	Title     string // key of its text
	Text      string
	Next      string              // when the next opening is
	Born      eligibility.Outcome // where it is about the birth date
	Again     bool                // the same may be asked again
	After     time.Duration       // … not before
	Elsewhere bool                // other places are all that is needed
	Over      bool                // what was held is not, any more
}

// Explainer says in plain words why something was not done.
type Explainer struct{ pages *Pages }

// NewExplainer logs what nobody expected.
func NewExplainer(log *slog.Logger) Explainer {
	return Explainer{&Pages{Options: Options{Log: log}, complaints: rate.Sometimes{First: 10, Interval: time.Second}}}
}

// Explain says why something was not done.
func (e Explainer) Explain(s Scene, err error) Refusal {
	r := e.pages.explain(s.visit(), err)
	return Refusal{
		Status: r.status, Title: r.title, Text: r.text, Next: r.next, Born: r.born, Again: r.again, After: r.after,
		Elsewhere: r.elsewhere(), Over: r.outcome == booking.Expired || r.outcome == booking.Gone,
	}
}
