/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/door"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// crowdOverdue is the time after its own end for which the night waits for a crowd.
const crowdOverdue = time.Minute

// drain is the time for which a crowd waits for the people inside.
const drain = 75 * time.Second

// patience is the average time for which people try: longer than a session that goes well.
const patience = 4 * time.Minute

// party is one process of cmd/crowd: citizens, or agents at their desks.
type party struct {
	name      string
	arguments []string
	ledger    string
}

// parties returns all parties of an opening, with doors to the channels.
func (n *nightly) parties(opens time.Time) ([]party, error) {
	s := n.Scenario
	citizens, weight := s.Citizens(), int64(0)
	for _, c := range citizens {
		weight += s.Weight(c)
	}
	var channels []string
	for i, c := range citizens {
		way, err := n.way(c.Name)
		if err != nil {
			return nil, err
		}
		percent := float64(s.Weight(c)) * 100 / float64(weight)
		if i == len(citizens)-1 { // what is left, so that the sum is 100 to the last digit
			percent = 100
			for _, before := range citizens[:i] {
				percent -= float64(s.Weight(before)) * 100 / float64(weight)
			}
		}
		channels = append(channels, fmt.Sprintf("--channel=%s=%s:%.4f%%", c.Name, way, percent))
	}
	crowd := n.common("citizens", opens, s.Crowd.Seed)
	crowd.arguments = append(crowd.arguments, channels...)
	crowd.arguments = append(crowd.arguments,
		fmt.Sprintf("--eligible=%d", s.Eligible(citizens)),
		fmt.Sprintf("--uptake-percent=%d", s.Curve.Uptake),
		fmt.Sprintf("--first-hour-percent=%d", s.Curve.FirstHour),
		fmt.Sprintf("--first-minute-percent=%d", s.Curve.FirstMinute),
		fmt.Sprintf("--early-percent=%d", s.Crowd.Early), "--early-by="+n.earlyBy().String(),
		fmt.Sprintf("--requests=%d", s.Crowd.Requests), "--think="+s.Crowd.Think.String())
	all := []party{crowd}
	if desk, ok := s.Desk(); ok {
		way, err := n.way(desk.Name)
		if err != nil {
			return nil, err
		}
		agents := n.common("agents", opens, s.Crowd.Seed+1)
		agents.arguments = append(agents.arguments,
			fmt.Sprintf("--channel=%s=%s:100%%", desk.Name, way),
			fmt.Sprintf("--people=%d", s.Crowd.Calls), fmt.Sprintf("--inside=%d", desk.Agents),
			"--early-percent=0", "--requests=4", "--think="+(s.Crowd.Handling/4).String())
		all = append(all, agents)
	}
	return all, nil
}

func (n *nightly) common(name string, opens time.Time, seed uint64) party {
	from, to := n.Born()
	p := party{name: name, ledger: n.path(name + ".jsonl")}
	p.arguments = []string{
		"--service=Vaccination", "--born=" + from + ".." + to, "--opens=" + opens.UTC().Format(time.RFC3339),
		"--duration=" + n.Crowd.Lasts.String(), "--drain=" + drain.String(), fmt.Sprintf("--seed=%d", seed),
		"--patience=" + patience.String(), "--page=/fhir/Location", "--page=/fhir/metadata", "--cancel-percent=0", "--move-percent=0", "--acknowledged=" + p.ledger, "-o=json",
	}
	return p
}

// way opens a door to a channel.
func (n *nightly) way(channel string) (string, error) {
	to, err := url.Parse(n.answers[channel])
	if err != nil {
		return "", fmt.Errorf("find channel %s: %w", channel, err)
	}
	d, err := door.Open(to, n.cookiesOf(channel)...)
	if err != nil {
		return "", err
	}
	n.doors = append(n.doors, d)
	return d.URL(), nil
}

// come runs a party and reads its report.
func (p party) come(ctx context.Context, program string, until time.Time) (*tally.Report, error) {
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	command := exec.CommandContext(ctx, program, p.arguments...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	var out, live bytes.Buffer
	command.Stdout, command.Stderr = &out, &live
	failed := command.Run() // also where something was that must never be: the report tells
	var t tally.Report
	if err := json.Unmarshal(out.Bytes(), &t); err != nil {
		lines := strings.Split(strings.TrimSpace(live.String()), "\n")
		return nil, fmt.Errorf("the %s: %w, %w; they said last: %s", p.name, failed, err, lines[len(lines)-1])
	}
	return &t, nil
}
