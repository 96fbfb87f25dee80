/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"fmt"
	"io"
)

// figure is one result.
type figure struct {
	Name  string  `json:"name"`
	Unit  string  `json:"unit,omitempty"`
	Value float64 `json:"value"`
}

type figures []figure

func (f *figures) add(name, unit string, value float64) {
	*f = append(*f, figure{Name: name, Unit: unit, Value: value})
}

// column holds the figures of one size.
type column struct {
	Size    size    `json:"size"`
	Figures figures `json:"figures"`
}

// printTable prints the columns side by side and, behind the last one, how many
// times the first it is.
func printTable(out io.Writer, columns []column) error {
	var titles []string
	for _, c := range columns {
		titles = append(titles, fmt.Sprintf("%d platforms", c.Size.Platforms))
	}
	rows := [][]string{append(append([]string{""}, titles...), "grows")}
	for i, f := range columns[0].Figures {
		row, grows := []string{f.Name + unit(f.Unit)}, ""
		for n, c := range columns {
			if i >= len(c.Figures) {
				row, grows = append(row, "-"), ""
				continue
			}
			row = append(row, number(c.Figures[i].Value))
			if n > 0 {
				grows = growth(f.Value, c.Figures[i].Value)
			}
		}
		rows = append(rows, append(row, grows))
	}
	widest := 0
	for _, row := range rows {
		widest = max(widest, len(row[0]))
	}
	for _, row := range rows {
		if _, err := fmt.Fprintf(out, "%-*s", widest, row[0]); err != nil {
			return err
		}
		for _, cell := range row[1:] {
			fmt.Fprintf(out, " %14s", cell)
		}
		fmt.Fprintln(out)
	}
	return nil
}

func unit(name string) string {
	if name == "" {
		return ""
	}
	return ", " + name
}

func growth(from, to float64) string {
	if from == 0 {
		return ""
	}
	return "x " + number(to/from)
}

// number rounds a figure to the digits that a reader wants.
func number(v float64) string {
	switch {
	case v == float64(int64(v)) || v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
