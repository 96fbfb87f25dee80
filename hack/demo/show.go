/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/test/stage"
)

const (
	lookEvery = 2 * time.Second
	// quietFor is the interval between lines while nothing changes.
	quietFor = 30 * time.Second
	// afterOpening is the time after the opening in which the demo shows that nothing scales down.
	afterOpening = 3 * time.Second
)

// row is one channel at one moment.
type row struct {
	channel               string
	floor, desired, ready int32
	peak                  int
}

func (r row) String() string {
	state := "base"
	switch {
	case int(r.ready) >= r.peak:
		state = "Ready for the opening"
	case r.ready < r.floor:
		state = "pods starting"
	case r.floor > 0 && int(r.floor) < r.peak && r.desired > 0:
		state = "waiting"
	}
	return fmt.Sprintf("%-10s %5d %8d %6d %6d   %s", r.channel, r.floor, r.desired, r.ready, r.peak, state)
}

const heading = "CHANNEL    FLOOR  DESIRED  READY   PEAK   STATE"

// show watches until shortly after the opening.
func show(ctx context.Context, s *stage.Stage, operator *stage.Manager, n *night) error {
	view := newView()
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for time.Now().Before(n.opens.Add(afterOpening)) {
		rows, err := n.look(ctx, s.Client)
		if err != nil {
			return err
		}
		view.draw(time.Now(), n, rows)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-operator.Exited:
			return errors.New("the operator has ended by itself")
		case <-ticker.C:
		}
	}
	return nil
}

func (n *night) look(ctx context.Context, c client.Client) ([]row, error) {
	var rows []row
	for _, w := range n.wanted {
		key := client.ObjectKey{Namespace: n.set.Platform.Namespace, Name: w.channel}
		var channel v1alpha1.BookingChannel
		if err := c.Get(ctx, key, &channel); err != nil {
			return nil, fmt.Errorf("look at channel %s: %w", w.channel, err)
		}
		var deployment appsv1.Deployment
		if err := client.IgnoreNotFound(c.Get(ctx, key, &deployment)); err != nil {
			return nil, fmt.Errorf("look at Deployment %s: %w", w.channel, err)
		}
		r := row{channel: w.channel, floor: channel.Status.Floor.Replicas, ready: deployment.Status.ReadyReplicas, peak: w.peak}
		if deployment.Spec.Replicas != nil {
			r.desired = *deployment.Spec.Replicas
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// view draws rows: in place on a terminal, else a line for each change.
type view struct {
	terminal bool
	lines    int
	last     string
	drawn    time.Time
}

func newView() *view {
	info, err := os.Stdout.Stat()
	return &view{terminal: err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"}
}

func (v *view) draw(now time.Time, n *night, rows []row) {
	countdown := "opens " + opening.Remaining(n.opens.Sub(now))
	if !v.terminal {
		v.drawLine(now, n, countdown, rows)
		return
	}
	lines := []string{"", opening.Clock(now, n.zone) + "   " + countdown, "", heading}
	for _, r := range rows {
		lines = append(lines, r.String())
	}
	if v.lines > 0 {
		fmt.Printf("\x1b[%dA", v.lines)
	}
	for _, line := range lines {
		fmt.Printf("\x1b[2K%s\n", line)
	}
	v.lines = len(lines)
}

func (v *view) drawLine(now time.Time, n *night, countdown string, rows []row) {
	var parts []string
	for _, r := range rows {
		parts = append(parts, fmt.Sprintf("%s floor %d, %d of %d Ready", r.channel, r.floor, r.ready, r.desired))
	}
	line := strings.Join(parts, "   ")
	if line == v.last && now.Sub(v.drawn) < quietFor {
		return
	}
	v.last, v.drawn = line, now
	fmt.Printf("%s  %-22s %s\n", opening.Clock(now, n.zone), countdown, line)
}
