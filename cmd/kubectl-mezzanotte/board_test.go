/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plugin/board"
	"github.com/mezzanotte/mezzanotte/internal/plugin/board/feed"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// shown is a scene of one platform, one channel and one campaign, as the operator reports them.
func shown(ready int32, proved string) board.Scene {
	c := build.MakeCampaign("over-80").Expects(60_000).Through("web", 100).Obj()
	c.Status = reported(proved)
	w := build.MakeChannel("web").Obj()
	w.Status = v1alpha1.BookingChannelStatus{Floor: v1alpha1.FloorStatus{Replicas: 17, Reason: "x"}, Replicas: ptr.To[int32](17), ReadyReplicas: ptr.To(ready)}
	return board.Scene{
		Platforms: []v1alpha1.BookingPlatform{*build.MakePlatform(build.Platform).Obj()},
		Campaigns: []v1alpha1.Campaign{*c}, Channels: []v1alpha1.BookingChannel{*w},
	}
}

// reported is the status of a campaign that opens at the midnight which ends 1
// December, on the channel web.
func reported(proved string) v1alpha1.CampaignStatus {
	launch := v1alpha1.ChannelLaunch{Channel: "web", PeakFloor: 17, RampStartsAt: &metav1.Time{Time: at("2026-12-01T22:40:00Z")}}
	if proved != "" {
		launch.ProvedReadyAt = &metav1.Time{Time: at(proved)}
	}
	return v1alpha1.CampaignStatus{
		ObservedGeneration: 1,
		OpensAt:            &metav1.Time{Time: at("2026-12-01T23:00:00Z")},
		OpensAtLocal:       "Wednesday 2 December 2026 at 00:00 CET",
		Channels:           []v1alpha1.ChannelLaunch{launch},
	}
}

// TestJournal: a line for each change, and one a minute.
func TestJournal(t *testing.T) {
	const heading = "23:41:00 CET  lazio/lazio  over-80: Wednesday 2 December 2026 at 00:00 CET"
	var paper journal
	look := func(now string, scene board.Scene, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, paper.lines(scene, at(now))); diff != "" {
			t.Errorf("at %s, want (-), got (+):\n%s", now, diff)
		}
	}
	look("2026-12-01T22:40:59Z", board.Scene{Pending: true})
	look("2026-12-01T22:41:00Z", shown(2, ""), heading, "23:41:00 CET  opens in 19:00  RAMPING   web floor 17, 2 of 17 Ready")
	look("2026-12-01T22:41:01Z", shown(2, ""))
	look("2026-12-01T22:41:30Z", shown(9, ""), "23:41:30 CET  opens in 18:30  RAMPING   web floor 17, 9 of 17 Ready")
	look("2026-12-01T22:42:29Z", shown(9, ""))
	look("2026-12-01T22:42:30Z", shown(9, ""), "23:42:30 CET  opens in 17:30  RAMPING   web floor 17, 9 of 17 Ready")
	look("2026-12-01T22:43:00Z", shown(17, "2026-12-01T22:42:58Z"),
		"23:43:00 CET  opens in 17:00  GO: every channel is proved Ready   web floor 17, 17 of 17 Ready")
	away := shown(17, "2026-12-01T22:42:58Z")
	away.Away, away.Why = at("2026-12-01T22:43:00Z"), "connection refused"
	lines := paper.lines(away, at("2026-12-01T22:43:02Z"))
	if len(lines) != 1 || !strings.Contains(lines[0], "UNKNOWN: at 23:43:00 it was GO") || !strings.Contains(lines[0], "connection refused") {
		t.Errorf("without an API server: %q", lines)
	}
}

func TestJournalWithoutPlatforms(t *testing.T) {
	var paper journal
	lines := paper.lines(board.Scene{}, at(evening))
	if len(lines) != 1 || !strings.Contains(lines[0], "there is no BookingPlatform here") {
		t.Errorf("got %q", lines)
	}
}

// onAPI puts a scene onto the tests' API server, into a namespace of its own.
func onAPI(t *testing.T, scene board.Scene) (client.Client, string) {
	t.Helper()
	api := testenv.Client(t, config)
	namespace := testenv.Namespace(t, api)
	for i := range scene.Platforms {
		put(t, api, scene.Platforms[i].DeepCopy(), namespace)
	}
	for i := range scene.Channels {
		channel := scene.Channels[i].DeepCopy()
		put(t, api, channel, namespace)
		channel.Status = scene.Channels[i].Status
		putStatus(t, api, channel)
	}
	for i := range scene.Campaigns {
		campaign := scene.Campaigns[i].DeepCopy()
		put(t, api, campaign, namespace)
		campaign.Status = scene.Campaigns[i].Status
		putStatus(t, api, campaign)
	}
	return api, namespace
}

func put(t *testing.T, api client.Client, o client.Object, namespace string) {
	t.Helper()
	o.SetNamespace(namespace)
	if err := api.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

func putStatus(t *testing.T, api client.Client, o client.Object) {
	t.Helper()
	if err := api.Status().Update(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

func TestBoardOnce(t *testing.T) {
	tests := map[string]struct {
		scene      board.Scene
		now        string
		args       []string
		wantStatus int
		want       string
	}{
		"go":                      {shown(17, "2026-12-01T22:42:58Z"), "2026-12-01T22:50:00Z", nil, 0, "every channel is proved Ready"},
		"late":                    {shown(9, ""), "2026-12-01T22:50:00Z", nil, exitNoGo, "9 of 17 Ready, was due at 23:45"},
		"on the way":              {shown(9, ""), "2026-12-01T22:41:00Z", nil, exitNoGo, "9 of 17 Ready, due by 23:45"},
		"waiting":                 {shown(2, ""), "2026-12-01T12:00:00Z", nil, exitNoGo, "the ramp to 17 starts at 23:40"},
		"no platform":             {board.Scene{}, evening, nil, exitInvalid, "there is no BookingPlatform"},
		"no platform of the name": {shown(2, ""), evening, []string{"umbria"}, exitInvalid, "there is no BookingPlatform umbria"},
		"no campaign":             {board.Scene{Platforms: shown(2, "").Platforms}, evening, nil, exitNoGo, "no opening is ahead"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, namespace := onAPI(t, test.scene)
			got := execute(t, test.now, "", append([]string{"board", "--once", "-n", namespace}, test.args...)...)
			if got.status != test.wantStatus || !strings.Contains(got.out+got.errOut, test.want) {
				t.Errorf("exit status %d, want %d, and %q in:\n%s%s", got.status, test.wantStatus, test.want, got.out, got.errOut)
			}
		})
	}
}

func TestBoardWithoutCluster(t *testing.T) {
	s := newSession(t, evening)
	s.Config.WrapConfigFn = func(*rest.Config) *rest.Config { return &rest.Config{Host: "https://127.0.0.1:1"} }
	if status := run(t.Context(), s, []string{"board", "--once", "-n", "lazio"}); status != exitInvalid {
		t.Errorf("exit status %d, want %d", status, exitInvalid)
	}
}

// TestWall: keys, sizes and colours of the board in a terminal.
func TestWall(t *testing.T) {
	api, namespace := onAPI(t, shown(9, ""))
	put(t, api, build.MakePlatform("umbria").Obj(), namespace)
	n := &night{session: newSession(t, "2026-12-01T22:41:00Z"), feed: feed.New(testenv.Client(t, config), namespace, newSession(t, evening).Clock)}
	if err := n.feed.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	var w tea.Model = wall{night: n, colour: true}
	press := func(keys ...string) {
		for _, key := range keys {
			switch key {
			case "tab":
				w, _ = w.Update(tea.KeyPressMsg{Code: tea.KeyTab})
			default:
				w, _ = w.Update(tea.KeyPressMsg{Code: rune(key[0]), Text: key})
			}
		}
	}
	text := func() string { return ansi.Strip(w.View().Content) }
	if got := text(); got != "" {
		t.Errorf("without a size there is %q", got)
	}
	w, _ = w.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	wants := func(want string) {
		t.Helper()
		if !strings.Contains(text(), want) {
			t.Errorf("%q is not in:\n%s", want, text())
		}
		if lines := strings.Count(text(), "\n") + 1; lines != 24 {
			t.Errorf("%d lines, want 24", lines)
		}
	}
	wants(namespace + "/lazio (1 of 2)") // the nearest opening
	press("tab")
	wants(namespace + "/umbria (2 of 2)")
	press("tab")
	wants(namespace + "/lazio (1 of 2)")
	press("?")
	wants("The words")
	press("?")
	wants("RAMPING")
	if _, quit := w.Update(tea.KeyPressMsg{Code: 'q', Text: "q"}); quit == nil {
		t.Error("q does not quit")
	}
	plain, ok := w.(wall)
	if !ok {
		t.Fatalf("the board has become a %T", w)
	}
	plain.colour = false
	if got := plain.View().Content; strings.Contains(got, "\x1b") {
		t.Errorf("there are colours without colours: %q", got)
	}
	if diff := cmp.Diff(trimmed(plain.View().Content), trimmed(text())); diff != "" {
		t.Errorf("colours say more than words, want (-), got (+):\n%s", diff)
	}
	for width := range 90 {
		small, _ := w.Update(tea.WindowSizeMsg{Width: width, Height: width / 3})
		_ = small.View() // it does not panic
	}
}

func trimmed(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// TestBoardPrintsLines: where stdout is no terminal, until it is interrupted.
func TestBoardPrintsLines(t *testing.T) {
	_, namespace := onAPI(t, shown(9, ""))
	s := newSession(t, "2026-12-01T22:41:00Z")
	out := make(lines, 10)
	s.Out = out
	ctx, stop := contextOf(t)
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, s, []string{"board", "-n", namespace}) }()
	want := "23:41:00 CET  opens in 19:00  RAMPING   web floor 17, 9 of 17 Ready\n"
	for deadline := time.After(time.Minute); ; {
		select {
		case line := <-out:
			if line != want {
				t.Logf("before it: %s", line) // the heading and, on a slow machine, what was seen first
				continue
			}
		case <-deadline:
			t.Errorf("there is no line %q", want)
		}
		break
	}
	stop()
	if status := <-ended; status != 0 {
		t.Errorf("exit status %d after an interrupt, want 0", status)
	}
}

// lines are what was printed.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}
