/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package report writes the results of nights: Markdown for people, pictures on one
// axis of time, and every record as JSON.
package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/picture"
)

// recorded is the file that holds everything.
const recorded = "nights.json"

// Book holds the records of one run of the program.
type Book struct {
	Title   string         `json:"title"`
	Machine string         `json:"machine"`
	Command string         `json:"command"`
	Nights  []night.Record `json:"nights"`
}

// Failed returns the findings that do not hold, of the nights that are judged.
func (b Book) Failed() []night.Finding {
	var failed []night.Finding
	for _, r := range b.judged() {
		for _, f := range night.Failed(r.Findings()) {
			f.Want = r.Name + ": " + f.Want
			failed = append(failed, f)
		}
	}
	return failed
}

// judged returns all nights but those without Mezzanotte, which are only drawn.
func (b Book) judged() []night.Record {
	var judged []night.Record
	for _, r := range b.Nights {
		if r.Prescaled {
			judged = append(judged, r)
		}
	}
	return judged
}

// pair returns the night with Mezzanotte and the one without, if both ran.
func (b Book) pair() (with, without *night.Record) {
	for i := range b.Nights {
		switch r := &b.Nights[i]; {
		case r.Fault:
		case r.Prescaled && with == nil:
			with = r
		case !r.Prescaled:
			without = r
		}
	}
	return with, without
}

// Read reads an earlier run's book from a directory. It is empty if there is none.
func Read(directory string) (Book, error) {
	var b Book
	text, err := os.ReadFile(filepath.Join(directory, recorded))
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	if err != nil {
		return b, fmt.Errorf("read the report: %w", err)
	}
	return b, nil
}

// Night finds a night by name.
func (b Book) Night(name string) (night.Record, bool) {
	i := slices.IndexFunc(b.Nights, func(r night.Record) bool { return r.Name == name })
	if i < 0 {
		return night.Record{}, false
	}
	return b.Nights[i], true
}

// Put adds a night, or replaces the one of that name.
func (b *Book) Put(r night.Record) {
	for i := range b.Nights {
		if b.Nights[i].Name == r.Name {
			b.Nights[i] = r
			return
		}
	}
	b.Nights = append(b.Nights, r)
}

// Write writes everything into a directory and replaces what an earlier run wrote there.
func (b Book) Write(directory string) error {
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	files := map[string]string{"report.md": b.Markdown()}
	with, without := b.pair()
	if with != nil && without != nil {
		files["comparison.svg"] = picture.Comparison(*with, *without)
	}
	for _, r := range b.Nights {
		axis := picture.AxisOf(r)
		if with != nil && without != nil && !r.Fault {
			axis = picture.AxisOf(*with, *without)
		}
		files[r.Name+".svg"] = picture.One(r, axis)
	}
	text, err := json.MarshalIndent(b, "", " ")
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	files[recorded] = string(text) + "\n"
	old, err := filepath.Glob(filepath.Join(directory, "*.svg"))
	for _, path := range old {
		err = errors.Join(err, os.Remove(path))
	}
	for name, content := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(directory, name), []byte(content), 0o644))
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
