/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/golden"
)

// scenes of a night with one opening at the midnight that ends 1 December, in Rome.
var scenes = map[string]struct {
	now   string
	scene Scene
	want  Word
}{
	"long before": {now: "2026-11-29 09:00:00", scene: midnight().early().ready(2, 2, 8).scene(), want: Waiting},
	"ramping":     {now: "2026-12-01 23:31:07", scene: midnight().floors(120, 60, 8).ready(86, 60, 8).scene(), want: Ramping},
	"go": {now: "2026-12-01 23:50:00", scene: midnight().floors(184, 71, 8).ready(184, 71, 8).
		proved("23:41:07", "23:38:00", "22:00:00").scene(), want: Go},
	"no-go, pods are late": {now: "2026-12-01 23:49:10", scene: midnight().floors(184, 71, 8).ready(86, 71, 8).
		proved("", "23:38:00", "22:00:00").scene(), want: NoGo},
	"capacity lost": {now: "2026-12-01 23:55:00", scene: midnight().floors(184, 71, 8).ready(180, 71, 8).
		proved("23:41:07", "23:38:00", "22:00:00").scene(), want: NoGo},
	"pods are refused": {now: "2026-12-01 23:31:07", scene: midnight().floors(120, 60, 8).ready(5, 60, 8).
		refused(`the API server refuses pods: pods "web-x" is forbidden: exceeded quota: small; 5 pods are Ready, the floor is 120`).scene(), want: Ramping},
	"paused": {now: "2026-12-02 00:03:12", scene: midnight().floors(184, 71, 8).ready(184, 71, 8).
		proved("23:41:07", "23:38:00", "22:00:00").paused("the registry is down").scene(), want: Paused},
	"one of two is paused": {now: "2026-12-02 00:03:12", scene: midnight().floors(184, 71, 8).ready(184, 71, 8).
		proved("23:41:07", "23:38:00", "22:00:00").open().another("born-1951-1955", "no doses have come").scene(), want: Go},
	"held because its spec is wrong": {now: "2026-12-02 00:03:12", scene: midnight().floors(184, 71, 8).ready(184, 71, 8).
		proved("23:41:07", "23:38:00", "22:00:00").wrong("the opening is held until spec.opening is corrected").scene(), want: Paused},
	"open": {now: "2026-12-02 00:12:34", scene: midnight().floors(184, 71, 8).ready(184, 71, 8).
		proved("23:41:07", "23:46:30", "22:00:00").open().scene(), want: Go},
	"go, and the catalog is not published": {now: "2026-12-01 23:50:00", scene: midnight().floors(184, 71, 8).ready(184, 71, 8).
		proved("23:41:07", "23:38:00", "22:00:00").unpublished().scene(), want: Go},
	"no campaigns": {now: "2026-11-29 09:00:00", scene: quiet(), want: Nothing},
	"no rights": {now: "2026-12-01 23:31:07", scene: midnight().floors(120, 60, 8).ready(86, 60, 8).
		hidden(Autoscalers, Events).scene(), want: Ramping},
	"no right to see channels": {now: "2026-12-01 23:31:07", scene: midnight().hidden(Channels).scene(), want: Unknown},
	"API server away": {now: "2026-12-01 23:51:15", scene: midnight().floors(184, 71, 8).ready(184, 71, 8).
		proved("23:41:07", "23:38:00", "22:00:00").away("2026-12-01 23:50:12").scene(), want: Unknown},
	"channel missing, another infeasible": {now: "2026-12-01 23:31:07", scene: midnight().floors(120, 60, 8).ready(86, 60, 8).
		without("phone").capped().scene(), want: NoGo},
	"the operator is dead, a rival was overruled": {now: "2026-12-01 23:36:00", scene: midnight().floors(120, 60, 8).ready(120, 60, 8).
		rival("kubectl-edit").scene(), want: Ramping},
	"no platform":     {now: "2026-12-01 23:31:07", scene: Scene{}, want: Unknown},
	"twenty channels": {now: "2026-12-01 23:31:07", scene: midnight().floors(120, 60, 8).ready(86, 60, 8).crowd(17).scene(), want: NoGo},
	"hostile texts": {now: "2026-12-02 00:03:12", scene: midnight().floors(184, 71, 8).ready(184, 71, 8).
		paused("\x1b[2Jgo\x1b]0;x\a home\r\n\u202e達成 \xff").scene(), want: Paused},
}

func TestScreens(t *testing.T) {
	for name, test := range scenes {
		for _, size := range [][2]int{{80, 24}, {200, 50}} {
			t.Run(fmt.Sprintf("%s at %d x %d", name, size[0], size[1]), func(t *testing.T) {
				screen := Look(test.scene, at(test.scene), rome(test.now))
				if screen.Verdict.Word != test.want {
					t.Errorf("the word is %s, want %s: %s", screen.Verdict.Word, test.want, screen.Verdict.Why)
				}
				golden.Check(t, fmt.Sprintf("%s.%dx%d.txt", name, size[0], size[1]), drawn(t, screen, size))
			})
		}
	}
}

// drawn is a screen as text; it fails if it is larger than asked for.
func drawn(t *testing.T, screen Screen, size [2]int) string {
	t.Helper()
	lines := screen.Draw(size[0], size[1])
	if len(lines) > size[1] {
		t.Errorf("%d lines in a height of %d", len(lines), size[1])
	}
	var b strings.Builder
	for _, line := range lines {
		if width := line.width(); width > size[0] {
			t.Errorf("%d columns in a width of %d: %q", width, size[0], line)
		}
		b.WriteString(line.String() + "\n")
	}
	return b.String()
}

// TestEverySize draws every scene in every size, down to nothing.
func TestEverySize(t *testing.T) {
	for name, test := range scenes {
		t.Run(name, func(t *testing.T) {
			screen := Look(test.scene, at(test.scene), rome(test.now))
			for width := 0; width <= 210; width += 19 {
				for height := 0; height <= 52; height += 3 {
					drawn(t, screen, [2]int{width, height})
				}
			}
		})
	}
}

// TestNoTextReachesTheTerminalRaw: a reason of a pause is anybody's text.
func TestNoTextReachesTheTerminalRaw(t *testing.T) {
	test := scenes["hostile texts"]
	screen := Look(test.scene, at(test.scene), rome(test.now))
	for _, text := range []string{drawn(t, screen, [2]int{80, 24}), drawn(t, screen, [2]int{200, 50}), screen.Sentence()} {
		if plain := ansi.Strip(text); plain != text || strings.ContainsAny(text, "\r\x1b\a\u202e") {
			t.Errorf("control characters are left: %q", text)
		}
	}
}

func TestSentences(t *testing.T) {
	var all []string
	for name, test := range scenes {
		screen := Look(test.scene, at(test.scene), rome(test.now))
		all = append(all, fmt.Sprintf("%s:\n  %s  %s %s\n  %s\n", name, screen.Clock, screen.Opening.Label, screen.Opening.Figures, screen.Sentence()))
	}
	golden.Check(t, "sentences.txt", strings.Join(sorted(all), ""))
}

// TestAroundTheInstants: what the words are a second before and at each instant of the night.
func TestAroundTheInstants(t *testing.T) {
	night := func(web int32, proved string) Scene {
		return midnight().floors(184, 71, 8).ready(web, 71, 8).proved(proved, "23:20:00", "22:00:00").scene()
	}
	tests := map[string]struct {
		scene       Scene
		now         string
		want        Word
		wantFigures string
	}{
		"before the ramp":          {midnight().ready(2, 2, 8).scene(), "2026-12-01 23:19:59", Waiting, "40:01"},
		"when the ramp starts":     {midnight().ready(2, 2, 8).scene(), "2026-12-01 23:20:00", Ramping, "40:00"},
		"before it is due":         {night(183, ""), "2026-12-01 23:44:59", Ramping, "15:01"},
		"when it is due":           {night(183, ""), "2026-12-01 23:45:00", NoGo, "15:00"},
		"proved late":              {night(184, "23:46:00"), "2026-12-01 23:46:00", Go, "14:00"},
		"an earlier peak is over":  {midnight().floors(150, 71, 8).ready(150, 71, 8).proved("23:41:00", "23:20:00", "22:00:00").scene(), "2026-12-01 23:50:00", Go, "10:00"},
		"lost before the opening":  {night(150, "23:41:00"), "2026-12-01 23:50:00", NoGo, "10:00"},
		"the last second":          {night(184, "23:41:00"), "2026-12-01 23:59:59", Go, "00:01"},
		"at the opening":           {night(184, "23:41:00"), "2026-12-02 00:00:00", Go, "00:00"},
		"no floor is known":        {midnight().floors(0, 71, 8).ready(1, 71, 8).proved("23:41:00", "23:20:00", "22:00:00").scene(), "2026-12-02 00:01:00", NoGo, "01:00"},
		"lost and not proved anew": {midnight().floors(184, 71, 8).ready(0, 71, 8).proved("", "23:20:00", "22:00:00").lost("23:50:00").scene(), "2026-12-02 00:01:00", NoGo, "01:00"},
		"lost after the opening":   {night(150, "23:41:00"), "2026-12-02 00:01:00", NoGo, "01:00"},
		"the last second of keep":  {night(184, "23:41:00"), "2026-12-02 00:59:59", Go, "59:59"},
		"when the launch is over":  {night(184, "23:41:00"), "2026-12-02 01:00:00", Nothing, ""},
		"a day and a half before":  {midnight().ready(2, 2, 8).scene(), "2026-11-30 12:00:00", Waiting, "1d 12:00"},
		"proved by half an answer": {midnight().floors(184, 71, 8).ready(184, 71, 8).proved("23:41:00", "", "22:00:00").scene(), "2026-12-01 23:44:00", Ramping, "16:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Look(test.scene, at(test.scene), rome(test.now))
			if got.Verdict.Word != test.want || got.Opening.Figures != test.wantFigures {
				t.Errorf("got %s (%s) at %q, want %s at %q", got.Verdict.Word, got.Verdict.Why, got.Opening.Figures, test.want, test.wantFigures)
			}
		})
	}
}

// TestWhichOpening: the board turns to a near opening, and else stays with the one under way.
func TestWhichOpening(t *testing.T) {
	two := func(second string) Scene {
		n := midnight().floors(184, 71, 8).ready(184, 71, 8).proved("23:41:07", "23:38:00", "22:00:00").open()
		later := n.campaigns[0].DeepCopy()
		later.Name, later.Status.OpenedAt = "later", nil
		later.Status.OpensAt = stamp(second)
		later.Status.OpensAtLocal = second
		later.Status.Channels = nil
		n.campaigns = append(n.campaigns, later)
		return n.scene()
	}
	tests := map[string]struct {
		scene Scene
		now   string
		want  string
	}{
		"under way, the next is tomorrow":      {two("2026-12-03 00:00:00"), "2026-12-02 00:10:00", "born-1946-1950"},
		"under way, the next is near":          {two("2026-12-02 00:40:00"), "2026-12-02 00:10:00", "later"},
		"over, the next is tomorrow":           {two("2026-12-03 00:00:00"), "2026-12-02 01:10:00", "later"},
		"both are over":                        {two("2026-12-02 00:40:00"), "2026-12-02 10:00:00", ""},
		"held for hours, nothing else is near": {midnight().paused("later").scene(), "2026-12-02 10:00:00", "born-1946-1950"},
		"held for more than a day":             {midnight().paused("later").scene(), "2026-12-03 00:00:00", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			screen := Look(test.scene, at(test.scene), rome(test.now))
			got := ""
			if len(screen.Opening.Campaigns) > 0 {
				got = screen.Opening.Campaigns[0]
			}
			if got != test.want {
				t.Errorf("the board is about %q, want %q", got, test.want)
			}
		})
	}
}

func at(scene Scene) Place {
	if places := scene.Places(); len(places) > 0 {
		return places[0]
	}
	return Place{Namespace: "lazio", Name: "lazio"}
}

// TestOnlyItsOwn: another platform's campaigns, channels and events are not shown.
func TestOnlyItsOwn(t *testing.T) {
	scene := midnight().floors(120, 60, 8).ready(86, 60, 8).scene()
	other := scene.Platforms[0].DeepCopy()
	other.Name = "umbria"
	scene.Platforms = append(scene.Platforms, *other)
	got := Look(scene, Place{other.Namespace, "umbria"}, rome("2026-12-01 23:31:07"))
	if len(got.Channels)+len(got.Campaigns)+len(got.Events) > 0 || got.Index != 2 || got.Of != 2 {
		t.Errorf("umbria shows what is lazio's: %+v", got)
	}
	elsewhere := scene.Channels[0]
	elsewhere.Namespace = "elsewhere"
	scene.Channels = []v1alpha1.BookingChannel{elsewhere}
	if got := Look(scene, at(scene), rome("2026-12-01 23:31:07")); got.Verdict.Word != NoGo {
		t.Errorf("channels of another namespace count: %+v", got.Verdict)
	}
}

func rome(local string) time.Time {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err) // a mistake in the test
	}
	t, err := time.ParseInLocation(time.DateTime, local, zone)
	if err != nil {
		panic(err)
	}
	return t
}
