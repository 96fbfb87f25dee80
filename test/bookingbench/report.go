/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
)

// report holds all results.
type report struct {
	Server     string `json:"postgresql"`
	Durable    string `json:"durable"`
	Processors int    `json:"processors"`
	LoadBefore string `json:"loadAverageBefore"`
	LoadAfter  string `json:"loadAverageAfter"`
	Clients    int    `json:"clients"`
	Rows       []*row `json:"rows"`
	// Gone is the percentage of offered places that were taken when they were asked for.
	Gone float64 `json:"gonePercent"`
}

// row is one subject, in all rounds.
type row struct {
	Demand string     `json:"demand"`
	How    string     `json:"how"`
	Rounds []measured `json:"rounds"`
	// What is told: medians, and that of ours divided by this, round by round.
	measured
	PerCore  float64 `json:"perSecondOfProcessorTime"` // the clients' and the server's
	Ratio    float64 `json:"storeDividedByThis,omitempty"`
	CPURatio float64 `json:"serverCPUOfStoreDividedByThis,omitempty"`
}

// round measures every subject once, beginning with another one each time.
func (r *report) round(ctx context.Context, s *scene, subjects []subject, n int) error {
	if n == 0 {
		for _, subject := range subjects {
			r.Rows = append(r.Rows, &row{Demand: subject.demand, How: subject.how})
		}
	}
	for i := range subjects {
		at := (i + n*3) % len(subjects)
		subject := subjects[at]
		m, err := measure(ctx, subject.server, subject.work, s.each)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", subject.demand, subject.how, err)
		}
		r.Rows[at].Rounds = append(r.Rows[at].Rounds, m)
	}
	return nil
}

// sum makes medians of the rounds.
func (r *report) sum() {
	for _, this := range r.Rows {
		middle := func(of func(i int, m measured) float64) float64 {
			var all []float64
			for i, m := range this.Rounds {
				all = append(all, of(i, m))
			}
			return median(all)
		}
		this.measured = measured{
			Rate:   middle(func(_ int, m measured) float64 { return m.Rate }),
			Half:   middle(func(_ int, m measured) float64 { return m.Half }),
			P99:    middle(func(_ int, m measured) float64 { return m.P99 }),
			Server: middle(func(_ int, m measured) float64 { return m.Server }),
			Client: middle(func(_ int, m measured) float64 { return m.Client }),
		}
		this.PerCore = middle(func(_ int, m measured) float64 { return 1000 / (m.Server + m.Client) })
		ours := slices.IndexFunc(r.Rows, func(other *row) bool { return other.Demand == beside[this.Demand] })
		if ours < 0 || r.Rows[ours] == this {
			continue
		}
		store := r.Rows[ours].Rounds
		this.Ratio = middle(func(i int, m measured) float64 { return store[i].Rate / m.Rate })
		this.CPURatio = middle(func(i int, m measured) float64 { return store[i].Server / m.Server })
	}
}

// write prints the table, and the JSON file if one is asked for.
func (r *report) write(out io.Writer, file string) error {
	r.sum()
	fmt.Fprintf(out, "PostgreSQL %s, %s; %d processors, load average %s before, %s after; %d clients, median of %d rounds\n",
		r.Server, r.Durable, r.Processors, r.LoadBefore, r.LoadAfter, r.Clients, len(r.Rows[0].Rounds))
	const line = "%-40s %8s %8s %8s %10s %11s %9s %9s %8s\n"
	demand := ""
	for _, row := range r.Rows {
		if row.Demand != demand {
			demand = row.Demand
			fmt.Fprintf(out, "\n"+line, demand, "each s", "p50 ms", "p99 ms", "server ms", "clients ms", "per core", "store is", "its CPU")
		}
		ratio, cpu := "", ""
		if row.Ratio > 0 {
			ratio, cpu = number(100*row.Ratio)+" %", number(100*row.CPURatio)+" %"
		}
		fmt.Fprintf(out, line, "  "+row.How, number(row.Rate), number(row.Half), number(row.P99), number(row.Server), number(row.Client), number(row.PerCore), ratio, cpu)
	}
	fmt.Fprintf(out, "\nOf the places that the search offered to the crowd, %s %% were gone a moment later.\n", number(r.Gone))
	if file == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// number rounds a figure to the digits that a reader wants.
func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// finish adds what is known in the end, and fails where the recount finds what must
// never be: then no figure counts.
func (r *report) finish(ctx context.Context, s *scene) error {
	r.Processors, r.LoadAfter = runtime.NumCPU(), loadAverage()
	if asked := s.crowd.asked.Load(); asked > 0 {
		r.Gone = 100 * float64(s.crowd.gone.Load()) / float64(asked)
	}
	var settings [2]string
	for i, name := range []string{"fsync", "synchronous_commit"} {
		var value string
		if err := s.pool.QueryRow(ctx, "SHOW "+name).Scan(&value); err != nil {
			return err
		}
		settings[i] = name + " " + value
	}
	r.Durable = strings.Join(settings[:], ", ")
	audit, err := s.store.Recount(ctx)
	if err == nil && !audit.Sound() {
		err = fmt.Errorf("the recount finds what must never be: %+v", audit)
	}
	return err
}
