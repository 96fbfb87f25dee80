/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/plugin/drawing"
	"github.com/mezzanotte/mezzanotte/internal/plugin/manifest"
	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
)

// widthWithoutTerminal is the width of a chart or table in a file or pipe.
const widthWithoutTerminal = 100

// Outputs of a plan.
const (
	outputTable = "table"
	outputChart = "chart"
	outputSVG   = "svg"
	outputJSON  = "json"
)

const planExamples = `  # What will happen in the namespace of the kubeconfig, from now on.
  kubectl mezzanotte plan

  # Before it is merged: check the files as the API server would, and plan them.
  kubectl mezzanotte plan -f config/ --now 2026-11-20T09:00:00Z

  # What kustomize makes of them.
  kubectl kustomize config/samples | kubectl mezzanotte plan -f -

  # A picture of the night.
  kubectl mezzanotte plan lazio -o svg > night.svg`

// planCommand is the command plan and its flags.
type planCommand struct {
	*session
	files         []string
	now           string
	output        string
	everyStep     bool
	allNamespaces bool
}

func newPlan(s *session) *cobra.Command {
	p := &planCommand{session: s}
	c := &cobra.Command{
		Use:   "plan [PLATFORM]",
		Short: "Show when and why floors change, and whether every opening can be met.",
		Long: "Show when and why floors change, and whether every opening can be met.\n\n" +
			"Exit status: 0 if every future opening is feasible or has no forecast, 3 if one is\n" +
			"not feasible, 1 if something is invalid or could not be read.",
		Example: planExamples,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("give one platform or none, not %d: %s; see %s --help", len(args), strings.Join(args, " "), c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return p.run(c.Context(), strings.Join(args, "")) },
	}
	flags := c.Flags()
	flags.StringArrayVarP(&p.files, "filename", "f", nil,
		"Plan from a file or directory instead of a cluster; - reads standard input. May be repeated.")
	flags.StringVar(&p.now, "now", "", "The time to plan for, in RFC 3339 (default: now).")
	flags.StringVarP(&p.output, "output", "o", outputTable, "Output format: table, chart, svg or json.")
	flags.BoolVar(&p.everyStep, "all-steps", false, "In a table, list every step of a ramp.")
	flags.BoolVarP(&p.allNamespaces, "all-namespaces", "A", false, "Plan the platforms of every namespace of the cluster.")
	return c
}

func (p *planCommand) run(ctx context.Context, platform string) error {
	now, err := p.instant()
	if err != nil {
		return err
	}
	write, err := p.writer()
	if err != nil {
		return err
	}
	sets, err := p.sets(ctx, platform)
	if err != nil {
		return err
	}
	r := report.Build(sets, now)
	if err := write(p.Out, r); err != nil && !errors.Is(err, syscall.EPIPE) {
		return fmt.Errorf("write the plan: %w", err)
	}
	if invalid := r.Invalid(); len(invalid) > 0 {
		return fmt.Errorf("the opening or the closing of %s is invalid", strings.Join(invalid, ", "))
	}
	if len(r.Infeasible()) > 0 {
		return &status{code: exitNoGo}
	}
	return nil
}

// instant returns the time to plan for.
func (p *planCommand) instant() (time.Time, error) {
	if p.now == "" {
		return p.Clock.Now().Truncate(time.Second), nil
	}
	at, err := time.Parse(time.RFC3339, p.now)
	if err != nil {
		return time.Time{}, fmt.Errorf("--now: %q is not a time: write it in RFC 3339, for example 2026-12-01T22:00:00+01:00", p.now)
	}
	return at, nil
}

// writer returns the function for the output format.
func (p *planCommand) writer() (func(io.Writer, report.Report) error, error) {
	switch p.output {
	case outputTable:
		return func(w io.Writer, r report.Report) error {
			return report.Table(w, r, report.Layout{Width: p.width(), EveryStep: p.everyStep})
		}, nil
	case outputChart:
		return func(w io.Writer, r report.Report) error { return drawing.Chart(w, r, p.width()) }, nil
	case outputSVG:
		return drawing.SVG, nil
	case outputJSON:
		return func(w io.Writer, r report.Report) error {
			encoder := json.NewEncoder(w)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			return encoder.Encode(r)
		}, nil
	}
	return nil, fmt.Errorf("--output: %q is not an output: write table, chart, svg or json", p.output)
}

// width of the terminal.
func (p *planCommand) width() int {
	if f, ok := p.Out.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return widthWithoutTerminal
}

// sets returns the platforms to plan: all, or those of that name.
func (p *planCommand) sets(ctx context.Context, platform string) ([]declared.Set, error) {
	objects, from, err := p.objects(ctx)
	if err != nil {
		return nil, err
	}
	sets := objects.Sets()
	var names []string
	for _, set := range sets {
		names = append(names, set.Platform.Name)
	}
	if len(sets) == 0 {
		return nil, fmt.Errorf("there is no BookingPlatform in %s", from)
	}
	if platform == "" {
		return sets, nil
	}
	sets = slices.DeleteFunc(sets, func(set declared.Set) bool { return set.Platform.Name != platform })
	if len(sets) == 0 {
		return nil, fmt.Errorf("there is no BookingPlatform %s in %s, but there is %s", platform, from, strings.Join(names, ", "))
	}
	return sets, nil
}

// objects returns the declared objects, and their source.
func (p *planCommand) objects(ctx context.Context) (objects manifest.Objects, from string, err error) {
	if len(p.files) > 0 {
		source := manifest.Source{Paths: p.files, Stdin: p.In, Namespace: *p.Config.Namespace}
		objects, err = manifest.Read(ctx, source)
		return objects, source.String(), err
	}
	namespace, from := "", "any namespace"
	if !p.allNamespaces {
		if namespace, err = p.namespace(); err != nil {
			return manifest.Objects{}, "", err
		}
		from = "namespace " + namespace
	}
	cluster, err := p.client()
	if err != nil {
		return manifest.Objects{}, "", err
	}
	if objects, err = list(ctx, cluster, namespace); err != nil {
		return manifest.Objects{}, "", err
	}
	for _, stray := range objects.Stray() {
		fmt.Fprintln(p.ErrOut, "left out:", stray)
	}
	return objects, from, nil
}
