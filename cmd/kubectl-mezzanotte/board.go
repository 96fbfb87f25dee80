/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/mezzanotte/mezzanotte/internal/plugin/board"
	"github.com/mezzanotte/mezzanotte/internal/plugin/board/feed"
)

// plainWidth and plainHeight are the size of a printed screen without a terminal.
const plainWidth, plainHeight = 120, 60

// night is a board and its data.
type night struct {
	*session
	feed *feed.Feed
	// platform is the name to show, or "" for all.
	platform string
}

func newBoard(s *session) *cobra.Command {
	var all, once bool
	c := &cobra.Command{
		Use:   "board [PLATFORM]",
		Short: "Watch the launch night: countdown, floors, Ready pods, GO or NO-GO.",
		Long: `Watch the launch night: the countdown in the platform's zone; for each channel its
floor, what its autoscaler wants, what is Ready, and GO or NO-GO with the reason.

It only reads (get, list and watch). Without a terminal it prints a line for each
change, and one a minute.

With --once it prints one screen and exits with 0 if every opening that is ahead or
in progress is GO, 3 if one is not (yet), 1 if the cluster does not answer.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			n, err := newNight(s, all)
			if err != nil {
				return err
			}
			if len(args) > 0 {
				n.platform = args[0]
			}
			switch file, terminal := terminalOf(s.Out); {
			case once:
				return n.once(c.Context(), file)
			case terminal:
				return n.live(c.Context())
			default:
				return n.plain(c.Context())
			}
		},
	}
	c.Flags().BoolVarP(&all, "all-namespaces", "A", false, "show the platforms of all namespaces")
	c.Flags().BoolVar(&once, "once", false, "print one screen and exit: 0 GO, 3 not GO, 1 error")
	return c
}

func newNight(s *session, all bool) (*night, error) {
	namespace, err := s.namespace()
	if err != nil {
		return nil, err
	}
	if all {
		namespace = ""
	}
	c, err := s.client()
	if err != nil {
		return nil, err
	}
	return &night{session: s, feed: feed.New(c, namespace, s.Clock)}, nil
}

// terminalOf returns the file of a writer, and whether it is a terminal that can move its
// cursor.
func terminalOf(w io.Writer) (*os.File, bool) {
	file, ok := w.(*os.File)
	if !ok {
		return nil, false
	}
	return file, term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
}

// once prints each platform's screen. The exit status is the verdict.
func (n *night) once(ctx context.Context, out *os.File) error {
	if err := n.feed.Once(ctx); err != nil {
		return err
	}
	scene, now := n.feed.Scene().OfPlatform(n.platform), n.Clock.Now()
	if why := scene.Hidden[board.Platforms]; why != "" {
		return fmt.Errorf("%s", why)
	}
	width := widthOf(out)
	places := scene.Places()
	if len(places) == 0 {
		return fmt.Errorf("there is no BookingPlatform %s here: give its namespace with -n, or -A for all", cmp.Or(n.platform, "at all"))
	}
	openings, goes := 0, 0
	for i, at := range places {
		if i > 0 {
			fmt.Fprintln(n.Out)
		}
		screen := board.Look(scene, at, now)
		for _, line := range screen.Draw(width, plainHeight) {
			fmt.Fprintln(n.Out, line.String())
		}
		if len(screen.Opening.Campaigns) > 0 || screen.Verdict.Word == board.Unknown {
			openings++
		}
		if screen.Verdict.Word == board.Go {
			goes++
		}
	}
	if goes < openings || goes == 0 {
		return &status{code: exitNoGo}
	}
	return nil
}

// widthOf returns the width of the terminal, or plainWidth.
func widthOf(out *os.File) int {
	if out == nil {
		return plainWidth
	}
	width, _, err := term.GetSize(int(out.Fd()))
	if err != nil || width <= 0 {
		return plainWidth
	}
	return width
}

// plain prints a line for each change, until it is interrupted.
func (n *night) plain(ctx context.Context) error {
	go n.feed.Run(ctx)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	var paper journal
	for {
		for _, line := range paper.lines(n.feed.Scene().OfPlatform(n.platform), n.Clock.Now()) {
			if _, err := fmt.Fprintln(n.Out, line); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// live shows the board in the whole terminal until somebody quits.
func (n *night) live(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go n.feed.Run(ctx)
	program := tea.NewProgram(newWall(n), tea.WithContext(ctx), tea.WithInput(n.In), tea.WithOutput(n.Out))
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-n.feed.Changed():
				program.Send(changed{})
			}
		}
	}()
	if _, err := program.Run(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("show the board: %w", err)
	}
	return nil
}
