/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/test/constants"
)

// languages have the texts of all channels, and no templates.
func languages(t *testing.T) Languages {
	t.Helper()
	all, err := NewLanguages(Book{Templates: fstest.MapFS{}, Files: &Files{}})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var verbs = regexp.MustCompile("%[a-z%]")

func TestLanguagesSayTheSame(t *testing.T) {
	all := languages(t)
	italian, english := all[0].texts, all[1].texts
	if len(italian) < 100 {
		t.Fatalf("only %d texts", len(italian))
	}
	for key, text := range italian {
		other, known := english[key]
		if !known || strings.TrimSpace(other) == "" || strings.TrimSpace(text) == "" {
			t.Errorf("%s is not said in both languages", key)
		}
		if a, b := verbs.FindAllString(text, -1), verbs.FindAllString(other, -1); !slices.Equal(a, b) {
			t.Errorf("%s takes %v in Italian, %v in English", key, a, b)
		}
	}
	for key := range english {
		if _, known := italian[key]; !known {
			t.Errorf("%s is not said in Italian", key)
		}
	}
}

// used are the keys that a source names.
var used = regexp.MustCompile(`(?:say |[Ss]ay\(|link\("[^"]*", |message\([^,]*, |wrong\("[a-z]+", |Note = [^"\n]*|changed\(v, b, |return today, |title(?:, open)? :?= |title: +|s\.say\(&out, )"([a-zA-Z_.]+)"`)

// inputs are the keys of the label and the hint that the template function input names.
var inputs = regexp.MustCompile(`input [^ ]+ "[a-z]+ ?([a-z_.]*) ?([a-z_.]*)"`)

// keysOf returns the keys that a source names. Those that are put together are not.
func keysOf(source string) []string {
	var keys []string
	for _, match := range inputs.FindAllStringSubmatch(source, -1) {
		keys = append(keys, slices.DeleteFunc(match[1:], func(key string) bool { return key == "" })...)
	}
	for _, match := range used.FindAllStringSubmatch(source, -1) {
		key := match[1]
		switch {
		case strings.HasSuffix(key, "."):
		case strings.Contains(match[0], "message("):
			keys = append(keys, key+".title", key+".text")
		case strings.Contains(match[0], "say(&out"):
			keys = append(keys, "refusal."+key+".title", "refusal."+key+".text")
		default:
			keys = append(keys, key)
		}
	}
	return keys
}

// sources are those of the citizens' pages, of their templates, and of this room.
func sources(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, pattern := range []string{"*.go", "parts/*.html", "../web/*.go", "../web/templates/*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(content))
		}
	}
	return out
}

func TestEveryTextIsUsedAndThereIs(t *testing.T) {
	texts := languages(t)[0].texts
	wanted := map[string]bool{}
	for _, source := range sources(t) {
		for _, key := range keysOf(source) {
			wanted[key] = true
		}
	}
	for _, p := range constants.Declared[identifier.Problem](t, "../identifier/error.go") {
		wanted["identifier."+string(p)] = true
	}
	for _, s := range []booking.State{booking.Held, booking.Booked, booking.Past, booking.Cancelled, booking.Lapsed} {
		wanted["state."+string(s)] = true
	}
	for _, o := range []booking.Outcome{
		booking.Stale, booking.NotOpen, booking.Paused, booking.Closed, booking.UnknownCampaign, booking.AlreadyBooked, booking.NoPlace, booking.NoSlot,
		booking.Expired, booking.ExtendedOnce, booking.NotFound, booking.Begun, booking.Gone, booking.WrongDoses, booking.KeyUsed,
	} {
		wanted["refusal."+string(o)+".title"], wanted["refusal."+string(o)+".text"] = true, true
	}
	for key := range wanted {
		if _, known := texts[key]; !known {
			t.Errorf("%s is used, and not said", key)
		}
	}
	others := regexp.MustCompile(`^(refusal\.(no_place|no_slot)\.dose|refusal\.[A-Za-z]+\.(title|text)|service\.|one\.|many\.)`)
	for key := range texts {
		if !wanted[key] && !others.MatchString(key) {
			t.Errorf("%s is said, and not used", key)
		}
	}
}

// Texts that name the time of a hold name the one that holds have.
func TestTextsSayHowLongAHoldLasts(t *testing.T) {
	minutes := strconv.Itoa(int(booking.HoldTime / time.Minute))
	for _, l := range languages(t) {
		for _, key := range []string{"hold.extend", "note.extended", "person.submit"} {
			if text := l.Say(key); !slices.Contains(strings.Fields(text), minutes) {
				t.Errorf("%s says %q, a hold lasts %s minutes", key, text, minutes)
			}
		}
	}
}

// Every problem of a code has its own words in both languages.
func TestIdentifierProblemsAreKnown(t *testing.T) {
	for _, text := range []string{
		"", "CNTCHR83T41D969!", "CNTCHR83T41Q969D", "CNTCHR83T41D969A", "80012345678", "12345678901", "CNTCHR83Z41D969D", "CNTCHR83T39D969D",
		"1NTCHR83T41D969D", "CNTCHRA3T41D969D", "STP123456789012X", "00000001234",
	} {
		_, err := identifier.Parse(text)
		var wrong *identifier.Error
		if !errors.As(err, &wrong) {
			t.Errorf("%s is no wrong code: %v", text, err)
			continue
		}
		for _, l := range languages(t) {
			if _, known := l.texts["identifier."+string(wrong.Problem)]; !known {
				t.Errorf("%q has no words in %s", wrong.Wrong, l.Name())
			}
		}
	}
}

func TestNothingOfADecisionIsMissing(t *testing.T) {
	s := Scene{Words: languages(t)[0], In: &binding.Snapshot{Zone: time.UTC}, Now: time.Date(2026, 12, 1, 21, 0, 0, 0, time.UTC)}
	for _, o := range []eligibility.Outcome{
		eligibility.NotYetOpen, eligibility.YourBandOpens, eligibility.YourBandIsOpen, eligibility.Paused, eligibility.Closed, eligibility.NotEligible,
		eligibility.UnknownCampaign, eligibility.UnknownService, eligibility.BirthDateNeeded, eligibility.BirthDateDisagrees, eligibility.BirthDateImpossible,
	} {
		why := booking.NotEligibleError{Decision: eligibility.Decision{Outcome: o, Campaign: "born-1980-1985"}}
		if got := NewExplainer(slog.New(slog.DiscardHandler)).Explain(s, why); got.Again || got.Text == "" || strings.HasPrefix(got.Text, "refusal.") {
			t.Errorf("%s is not said: %q", o, got.Text)
		}
	}
}
