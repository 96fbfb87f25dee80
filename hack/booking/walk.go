/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// separator is a line that no answer contains.
const separator = "=== next step ==="

// walk runs all steps and compares the answers.
func (g *guide) walk(ctx context.Context) error {
	script := g.preparation
	for _, s := range g.steps {
		script += "\n" + s.command + "\necho '" + separator + "'"
	}
	var errs bytes.Buffer
	shell := exec.CommandContext(ctx, "bash", "-uo", "pipefail", "-c", script)
	shell.Stderr = &errs
	out, err := shell.Output()
	if err != nil {
		return fmt.Errorf("bash: %w\n%s", err, errs.Bytes())
	}
	answers := strings.Split(string(out), separator)
	if len(answers) != len(g.steps)+1 {
		return fmt.Errorf("%d of %d steps were made\n%s", len(answers)-1, len(g.steps), errs.Bytes())
	}
	var wrong []error
	for i, s := range g.steps {
		if strings.Contains(answers[i], s.want) {
			say("%s", strings.ReplaceAll(s.says, "\n", " "))
			continue
		}
		wrong = append(wrong, fmt.Errorf("%s\n%s\nanswers, without %q:\n%s", s.says, s.command, s.want, answers[i]))
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%w\n%s", errors.Join(wrong...), errs.Bytes())
	}
	return nil
}
