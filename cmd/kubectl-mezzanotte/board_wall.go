/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"os"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mezzanotte/mezzanotte/internal/plugin/board"
)

// wall is the board in a terminal.
type wall struct {
	night         *night
	width, height int
	// chosen is the selected platform, or the zero value.
	chosen board.Place
	help   bool
	colour bool
}

// changed signals new data, tick a new second.
type (
	changed struct{}
	tick    struct{}
)

func newWall(n *night) wall {
	return wall{night: n, colour: os.Getenv("NO_COLOR") == ""}
}

// Init starts the clock.
func (w wall) Init() tea.Cmd { return nextSecond() }

func nextSecond() tea.Cmd {
	return tea.Every(time.Second, func(time.Time) tea.Msg { return tick{} })
}

// Update takes keys, sizes and seconds.
func (w wall) Update(message tea.Msg) (tea.Model, tea.Cmd) {
	switch m := message.(type) {
	case tea.WindowSizeMsg:
		w.width, w.height = m.Width, m.Height
	case tick:
		return w, nextSecond()
	case tea.KeyPressMsg:
		return w.key(m.String())
	}
	return w, nil
}

func (w wall) key(key string) (tea.Model, tea.Cmd) {
	switch key {
	case "q", "ctrl+c":
		return w, tea.Quit
	case "?", "h":
		w.help = !w.help
	case "esc":
		w.help = false
	case "tab", "right", "down", "l", "j":
		w.chosen = w.step(1)
	case "shift+tab", "left", "up", "k":
		w.chosen = w.step(-1)
	}
	return w, nil
}

// step returns the platform n places further, in a circle.
func (w wall) step(by int) board.Place {
	places := w.scene().Places()
	if len(places) == 0 {
		return w.chosen
	}
	i := slices.Index(places, w.shown())
	return places[((i+by)%len(places)+len(places))%len(places)]
}

func (w wall) scene() board.Scene { return w.night.feed.Scene().OfPlatform(w.night.platform) }

// shown returns the selected platform, or the one whose opening is nearest if none is
// selected or it is gone.
func (w wall) shown() board.Place {
	scene := w.scene()
	if slices.Contains(scene.Places(), w.chosen) {
		return w.chosen
	}
	return scene.Nearest(w.night.Clock.Now())
}

// View draws everything anew.
func (w wall) View() tea.View {
	view := tea.NewView(strings.Join(w.lines(), "\n"))
	view.AltScreen = true
	view.WindowTitle = "kubectl mezzanotte board"
	return view
}

func (w wall) lines() []string {
	if w.width == 0 || w.height == 0 {
		return nil
	}
	lines := help
	if !w.help {
		lines = board.Look(w.scene(), w.shown(), w.night.Clock.Now()).Draw(w.width, w.height-1)
	}
	var out []string
	for _, line := range lines[:min(len(lines), w.height-1)] {
		out = append(out, w.paint(line))
	}
	for len(out) < w.height-1 {
		out = append(out, "")
	}
	footer := "q quits   ? explains"
	if len(w.scene().Platforms) > 1 {
		footer += "   tab, arrows: another platform"
	}
	return append(out, w.paint(board.Line{{Text: footer[:min(len(footer), w.width)], Tone: board.Faint}}))
}

// paint adds colours.
func (w wall) paint(line board.Line) string {
	if !w.colour {
		return line.String()
	}
	codes := map[board.Tone]string{
		board.Strong: "1", board.Faint: "2", board.Good: "1;32", board.Bad: "1;31", board.Warn: "33",
	}
	var b strings.Builder
	for _, span := range line {
		if code := codes[span.Tone]; code != "" {
			b.WriteString("\x1b[" + code + "m" + span.Text + "\x1b[0m")
			continue
		}
		b.WriteString(span.Text)
	}
	return b.String()
}

// help explains the screen.
var help = []board.Line{
	{{Text: "The words", Tone: board.Strong}},
	{{Text: "  WAITING   the ramp has not begun"}},
	{{Text: "  RAMPING   pods are starting, and there is time"}},
	{{Text: "  GO        proved Ready from the pods' own times, and nothing lost since"}},
	{{Text: "  NO-GO     the deadline has passed and it is not Ready, or pods were lost"}},
	{{Text: "  PAUSED    spec.pause holds the opening, or stops new bookings"}},
	{{Text: "  UNKNOWN   no data; openings still follow the clock"}},
	{},
	{{Text: "The figures of a channel", Tone: board.Strong}},
	{{Text: "  FLOOR     the minimum of pods now"}},
	{{Text: "  DESIRED   the pods that the autoscaler wants now; never below the floor"}},
	{{Text: "  READY     Ready pods; the bar compares them with the opening's floor"}},
	{{Text: "  CAP       the maximum of pods"}},
	{{Text: "  NEXT STEP when the floor changes, and to what"}},
	{},
	{{Text: "Keys", Tone: board.Strong}},
	{{Text: "  q quits, tab and arrows choose another platform, ? goes back"}},
}
